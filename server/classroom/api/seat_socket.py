"""The websocket of a learner's page: the seat's state, at once and after each change."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.classroom.api.dependencies import get_room_manager, page_urls_of, seat_of
from server.classroom.api.serializers import seat_state
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.protocol import close_codes
from server.settings import Settings

CLOSE_GONE = 4404
"""There is no such seat, or no more."""

PAUSE = 0.1
"""Seconds between two states at least."""

_GOODBYE = 1.0


class SeatSocket:
    """One connected page of a learner."""

    def __init__(self, websocket: WebSocket, settings: Settings) -> None:
        self.ended = asyncio.Event()
        self._websocket = websocket
        self._room_manager: RoomManager = get_room_manager(websocket)
        self._send_timeout = settings.send_timeout
        self._closing = asyncio.Event()

    def say_goodbye(self) -> None:
        """Have the socket closed: the server stops."""
        self._closing.set()

    async def run(self) -> None:
        """Serve it until it closes."""
        try:
            await self._websocket.accept()
            found = seat_of(self._websocket)
            if found is None:
                await self._say_gone("removed")
                return
            await self._serve(*found)
        except (WebSocketDisconnect, RuntimeError, OSError, TimeoutError):
            return  # the page is gone, or takes nothing
        finally:
            self.ended.set()

    async def _serve(self, room: Room, member: Member) -> None:
        member.online += 1
        self._room_manager.notifications.tell(room.id)
        with self._room_manager.notifications.listening(member.id) as changed:
            loops = [
                asyncio.create_task(self._receive()),
                asyncio.create_task(self._send(room, member, changed)),
                asyncio.create_task(self._closing.wait()),
            ]
            try:
                done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
                for loop in done:
                    loop.result()
                if self._closing.is_set():
                    await self._close(close_codes.RESTART)
            finally:
                for loop in loops:
                    loop.cancel()
                await asyncio.gather(*loops, return_exceptions=True)
                member.online -= 1
                self._room_manager.store.put(*self._present(member))
                self._room_manager.notifications.tell(room.id)

    def _present(self, member: Member) -> list[Member]:
        room = self._room_manager.rooms.get(member.room)
        return [member] if room is not None and room.members.get(member.id) is member else []

    async def _receive(self) -> None:
        """Read on, so that pings are answered; nothing that is said matters."""
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                return

    async def _send(self, room: Room, member: Member, changed: asyncio.Event) -> None:
        urls, last = page_urls_of(self._websocket), ""
        while True:
            changed.clear()
            if self._room_manager.rooms.get(room.id) is not room:
                await self._say_gone("ended")
                return
            if not self._present(member) or not member.token_hash:
                await self._say_gone("removed")
                return
            text = seat_state(room, member, urls).model_dump_json()
            if text != last:
                last = text
                await self._say(f'{{"type":"seat",{text[1:]}')
            await asyncio.sleep(PAUSE)
            await changed.wait()

    async def _say_gone(self, reason: str) -> None:
        await self._say(f'{{"type":"gone","reason":"{reason}"}}')
        await self._close(CLOSE_GONE)

    async def _say(self, text: str) -> None:
        async with asyncio.timeout(self._send_timeout):
            await self._websocket.send_text(text)

    async def _close(self, code: int) -> None:
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
            async with asyncio.timeout(_GOODBYE):
                await self._websocket.close(code)
