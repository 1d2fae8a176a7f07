"""The application: all parts put together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from server import engine_status
from server.classroom import setup as classroom
from server.classroom.api import pages as classroom_pages
from server.metrics import Metrics
from server.metrics import router as figures
from server.middleware import error_handlers
from server.middleware.auth import Authentication
from server.middleware.head_requests import HeadRequests
from server.middleware.rate_limit import RequestRate
from server.middleware.request_log import Requests
from server.middleware.root_path import RootPath
from server.middleware.security_headers import SecurityHeaders
from server.rest import openapi, router
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database, in_folder
from server.storage.session_store import SessionStore
from server.version import VERSION
from server.web import pages
from server.websocket.playground_socket import Clients


def create_app(settings: Settings | None = None, *, assets: Path | None = None) -> FastAPI:
    """Return the application. Its threads run from its start to its end (the ASGI lifespan).

    Args:
        settings: by default from the environment.
        assets: a folder with `static` and `templates`, if not the usual one.

    Raises:
        server.storage.database.StorageError: the setting `database_url` names no database.
    """
    settings = settings or Settings()
    place = settings.database_url or in_folder(settings.data_dir)
    session_store = SessionStore(Database(place), lifetime=settings.session_lifetime)
    metrics = Metrics()
    session_manager = SessionManager(settings, session_store=session_store, metrics=metrics)
    clients = Clients(settings)
    metrics.watch("sessions", "Trainings in memory.", lambda: len(session_manager))
    metrics.watch("connections", "Pages that are connected.", lambda: len(clients))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine_status.start(settings.data_dir / "kernels")
        session_manager.start()
        watching = asyncio.create_task(metrics.measure_lateness())
        try:
            async with classroom.teaching(app):
                yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            session_manager.stop()

    async def websocket(socket: WebSocket) -> None:
        await clients.serve(socket, session_manager, settings)

    app = FastAPI(
        title=openapi.TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.session_manager = session_manager
    app.state.session_store = session_store
    app.state.clients = clients
    app.state.metrics = metrics
    app.state.started = time.monotonic()
    router.install(app, settings)
    classroom.install(app, settings, session_manager, clients, Database(place))
    metrics.watch("jobs", "Trainings and repeated runs of programs under way.", lambda: len(app.state.jobs))
    app.include_router(figures)
    app.router.routes.append(WebSocketRoute("/ws", websocket))
    openapi.install(app)
    pages.install(app, assets)
    classroom_pages.install(app)
    error_handlers.install(app, max_body=settings.max_body)
    app.add_middleware(HeadRequests)
    app.add_middleware(Authentication, settings=settings, login_page=app.state.pages.login_page)
    app.add_middleware(RequestRate, rate=settings.max_request_rate)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Requests, metrics=metrics)
    if settings.root_path:
        app.add_middleware(RootPath, root=settings.root_path)
    return app
