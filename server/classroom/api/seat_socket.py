"""The websocket `/ws/seat` of a learner's page: the state of the seat, at once and after each change."""

import asyncio
import time
from typing import Literal

from starlette.websockets import WebSocket

from server.classroom.api.dependencies import get_room_manager, language_of, page_urls_of, seat_of
from server.classroom.api.serializers import seat_state
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.errors.problems import ProblemError
from server.protocol import close_codes
from server.protocol.rooms import Gone
from server.settings import Settings
from server.websocket.lifecycle import SocketHandler, run_until_first_ends

STATE_INTERVAL = 0.1
"""Minimum seconds between two states."""


class SeatSocket(SocketHandler):
    """One connected page of a learner. Messages from the page count for the rate limit and are ignored."""

    def __init__(self, websocket: WebSocket, settings: Settings) -> None:
        super().__init__(websocket, settings, time.monotonic)
        self._room_manager: RoomManager = get_room_manager(websocket)
        self._close_code: int | None = None
        self._close_requested = asyncio.Event()

    def announce_shutdown(self) -> None:
        """Close the websocket, as the server is stopping."""
        self._request_close(close_codes.RESTART)

    async def _serve(self) -> None:
        try:
            found = seat_of(self._websocket)
        except ProblemError:  # the rooms cannot be read now: the page asks again
            await self._close(close_codes.RESTART)
            return
        if found is None:
            await self._send_gone("removed")
            return
        room, member = found
        notifications = self._room_manager.notifications
        member.online += 1
        notifications.notify(room.id)
        try:
            with notifications.subscribe(member.id) as changed:
                await run_until_first_ends(
                    self._receive_messages(),
                    self._send_states(room, member, changed),
                    self._close_on_request(),
                )
        finally:
            member.online -= 1
            self._room_manager.store.put(*self._still_seated(member))
            notifications.notify(room.id)

    def _still_seated(self, member: Member) -> list[Member]:
        """Return a list of the member; an empty one if the room has ended or the member has left it."""
        room = self._room_manager.rooms.get(member.room)
        return [member] if room is not None and room.members.get(member.id) is member else []

    # -- receiving

    def _is_closing(self) -> bool:
        return self._close_code is not None

    async def _on_message(self, text: str | None) -> None:
        del text

    def _on_rate_exceeded(self) -> None:
        self._request_close(close_codes.FLOOD)

    # -- sending

    async def _send_states(self, room: Room, member: Member, changed: asyncio.Event) -> None:
        """Send the seat's state after each change, and close when the seat is gone."""
        urls, language, last = page_urls_of(self._websocket), language_of(self._websocket), ""
        while True:
            changed.clear()
            if self._room_manager.rooms.get(room.id) is not room:
                await self._send_gone("ended")
                return
            if not self._still_seated(member) or not member.token_hash:
                await self._send_gone("removed")
                return
            text = seat_state(room, member, urls, language).model_dump_json()
            if text != last:
                last = text
                await self._send_in_time(self._websocket.send_text(f'{{"type":"seat",{text[1:]}'))
            await asyncio.sleep(STATE_INTERVAL)
            await changed.wait()

    async def _send_gone(self, reason: Literal["ended", "removed"]) -> None:
        await self._send_in_time(self._websocket.send_text(Gone(reason=reason).model_dump_json()))
        await self._close(close_codes.GONE)

    def _request_close(self, code: int) -> None:
        self._close_code = self._close_code or code
        self._close_requested.set()

    async def _close_on_request(self) -> None:
        await self._close_requested.wait()
        assert self._close_code is not None
        await self._close(self._close_code)
