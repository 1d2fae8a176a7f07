"""The teacher's websocket `/ws/room`: the room's state as text, updates of the learners' networks as bytes.

There is no queue: each message is built from the latest state when it is sent, and only as often as the page
can receive it.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.websockets import WebSocket

from server.classroom.wall.encoding import EntryEncoder, pack
from server.classroom.wall.poller import WallPoller
from server.errors.codes import ErrorCode
from server.protocol import close_codes
from server.protocol.messages import Closing
from server.protocol.rooms import EntryDenied, Gone, OpenWall
from server.settings import Settings
from server.websocket.lifecycle import SocketHandler, run_until_first_ends

OPEN_TIMEOUT = 10.0
"""Seconds within which a page must send its first message."""

STATE_INTERVAL, STATE_BYTES_PER_SECOND = 0.25, 100_000
"""Minimum seconds between two states of the room, and maximum bytes of states per second."""

UPDATE_INTERVAL, UPDATE_BYTES_PER_SECOND = 1 / 3, 200_000
"""The same for updates of the learners' networks."""

MAX_IN_FLIGHT = 2
"""Maximum number of updates sent but not acknowledged, to a page that acknowledges updates."""


class EntryDeniedError(Exception):
    """A page may not open a wall: there is no such room, the key is wrong, or the message is not valid."""

    def __init__(self, code: ErrorCode) -> None:
        super().__init__(code.value)
        self.code = code


class WallRoom(Protocol):
    """The part of a room that the wall uses."""

    @property
    def poller(self) -> WallPoller:
        """The source of the learners' snapshots."""

    @property
    def ended(self) -> bool:
        """Whether the room no longer exists."""

    def state(self) -> str:
        """Return the room's state as a message."""

    def subscribe(self) -> AbstractContextManager[asyncio.Event]:
        """Subscribe within a `with` block; yields an event that is set when the room changes or ends."""


WallOpener = Callable[[WebSocket, str, str], WallRoom]
"""Returns the room with an id and a key; raises `EntryDeniedError`."""


class SendInterval:
    """Limits how often, and at how many bytes a second, something is sent.

    Attributes:
        due: the earliest time of the next message, in seconds of the monotonic clock.
    """

    def __init__(self, interval: float, bytes_per_second: float) -> None:
        self.due = 0.0
        self._interval = interval
        self._bytes_per_second = bytes_per_second

    def mark_sent(self, now: float, size: int) -> None:
        """Record that a message of `size` bytes was sent at `now`; updates `due`."""
        self.due = now + max(self._interval, size / self._bytes_per_second)


class WallSocket(SocketHandler):
    """One connected page of a teacher; a `Watcher` of the room's poller.

    Attributes:
        resolution: cells on a side of the heat maps that the page wants.
    """

    def __init__(self, websocket: WebSocket, settings: Settings, open_wall: WallOpener) -> None:
        super().__init__(websocket, settings, time.monotonic)
        self.resolution = 0
        self._open_wall = open_wall
        self._wake = asyncio.Event()
        self._changed, self._polled = True, False
        self._closing: tuple[int, str | None] | None = None
        self._encoders: dict[str, EntryEncoder] = {}
        self._sent_resolution = 0
        self._acks = False
        self._in_flight = 0
        self._states = SendInterval(STATE_INTERVAL, STATE_BYTES_PER_SECOND)
        self._updates = SendInterval(UPDATE_INTERVAL, UPDATE_BYTES_PER_SECOND)

    def announce_shutdown(self) -> None:
        """Announce the shutdown, then close."""
        self._request_end(close_codes.RESTART, Closing(reason="shutdown").model_dump_json())

    def on_poll(self) -> None:
        """Wake `_send`, as the poller may have new snapshots."""
        self._polled = True
        self._wake.set()

    async def _serve(self) -> None:
        try:
            opening = _parse(await self._receive_first(OPEN_TIMEOUT))
            room = self._open_wall(self._websocket, opening.room, opening.key)
        except EntryDeniedError as denied:
            message = EntryDenied(code=denied.code.value).model_dump_json()
            await self._close(denied.code.close_code or close_codes.FORBIDDEN, message)
            return
        self.resolution, self._acks = opening.resolution, opening.acks
        with room.subscribe() as changes:
            room.poller.add_watcher(self)
            try:
                await run_until_first_ends(
                    self._receive_messages(), self._watch_room(room, changes), self._send(room)
                )
            finally:
                room.poller.remove_watcher(self)

    async def _watch_room(self, room: WallRoom, changes: asyncio.Event) -> None:
        """Have the state sent after each change of the room; close the websocket when the room ends."""
        while not room.ended:
            await changes.wait()
            changes.clear()
            self._changed = True
            self._wake.set()
        self._request_end(close_codes.GONE, Gone(reason="ended").model_dump_json())
        await asyncio.Future()  # `_send` closes the websocket, which ends all three tasks

    def _request_end(self, code: int, last_message: str | None = None) -> None:
        self._closing = (code, last_message)
        self._wake.set()

    # -- receiving

    def _is_closing(self) -> bool:
        return self._closing is not None

    async def _on_message(self, text: str | None) -> None:
        """Handle the acknowledgement of an update; ignore other messages."""
        if text is not None and text.startswith('{"type":"ack"') and self._in_flight:
            self._in_flight -= 1
            self._wake.set()

    def _on_rate_exceeded(self) -> None:
        self._request_end(close_codes.FLOOD)

    # -- sending

    async def _send(self, room: WallRoom) -> None:
        """Send states and updates when they are due; close the websocket when that is requested."""
        while True:
            self._wake.clear()
            if self._closing is not None:
                await self._close(*self._closing)
                return
            now = time.monotonic()
            if self._changed and now >= self._states.due:
                self._changed = False
                state = room.state()
                await self._send_in_time(self._websocket.send_text(state))
                self._states.mark_sent(now, len(state))
            free = not self._acks or self._in_flight < MAX_IN_FLIGHT
            if self._polled and free and now >= self._updates.due:
                self._polled = False
                await self._update(room.poller, now)
            await self._wait(free=free)

    async def _wait(self, *, free: bool) -> None:
        """Wait until something changes or the next message is due."""
        due_times = [self._states.due] if self._changed else []
        if self._polled and free:
            due_times.append(self._updates.due)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(due_times) - time.monotonic() if due_times else None):
                await self._wake.wait()

    async def _update(self, poller: WallPoller, now: float) -> None:
        """Send the learners that have changed since the last update, if there are any."""
        resolution = poller.resolution
        if resolution != self._sent_resolution:
            self._sent_resolution, self._encoders = resolution, {}
        learners: list[dict[str, Any]] = []
        heat_maps: list[bytes] = []
        _remove_absent(self._encoders, poller.snapshots)
        for seat, snapshot in poller.snapshots.items():
            encoder = self._encoders.setdefault(seat, EntryEncoder())
            # A heat map of another resolution is from an earlier round; the next round replaces it.
            if encoder.has_changed(snapshot) and snapshot.heat_map.resolution == resolution:
                learners.append(encoder.encode(seat, snapshot, heat_maps))
        if not learners:
            return
        update = await asyncio.to_thread(pack, resolution, learners, heat_maps)
        self._in_flight += 1
        await self._send_in_time(self._websocket.send_bytes(update))
        self._updates.mark_sent(now, len(update))


def _parse(text: str | None) -> OpenWall:
    try:
        return OpenWall.model_validate_json(text or "")
    except ValidationError:
        raise EntryDeniedError(ErrorCode.INVALID_MESSAGE) from None


def _remove_absent(encoders: dict[str, EntryEncoder], seats: Mapping[str, object]) -> None:
    for seat in encoders.keys() - seats.keys():
        del encoders[seat]
