"""The walls of all rooms. A page opens a wall with the room's key; all pages of a room share one poller."""

import asyncio
from contextlib import AbstractContextManager

from starlette.websockets import WebSocket

from server.classroom.api.dependencies import page_urls_of
from server.classroom.api.serializers import room_state
from server.classroom.model.room import Room
from server.classroom.service.room_manager import RoomManager
from server.classroom.wall.poller import WallPoller
from server.classroom.wall.socket import EntryDeniedError, WallSocket
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError
from server.settings import Settings
from server.web.public_urls import PageUrls
from server.websocket.connections import ConnectionManager


class Wall:
    """The wall of one room, for one page."""

    def __init__(self, room_manager: RoomManager, room: Room, poller: WallPoller, urls: PageUrls) -> None:
        self.poller = poller
        self._room_manager = room_manager
        self._room = room
        self._urls = urls

    @property
    def ended(self) -> bool:
        """Whether the room has ended."""
        return self._room_manager.rooms.get(self._room.id) is not self._room

    def state(self) -> str:
        """Return the room's state as a message."""
        text = room_state(self._room, self._urls).model_dump_json()
        return f'{{"type":"room",{text[1:]}'

    def subscribe(self) -> AbstractContextManager[asyncio.Event]:
        """Subscribe within a `with` block; yields an event that is set when the room changes or ends."""
        return self._room_manager.notifications.subscribe(self._room.id)


class WallHub:
    """The walls of a server."""

    def __init__(self, room_manager: RoomManager, connections: ConnectionManager, settings: Settings) -> None:
        self._room_manager = room_manager
        self._connections = connections
        self._settings = settings
        self._pollers: dict[str, WallPoller] = {}

    async def serve(self, websocket: WebSocket) -> None:
        """Serve the websocket of a page until it closes."""
        await self._connections.serve(
            websocket, lambda accepted: WallSocket(accepted, self._settings, self.open_wall)
        )

    def open_wall(self, websocket: WebSocket, room_id: str, key: str) -> Wall:
        """Return the wall of the room with an id.

        Raises:
            server.classroom.wall.socket.EntryDeniedError: there is no such room, or the key is wrong.
        """
        try:
            room = self._room_manager.get_room(room_id, key)
        except ProblemError as problem:
            raise EntryDeniedError(ErrorCode[problem.problem.code.upper()]) from None
        for ended in self._pollers.keys() - self._room_manager.rooms.keys():
            del self._pollers[ended]

        def seats() -> dict[str, str]:
            return {member.id: member.session for member in room.members.values()}

        poller = self._pollers.setdefault(room.id, WallPoller(self._room_manager.room_sessions, seats))
        return Wall(self._room_manager, room, poller, page_urls_of(websocket))
