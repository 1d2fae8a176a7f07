"""Where the threads that train and the event loop that sends meet: one mailbox a client.

The threads put in control messages, which all arrive, and frames, of which only the latest waits. The event
loop takes them out, and brings in what the client painted. A frame still waiting can be taken back, so that
its maker knows what the client really gets.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from server.protocol.messages import ServerMessage, State
from server.runtime.loop_wakeup import wakeup_of

MOST_UNDER_WAY = 2
"""Frames that a client may have been sent and not painted yet."""


class OutgoingBatch(NamedTuple):
    """What a client is to be sent: messages first, then the frame, then the close code."""

    messages: list[str]
    frame: bytes | None
    close: int | None


class Outbox:
    """One client's mailbox. All methods may be called from any thread, but for those that say otherwise.

    Every producer holds a token of `bind`; what comes with an older token is dropped, so that a session
    which the client has left can no longer reach it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        self.batch_ready = asyncio.Event()
        """Set on the event loop when there is mail."""
        self.progress_made = asyncio.Event()
        """Set on the event loop when the client's own messages have been dealt with."""
        self.send_now: Callable[[], bool] = _not_now
        """Called on the event loop when there is mail; returns whether it has taken all of it."""
        self._announced = False
        self._waker = wakeup_of(loop)
        self._clock = clock
        self._lock = threading.Lock()
        self._token = 0
        self._messages: deque[tuple[bool, str]] = deque()
        self._slot: tuple[int, bytes] | None = None
        self._close: int | None = None
        self._under_way: deque[int] = deque()
        self._waiting_since: float | None = None
        self._last_frame = 0
        self._last_taken = 0
        self._visible = True
        self._starved = False

    def bind(self) -> int:
        """Return a new producer's token; nothing of the one before arrives from now on."""
        with self._lock:
            self._token += 1
            self._messages = deque(entry for entry in self._messages if not entry[0])
            self._slot = None
            self._starved = False
            return self._token

    def post(self, message: ServerMessage, token: int | None = None) -> None:
        """Put in a control message. A state takes the place of one that still waits."""
        text = message.model_dump_json()
        is_state = isinstance(message, State)
        with self._lock:
            if token is not None and token != self._token:
                return
            if is_state:
                self._messages = deque(entry for entry in self._messages if not entry[0])
            self._messages.append((is_state, text))
        self._announce()

    def retract_frame(self, token: int) -> bool:
        """Remove the frame that waits; return whether there was one."""
        with self._lock:
            had = token == self._token and self._slot is not None
            if had:
                self._slot = None
            return had

    def claim_frame_number(self, token: int) -> int | None:
        """Return the number for the next frame, or None where the client cannot take one now.

        After None, `taken` or `acknowledge` will say that the time has come.
        """
        with self._lock:
            if token != self._token:
                return None
            waiting = 0 if self._slot is None else 1
            if waiting or len(self._under_way) >= MOST_UNDER_WAY:
                self._starved = True
                return None
            self._last_frame += 1
            return self._last_frame

    def put_frame(self, number: int, frame: bytes, token: int) -> None:
        """Put in a frame, whose number came from `claim_frame_number`."""
        with self._lock:
            if token != self._token:
                return
            self._slot = (number, frame)
        self._announce()

    def request_close(self, code: int, token: int | None = None) -> None:
        """Have the socket closed once the messages are out."""
        with self._lock:
            if token is not None and token != self._token:
                return
            self._close = self._close or code
            self._slot = None
        self._announce()
        self.notify_progress()

    def take_batch(self) -> tuple[OutgoingBatch, bool]:
        """Take out all mail (on the event loop).

        Returns:
            the mail, and whether a frame was refused before that could be made now.
        """
        with self._lock:
            self.batch_ready.clear()
            messages = [text for _, text in self._messages]
            self._messages.clear()
            frame = None if self._slot is None else self._take_slot(self._slot)
            return OutgoingBatch(messages, frame, self._close), self._released()

    def take_frame(self) -> tuple[bytes, bool] | None:
        """Take out a frame (on the event loop) if nothing else waits; return as `take_batch` does."""
        with self._lock:
            if self._slot is None or self._messages or self._close is not None:
                return None
            return self._take_slot(self._slot), self._released()

    def _take_slot(self, slot: tuple[int, bytes]) -> bytes:
        """Take note that a frame goes out (with the lock held)."""
        number, frame = slot
        self._slot = None
        self._last_taken = number
        self._under_way.append(number)
        if self._waiting_since is None:
            self._waiting_since = self._clock()
        return frame

    def acknowledge(self, number: int) -> bool | None:
        """Note that a frame was painted, and all before it.

        Returns:
            whether a frame was refused before that could be made now; None if no such frame was sent.
        """
        with self._lock:
            if number > self._last_taken:
                return None
            while self._under_way and self._under_way[0] <= number:
                self._under_way.popleft()
                self._waiting_since = self._clock()
            if not self._under_way:
                self._waiting_since = None
            return self._released()

    def is_in_flight(self, number: int) -> bool:
        """Return whether a frame was sent and not yet painted (on the event loop)."""
        return number in self._under_way

    def set_visible(self, visible: bool) -> None:
        """Note whether the page can be seen. One that comes into view owes nothing for the past."""
        with self._lock:
            if visible and not self._visible:
                self._under_way.clear()
            self._visible = visible
            self._waiting_since = self._clock() if visible and self._under_way else None

    @property
    def unacknowledged_since(self) -> float | None:
        """Since when the client owes the sign that it painted something; None if it owes none."""
        with self._lock:
            return self._waiting_since if self._visible else None

    @property
    def closing(self) -> bool:
        """Whether the socket is to be closed."""
        return self._close is not None

    @property
    def wants_frame(self) -> bool:
        """Whether a frame was refused, and has not become possible since."""
        with self._lock:
            return self._starved

    @property
    def backlog(self) -> int:
        """Control messages that wait to be taken out."""
        return len(self._messages)

    @property
    def last_sent(self) -> int:
        """The number of the newest frame that was sent, 0 before the first."""
        return self._last_taken

    def notify_progress(self) -> None:
        """Wake who waits for `progress_made`."""
        # Whoever clears an event looks afterwards at all that was put in before: one that is set will do.
        if not self.progress_made.is_set():
            self._waker.wake(self.progress_made.set)

    def _released(self) -> bool:
        """Return, once, whether a refused frame has become possible (with the lock held)."""
        possible = self._starved and self._slot is None and len(self._under_way) < MOST_UNDER_WAY
        if possible:
            self._starved = False
        return possible

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            self._waker.wake(self._arrive)

    def _arrive(self) -> None:
        # First: what is put in from now on is announced again.
        self._announced = False
        if not self.send_now():
            self.batch_ready.set()


def _not_now() -> bool:
    return False
