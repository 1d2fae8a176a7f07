"""The application of a front: serves the playground's page and all files, and forwards the rest to hosts.

Its middleware checks origin, password and rates of every request and websocket, as in the application of a
single process; hosts trust each front that knows their secret.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from server.app import add_middleware
from server.asgi.adopted_socket import create_config
from server.cluster.forwarded_socket import ForwardedSocket
from server.cluster.forwarding import RestForwarder
from server.cluster.front import Front
from server.cluster.front_health import health, ready
from server.cluster.front_metrics import StreamCounts, all_metrics
from server.cluster.host_queries import list_or_cancel_jobs
from server.cluster.host_table import HostTable
from server.limits.call_work import CallWork
from server.settings import Settings
from server.version import VERSION
from server.web import pages
from server.websocket.connections import ConnectionManager

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


class ClusterSessions:
    """Stands in for the session manager where pages ask about sessions: answers for the whole cluster."""

    def __init__(self, table: HostTable, settings: Settings) -> None:
        self._table = table
        self._settings = settings

    def can_resume(self, session_id: str) -> bool:
        """Return True for any id: the session's host decides once the page connects."""
        return bool(session_id)

    def is_full_for(self, address: str | None) -> bool:
        """Return whether a new session would be refused because there are too many in the cluster."""
        del address  # the limit for one address is checked by the host
        return self._table.sessions >= self._settings.max_sessions


def create_front_app(
    settings: Settings, table: HostTable, front: Front, *, assets: Path | None = None
) -> FastAPI:
    """Return the application of a front.

    Args:
        settings: the server's settings.
        table: the hosts; the application's lifespan keeps it up to date.
        front: this front; the application's lifespan starts and stops it.
        assets: see `create_app`.
    """
    app = FastAPI(
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    metrics, call_work = front.metrics, CallWork()
    connections = ConnectionManager(settings, metrics, call_work.builds, front.processes, front.processes)
    front.pages = connections.quota
    app.state.settings, app.state.metrics, app.state.connections = settings, metrics, connections
    app.state.table, app.state.front = table, front
    app.state.session_manager = ClusterSessions(table, settings)
    app.state.started = time.monotonic()
    metrics.add_gauge("connections", "Pages that are connected.", lambda: len(connections))
    metrics.registry.register(StreamCounts(table))

    pages.install(app, assets)
    app.add_api_route("/api/health", health, include_in_schema=False)
    app.add_api_route("/api/ready", ready, include_in_schema=False)
    app.router.routes.append(Route("/metrics", _metrics))
    for path in ("/ws", "/ws/seat", "/ws/room", "/ws/projector", "/ws/projected"):
        app.router.routes.append(WebSocketRoute(path, _socket(app, settings, table, connections)))
    app.router.routes.append(Route("/ws", connections.refusals.without_upgrade))
    app.router.routes.append(Route("/ws/{rest:path}", connections.refusals.without_upgrade))
    app.router.routes.append(Route("/api/jobs", list_or_cancel_jobs, methods=["GET", "DELETE"]))
    app.router.routes.append(
        Route("/{rest:path}", RestForwarder(table, connections.stopping), methods=METHODS)
    )
    add_middleware(app, settings, metrics, front.processes)
    return app


def _socket(app: FastAPI, settings: Settings, table: HostTable, connections: ConnectionManager):  # type: ignore[no-untyped-def]  # noqa: ANN202
    adopted = create_config(app, settings)

    async def serve(socket: WebSocket) -> None:
        by_session = socket.scope["path"].endswith("/ws")
        await connections.serve(
            socket,
            lambda accepted: ForwardedSocket(accepted, settings, table, adopted, by_session=by_session),
        )

    return serve


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    table: HostTable = app.state.table
    front: Front = app.state.front
    await table.refresh()
    await front.start()
    running = table.run(), front.run(), front.metrics.measure_lateness()
    tasks = [asyncio.create_task(each) for each in running]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _metrics(request: Request) -> Response:
    return await all_metrics(request.app)
