"""The classroom put together: its rooms, its routes, its websockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from server.classroom import result_routes, routes, seat_routes
from server.classroom.registry import Registry
from server.classroom.seat_socket import SeatSocket
from server.classroom.store import RoomStore
from server.classroom.walls import Walls
from server.classroom.watch import Watch
from server.host import SessionHost
from server.settings import Settings
from server.storage import Storage
from server.websocket import Clients


def install(app: FastAPI, settings: Settings, host: SessionHost, clients: Clients, storage: Storage) -> None:
    """Add the classroom to an application.

    Args:
        app: the application; `teaching` must be run in its lifespan, within the host's.
        settings: the server's.
        host: has the trainings.
        clients: counts all websockets.
        storage: a database of the classroom's own, over the same place as the sessions'.
    """
    registry = Registry(host, RoomStore(storage), settings)
    app.state.registry = registry

    async def seat(socket: WebSocket) -> None:
        await clients.admit(socket, host, settings, lambda _: SeatSocket(socket, settings))

    app.include_router(routes.router)
    app.include_router(result_routes.router)
    app.include_router(seat_routes.router)
    app.router.routes.append(WebSocketRoute("/ws/seat", seat))
    app.router.routes.append(WebSocketRoute("/ws/room", Walls(registry, clients, settings).serve))


@asynccontextmanager
async def teaching(app: FastAPI) -> AsyncIterator[None]:
    """Look after the rooms for the time of an `async with` block."""
    registry: Registry = app.state.registry
    await registry.start()
    looking = asyncio.create_task(Watch(registry).run())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await registry.stop()
