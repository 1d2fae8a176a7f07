"""Adds the classroom to an application: its rooms, routes and websockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial

from fastapi import FastAPI
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.websockets import WebSocket

from server.classroom.api import projector, results, room_lessons, rooms, seats, teachers
from server.classroom.api.seat_access import owns_training
from server.classroom.api.seat_socket import SeatSocket
from server.classroom.service.join_limits import JoinLimits
from server.classroom.service.lesson_progress import progress_listener
from server.classroom.service.monitor import Monitor
from server.classroom.service.projector import projected_session
from server.classroom.service.room_lessons import lesson_finder
from server.classroom.service.room_manager import RoomManager
from server.classroom.service.room_store import RoomStore
from server.classroom.service.stored_lessons import StoredLessons
from server.classroom.wall.channels import room_channels
from server.classroom.wall.hub import WallHub
from server.classroom.wall.projector_socket import ProjectedNetworkSocket, open_projector
from server.classroom.wall.socket import WallSocket
from server.jobs.worker_pool import WorkerPool
from server.lessons.library import Library
from server.lessons.verified import ProgressReports
from server.rest.openapi import shared_routes
from server.runtime.room_sessions import RoomSessions
from server.settings import Settings
from server.storage.database import Database
from server.websocket.connections import ConnectionManager
from server.websocket.extensions import PROJECTED
from server.websocket.lifecycle import SocketHandler

Relay = Callable[[WebSocket, Callable[[str], str | None]], SocketHandler]
"""Returns the handler of a projector's websocket, given a function that finds the session for a name."""


@cache
def rest_routes() -> list[BaseRoute]:
    """Return the classroom's REST routes, which all applications of this process share."""
    return shared_routes(
        teachers.router,
        rooms.router,
        room_lessons.router,
        results.router,
        projector.router,
        seats.router,
    )


def install(
    app: FastAPI,
    settings: Settings,
    room_sessions: RoomSessions,
    worker_pool: WorkerPool,
    connections: ConnectionManager,
    storage: Database,
    *,
    others: Database | None = None,
    relay: Relay | None = None,
) -> None:
    """Add the classroom to an application.

    Args:
        app: the application; its lifespan must enter `classroom_lifespan` while the sessions run.
        settings: the server's settings.
        room_sessions: runs the learners' sessions.
        worker_pool: runs the verifications of submissions.
        connections: accepts and serves all websockets.
        storage: a database object for the classroom alone; it may use the same file as that of the sessions.
        others: a second database object, for lessons of rooms that another process has; None if none does.
        relay: serves a projector's websocket if sessions may be in other processes.
    """
    room_manager = RoomManager(room_sessions, worker_pool, RoomStore(storage), settings)
    app.state.room_manager = room_manager
    lessons: Library = app.state.lessons
    find = lesson_finder(lambda: [*room_manager.rooms.values()])
    stored = None if others is None else StoredLessons(others)
    lessons.elsewhere = find if stored is None else lambda name: find(name) or stored.find(name)
    reports: ProgressReports = app.state.progress_reports
    reports.listener = progress_listener(room_manager)
    app.state.join_limits = JoinLimits(settings)
    app.state.change_guard.owns = owns_training

    async def seat(socket: WebSocket) -> None:
        await connections.serve(socket, lambda accepted: SeatSocket(accepted, settings))

    app.router.routes.extend(rest_routes())
    app.router.routes.append(WebSocketRoute("/ws/seat", seat))

    async def projector_wall(socket: WebSocket) -> None:
        await connections.serve(socket, lambda accepted: WallSocket(accepted, settings, open_projector))

    async def projected_network(socket: WebSocket) -> None:
        def handler(accepted: WebSocket) -> SocketHandler:
            if relay is not None and PROJECTED not in accepted.scope:
                return relay(accepted, partial(projected_session, room_manager))
            return ProjectedNetworkSocket(accepted, room_manager, settings)

        await connections.serve(socket, handler)

    app.state.websocket_channels += room_channels()
    app.router.routes.append(WebSocketRoute("/ws/projector", projector_wall))
    app.router.routes.append(WebSocketRoute("/ws/projected", projected_network))
    app.router.routes.append(WebSocketRoute("/ws/room", WallHub(room_manager, connections, settings).serve))


@asynccontextmanager
async def classroom_lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the rooms and monitor them during an `async with` block; save them at its end."""
    room_manager: RoomManager = app.state.room_manager
    await room_manager.start()
    monitoring = asyncio.create_task(Monitor(room_manager).run())
    try:
        yield
    finally:
        monitoring.cancel()
        await asyncio.gather(monitoring, return_exceptions=True)
        await room_manager.stop()
