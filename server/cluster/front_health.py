"""The state of a cluster, as a front knows it."""

import time

from fastapi import Request

from server import engine_status
from server.cluster.host_table import HostTable
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.rest.health import Health, HostHealth, Readiness
from server.version import VERSION


async def health(request: Request) -> Health:
    """Return the state of all hosts."""
    table: HostTable = request.app.state.table
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
    return Health(
        version=VERSION,
        sessions=table.sessions,
        engine=engine_status.engine(),
        storage=table.failure or "ok",
        uptime_seconds=round(time.monotonic() - request.app.state.started, 3),
        hosts=hosts,
    )


async def ready(request: Request) -> Readiness:
    """Return whether the server accepts requests."""
    if request.app.state.connections.closing:
        raise ProblemError(problem(ErrorCode.CLOSING, "The server is stopping."))
    table: HostTable = request.app.state.table
    if not any(link.stream is not None for link in table.links.values()):
        raise ProblemError(problem(ErrorCode.UNAVAILABLE, "No process that trains is there yet."))
    return Readiness(full=request.app.state.session_manager.is_full_for(None))
