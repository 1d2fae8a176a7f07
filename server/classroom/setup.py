"""The classroom put together: its rooms, its routes, its websockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from server.classroom.api import results, rooms, seats
from server.classroom.api.seat_socket import SeatSocket
from server.classroom.service.monitor import Monitor
from server.classroom.service.room_manager import RoomManager
from server.classroom.service.room_store import RoomStore
from server.classroom.wall.hub import WallHub
from server.jobs.worker_pool import WorkerPool
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database
from server.websocket.connections import ConnectionManager


def install(
    app: FastAPI,
    settings: Settings,
    session_manager: SessionManager,
    worker_pool: WorkerPool,
    connections: ConnectionManager,
    storage: Database,
) -> None:
    """Add the classroom to an application.

    Args:
        app: the application; `teaching` must be run in its lifespan, within the host's.
        settings: the server's.
        session_manager: has the trainings.
        worker_pool: trains what is verified.
        connections: admits all websockets.
        storage: a database of the classroom's own, over the same place as the sessions'.
    """
    room_manager = RoomManager(session_manager, worker_pool, RoomStore(storage), settings)
    app.state.room_manager = room_manager

    async def seat(socket: WebSocket) -> None:
        await connections.serve(socket, lambda accepted: SeatSocket(accepted, settings))

    app.include_router(rooms.router)
    app.include_router(results.router)
    app.include_router(seats.router)
    app.router.routes.append(WebSocketRoute("/ws/seat", seat))
    app.router.routes.append(WebSocketRoute("/ws/room", WallHub(room_manager, connections, settings).serve))


@asynccontextmanager
async def teaching(app: FastAPI) -> AsyncIterator[None]:
    """Look after the rooms for the time of an `async with` block."""
    room_manager: RoomManager = app.state.room_manager
    await room_manager.start()
    looking = asyncio.create_task(Monitor(room_manager).run())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await room_manager.stop()
