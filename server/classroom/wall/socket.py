"""The teacher's socket `/ws/room`: the room's state as text, and what its learners' networks do as bytes.

Nothing waits in a queue: what leaves is made just then, of what is newest, and only as often as the screen
takes it.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.classroom.wall.encoding import Known, pack
from server.classroom.wall.poller import WallPoller
from server.limits.rate_limits import MessageRateLimiter, Verdict
from server.settings import Settings
from server.websocket.extensions import ABORT

OPEN_WITHIN = 10.0
"""Seconds that a screen has to say which room it wants."""

STATE_EVERY, STATE_BYTES = 0.25, 100_000
"""Seconds from one state of the room to the next at least, and bytes of them a second at most."""

UPDATE_EVERY, UPDATE_BYTES = 1 / 3, 200_000
"""The same of the learners' networks."""

MOST_UNDER_WAY = 2
"""Updates that a screen which acknowledges them has not painted yet, at most."""

GOODBYE = 1.0
"""Seconds that a last message and a close frame may take."""

LINGER = 10.0
"""Seconds after which a connection that was closed, and whose peer does not take note, is dropped."""

CLOSE_REFUSED, CLOSE_GONE, CLOSE_RESTART, CLOSE_STALLED, CLOSE_FLOOD = 4403, 4404, 1012, 4408, 1008

log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - it names what happened
    """The room is not this one's, or there is none; the text is the code."""


class Room(Protocol):
    """What the wall needs of a room that somebody has the key of."""

    @property
    def poller(self) -> WallPoller:
        """What was seen of its learners."""

    @property
    def ended(self) -> bool:
        """Whether it is no more."""

    def state(self) -> str:
        """Return its state, as the message that tells it."""

    def listening(self) -> AbstractContextManager[asyncio.Event]:
        """Give, for the time of a `with` block, an event that is set at each change and at the end."""


Enter = Callable[[WebSocket, str, str], Room]
"""How to come to a room by its id and its key; raises `Refused`."""


class Open(BaseModel):
    """What a screen says first."""

    model_config = ConfigDict(extra="ignore")

    type: str = Field(pattern="^open$")
    room: str = Field(max_length=100)
    key: str = Field(max_length=200)
    resolution: int = Field(40, ge=8, le=40)
    acks: bool = False


class Pace:
    """When something may be sent again: not too often, and not too many bytes a second."""

    def __init__(self, every: float, most_bytes: float) -> None:
        self.due = 0.0
        self._every = every
        self._most_bytes = most_bytes

    def sent(self, now: float, size: int) -> None:
        """Take note of what was sent."""
        self.due = now + max(self._every, size / self._most_bytes)


class Screen:
    """One teacher's screen."""

    def __init__(self, websocket: WebSocket, settings: Settings, enter: Enter) -> None:
        self.ended = asyncio.Event()
        self.resolution = 0
        self._websocket = websocket
        self._settings = settings
        self._enter = enter
        self._throttle = MessageRateLimiter(settings.max_message_rate, time.monotonic)
        self._wake = asyncio.Event()
        self._changed, self._seen = True, False
        self._close: tuple[int, str | None] | None = None
        self._known: dict[str, Known] = {}
        self._drawn = 0
        self._acks = False
        self._under_way = 0
        self._states, self._updates = Pace(STATE_EVERY, STATE_BYTES), Pace(UPDATE_EVERY, UPDATE_BYTES)

    def say_goodbye(self) -> None:
        """Announce the end of the server, then close."""
        self._end(CLOSE_RESTART, '{"type":"closing","reason":"shutdown"}')

    def seen(self) -> None:
        """Take note that there may be something new to show."""
        self._seen = True
        self._wake.set()

    async def run(self) -> None:
        """Accept the socket and serve it until it closes."""
        linger = LINGER
        try:
            await self._websocket.accept()
            await self._serve()
        except Refused as refused:
            await self._last(CLOSE_REFUSED, json.dumps({"type": "error", "code": str(refused)}))
        except TimeoutError:
            linger = GOODBYE
            await self._last(CLOSE_STALLED, None)
        except (WebSocketDisconnect, RuntimeError, OSError) as gone:
            log.debug("a screen is gone: %r", gone)
        finally:
            abort = self._websocket.scope["extensions"].get(ABORT)
            if abort is not None:
                asyncio.get_running_loop().call_later(linger, abort)
            self.ended.set()

    async def _serve(self) -> None:
        async with asyncio.timeout(OPEN_WITHIN):
            opening = _read(await self._receive())
        room = self._enter(self._websocket, opening.room, opening.key)
        self.resolution, self._acks = opening.resolution, opening.acks
        with room.listening() as changes:
            loops = [
                asyncio.create_task(self._listen()),
                asyncio.create_task(self._follow(room, changes)),
                asyncio.create_task(self._show(room)),
            ]
            room.poller.join(self)
            try:
                done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
                for loop in done:
                    loop.result()
            finally:
                room.poller.leave(self)
                for loop in loops:
                    loop.cancel()
                await asyncio.gather(*loops, return_exceptions=True)

    async def _follow(self, room: Room, changes: asyncio.Event) -> None:
        """Take note of what changes in the room, until it ends; the goodbye is said by who sends."""
        while not room.ended:
            await changes.wait()
            changes.clear()
            self._changed = True
            self._wake.set()
        self._end(CLOSE_GONE, '{"type":"gone","reason":"ended"}')
        await asyncio.Future()

    def _end(self, code: int, word: str | None) -> None:
        self._close = (code, word)
        self._wake.set()

    # -- receiving

    async def _receive(self) -> str | None:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code", 1005))
        text: str | None = event.get("text")
        return text

    async def _listen(self) -> None:
        """Hear what was painted; whatever else a screen says is nothing to us."""
        while True:
            text = await self._receive()
            verdict, wait = self._throttle.judge()
            if verdict in {Verdict.FLOOD, Verdict.REFUSED}:
                self._end(CLOSE_FLOOD, None)
                return await asyncio.Future()
            if wait > 0:
                await asyncio.sleep(wait)
            if text is not None and text.startswith('{"type":"ack"') and self._under_way:
                self._under_way -= 1
                self._wake.set()

    # -- sending

    async def _show(self, room: Room) -> None:
        """Send what is due, as long as there is anybody."""
        while True:
            self._wake.clear()
            if self._close is not None:
                await self._last(*self._close)
                return
            now = time.monotonic()
            if self._changed and now >= self._states.due:
                self._changed = False
                state = room.state()
                await self._in_time(self._websocket.send_text(state))
                self._states.sent(now, len(state))
            free = not self._acks or self._under_way < MOST_UNDER_WAY
            if self._seen and free and now >= self._updates.due:
                self._seen = False
                await self._update(room.poller, now)
            await self._rest(free=free)

    async def _rest(self, *, free: bool) -> None:
        """Wait until something comes or is due."""
        times = [self._states.due] if self._changed else []
        if self._seen and free:
            times.append(self._updates.due)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(times) - time.monotonic() if times else None):
                await self._wake.wait()

    async def _update(self, poller: WallPoller, now: float) -> None:
        """Send what changed since the last update, if anything did."""
        resolution = poller.resolution
        if resolution != self._drawn:
            self._drawn, self._known = resolution, {}
        learners: list[dict[str, Any]] = []
        pictures: list[bytes] = []
        _keep_only(self._known, poller.glimpses)
        for seat, glimpse in poller.glimpses.items():
            known = self._known.setdefault(seat, Known())
            # Those of another size are of an earlier round: the next has them in this one.
            if known.lacks(glimpse) and glimpse.picture.resolution == resolution:
                learners.append(known.tell(seat, glimpse, pictures))
        if not learners:
            return
        update = await asyncio.to_thread(pack, resolution, learners, pictures)
        self._under_way += 1
        await self._in_time(self._websocket.send_bytes(update))
        self._updates.sent(now, len(update))

    async def _in_time(self, sending: Any) -> None:
        async with asyncio.timeout(self._settings.send_timeout):
            await sending

    async def _last(self, code: int, word: str | None) -> None:
        """Say a last word, and close."""
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
            async with asyncio.timeout(GOODBYE):
                if word is not None:
                    await self._websocket.send_text(word)
                await self._websocket.close(code)


def _read(text: str | None) -> Open:
    try:
        return Open.model_validate_json(text or "")
    except ValidationError:
        raise Refused("invalid_message") from None


def _keep_only(known: dict[str, Known], seats: Mapping[str, object]) -> None:
    for seat in known.keys() - seats.keys():
        del known[seat]
