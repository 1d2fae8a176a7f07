"""The state of a cluster, as any front tells it."""

import json
import time
from collections.abc import Sequence
from typing import Any

from fastapi import Request

from server.cluster.asking import ask_all, reading
from server.cluster.front import Front
from server.cluster.host_table import HostTable
from server.engine_status import Engine
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.rest.health import FrontHealth, Health, HostHealth, Readiness
from server.storage.database import StorageFailure
from server.version import VERSION


async def health(request: Request) -> Health:
    """Return the state of all hosts and fronts."""
    table: HostTable = request.app.state.table
    front: Front = request.app.state.front
    told = [json.loads(answer.body) for answer in await ask_all(table, reading("/api/health"))]
    placement = table.placement
    hosts = [
        HostHealth(
            name=name,
            machine=member.about.machine,
            sessions=member.load,
            slots=len(placement.slots_of(name)),
            connected=(link := table.links.get(name)) is not None and link.stream is not None,
            leaving=member.leaves,
        )
        for name, member in sorted(placement.members.items())
    ]
    fronts = [
        FrontHealth(name=name, machine=record.about.machine, pages=record.pages, answers=name == front.name)
        for name, record in sorted(front.all.items())
    ]
    return Health(
        version=VERSION,
        sessions=table.sessions,
        engine=_engine(told),
        storage=table.failure or _storage(told) or "ok",
        uptime_seconds=round(time.monotonic() - request.app.state.started, 3),
        hosts=hosts,
        fronts=fronts,
    )


def _engine(told: Sequence[dict[str, Any]]) -> Engine:
    """Return the engine of the host that is the least ready."""
    order: tuple[Engine, ...] = ("compiling", "plain", "compiled")
    found = {host["engine"] for host in told}
    return next((each for each in order if each in found), "compiling")


def _storage(told: Sequence[dict[str, Any]]) -> StorageFailure | None:
    """Return why some host cannot save, None if all can."""
    return next((host["storage"] for host in told if host["storage"] != "ok"), None)


async def ready(request: Request) -> Readiness:
    """Return whether the server accepts requests."""
    if request.app.state.connections.closing:
        raise ProblemError(problem(ErrorCode.CLOSING, "The server is stopping."))
    table: HostTable = request.app.state.table
    if not any(link.stream is not None for link in table.links.values()):
        raise ProblemError(problem(ErrorCode.UNAVAILABLE, "No process that trains is there yet."))
    return Readiness(full=request.app.state.session_manager.is_full_for(None))
