"""The health of the whole cluster, which every front answers alike."""

import json
import time
from collections.abc import Sequence
from typing import Any

from fastapi import Request

from server.cluster.front import Front
from server.cluster.host_queries import get_scope, query_hosts
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
    responses = [json.loads(answer.body) for answer in await query_hosts(table, get_scope("/api/health"))]
    placement = table.placement
    hosts = [
        HostHealth(
            name=name,
            machine=record.info.machine,
            sessions=record.load,
            slots=len(placement.slots_of(name)),
            connected=(link := table.links.get(name)) is not None and link.stream is not None,
            leaving=record.leaves,
        )
        for name, record in sorted(placement.hosts.items())
    ]
    fronts = [
        FrontHealth(name=name, machine=record.info.machine, pages=record.pages, answers=name == front.name)
        for name, record in sorted(front.all_fronts.items())
    ]
    return Health(
        version=VERSION,
        sessions=table.sessions,
        engine=_engine(responses),
        storage=table.failure or _storage(responses) or "ok",
        uptime_seconds=round(time.monotonic() - request.app.state.started, 3),
        hosts=hosts,
        fronts=fronts,
    )


def _engine(responses: Sequence[dict[str, Any]]) -> Engine:
    """Return the state of the engine at the host that is the least ready."""
    order: tuple[Engine, ...] = ("compiling", "plain", "compiled")
    found = {host["engine"] for host in responses}
    return next((each for each in order if each in found), "compiling")


def _storage(responses: Sequence[dict[str, Any]]) -> StorageFailure | None:
    """Return why a host cannot save; None if all can."""
    return next((host["storage"] for host in responses if host["storage"] != "ok"), None)


async def ready(request: Request) -> Readiness:
    """Return whether the server accepts requests."""
    if request.app.state.connections.closing:
        raise ProblemError(problem(ErrorCode.CLOSING, "The server is stopping."))
    table: HostTable = request.app.state.table
    if not any(link.stream is not None for link in table.links.values()):
        raise ProblemError(problem(ErrorCode.UNAVAILABLE, "No process that trains is there yet."))
    return Readiness(full=request.app.state.session_manager.is_full_for(None))
