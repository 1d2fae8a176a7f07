"""The projector's websockets: a room's state, and the network that its teacher shows. They change nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.websockets import WebSocket

from server.classroom.api.dependencies import get_room_manager, page_urls_of
from server.classroom.api.serializers import projector_state
from server.classroom.model.room import Room
from server.classroom.service.projector import get_projected_room, projected_session
from server.classroom.service.room_manager import RoomManager
from server.classroom.wall.hub import Wall
from server.classroom.wall.poller import WallPoller
from server.classroom.wall.socket import EntryDeniedError
from server.errors import wire_errors
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError
from server.protocol import messages as wire
from server.settings import Settings
from server.web.public_urls import PageUrls
from server.websocket.extensions import PROJECTED
from server.websocket.playground_socket import PlaygroundSocket

PROJECTOR_MESSAGES = (wire.Ack, wire.Visible, wire.Watch, wire.Probe, wire.ShowImage)
"""The messages that change only what the projector itself sees."""


class ProjectorWall(Wall):
    """A room as its projector sees it, without the learners' networks."""

    def __init__(self, room_manager: RoomManager, room: Room, urls: PageUrls) -> None:
        super().__init__(room_manager, room, WallPoller(room_manager.room_sessions, dict), urls)

    def state(self) -> str:
        """Return the room's state as a message."""
        text = projector_state(self._room, self._urls).model_dump_json()
        return f'{{"type":"room",{text[1:]}'

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Event]:
        """Subscribe within a `with` block; yields an event that is set when the room changes or ends."""
        notifications = self._room_manager.notifications
        self._room.projectors += 1
        notifications.notify(self._room.id)
        try:
            with notifications.subscribe(self._room.id) as event:
                yield event
        finally:
            self._room.projectors -= 1
            notifications.notify(self._room.id)


def open_projector(websocket: WebSocket, room_id: str, key: str) -> ProjectorWall:
    """Return the room with an id for its projector's key.

    Raises:
        EntryDeniedError: there is no such room, or the key is wrong.
    """
    room_manager = get_room_manager(websocket)
    try:
        room = get_projected_room(room_manager, room_id, key)
    except ProblemError as problem:
        raise EntryDeniedError(ErrorCode[problem.problem.code.upper()]) from None
    return ProjectorWall(room_manager, room, page_urls_of(websocket))


class ProjectedNetworkSocket(PlaygroundSocket):
    """The websocket of a page that watches the network which a teacher shows.

    Its `open` names, in place of a session, the room, the projector's key and the seat: `room.key.seat`. The
    session's id, which would let the page change the training, is not sent.
    """

    def __init__(self, websocket: WebSocket, room_manager: RoomManager, settings: Settings) -> None:
        state = websocket.app.state
        super().__init__(websocket, state.session_manager, settings, state.change_guard)
        self._room_manager = room_manager

    async def _copy(self, message: wire.Open) -> wire.Open:
        raise _view_only_error(message.ref)

    def _handle(self, message: wire.AnyClientMessage) -> None:
        if isinstance(message, wire.Open):
            session = self._find(message.session or "")
            if session is None:
                raise wire_errors.MessageError(
                    wire_errors.error(ErrorCode.NOT_YOUR_ROOM, "This network is not shown.", ref=message.ref)
                )
            self._outbox.shown_as = message.session
            message = wire.Open(version=1, session=session, packing=message.packing, ref=message.ref)
        elif not isinstance(message, PROJECTOR_MESSAGES):
            raise _view_only_error(message.ref)
        super()._handle(message)

    def _find(self, name: str) -> str | None:
        """Return the session for a name of the form `room.key.seat`; None if it is not shown.

        If the rooms are in another process, the scope that it forwards contains the session.
        """
        shown = self._websocket.scope.get(PROJECTED)
        session = projected_session(self._room_manager, name) if shown is None else shown.get(name)
        return session if session is not None and self._sessions.exists(session) else None


def _view_only_error(ref: int | None) -> wire_errors.MessageError:
    return wire_errors.MessageError(
        wire_errors.error(ErrorCode.NOT_YOUR_ROOM, "The projector changes nothing.", ref=ref)
    )
