"""The application: all parts put together."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from server import api, compiled, docs, pages, problems, rest
from server.access import Access
from server.headers import SecurityHeaders
from server.host import SessionHost
from server.keeper import Keeper
from server.settings import Settings
from server.storage import Storage, in_folder
from server.version import VERSION
from server.websocket import Clients


def create_app(settings: Settings | None = None, *, assets: Path | None = None) -> FastAPI:
    """Return the application. Its threads run from its start to its end (the ASGI lifespan).

    Args:
        settings: by default from the environment.
        assets: a folder with `static` and `templates`, if not the usual one.

    Raises:
        server.storage.StorageError: the setting `database_url` names no database.
    """
    settings = settings or Settings()
    storage = Storage(settings.database_url or in_folder(settings.data_dir))
    keeper = Keeper(storage, lifetime=settings.session_lifetime)
    host = SessionHost(settings, keeper=keeper)
    clients = Clients(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        compiled.start(settings.data_dir / "kernels")
        host.start()
        try:
            yield
        finally:
            host.stop()

    async def websocket(socket: WebSocket) -> None:
        await clients.serve(socket, host, settings)

    app = FastAPI(
        title=docs.TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.host = host
    app.state.keeper = keeper
    app.state.clients = clients
    app.state.started = time.monotonic()
    app.include_router(api.router)
    rest.install(app)
    app.router.routes.append(WebSocketRoute("/ws", websocket))
    docs.install(app)
    pages.install(app, assets)
    problems.install(app, max_body=settings.max_body)
    app.add_middleware(api.Heads)
    app.add_middleware(Access, settings=settings, pages=app.state.pages)
    app.add_middleware(SecurityHeaders)
    return app
