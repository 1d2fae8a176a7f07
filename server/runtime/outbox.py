"""The outbox of one client, between the threads that train and the event loop that sends.

Training threads post control messages, all of which are sent, and frames, of which at most one waits. The
event loop takes them out to send them, and records which frames the client has acknowledged as painted. A
waiting frame can be retracted, so that the session knows what the client receives.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from server.protocol.messages import ServerMessage, State
from server.runtime.loop_wakeup import wakeup_of

MAX_IN_FLIGHT = 2
"""Frames that may be sent to a client before it has painted them."""


class OutgoingBatch(NamedTuple):
    """A batch to send to a client: first the messages, then the frame, then the close code."""

    messages: list[str]
    frame: bytes | None
    close: int | None


class Outbox:
    """One client's outbox. Its methods may be called from any thread unless they say otherwise.

    Every session writes with a token from `bind`. Anything written with an older token is dropped, so that
    a session that the client has left cannot send to it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Callable[[], float]) -> None:
        self.batch_ready = asyncio.Event()
        """Set on the event loop when there is something to send."""
        self.progress_made = asyncio.Event()
        """Set on the event loop when the session has handled messages of the client."""
        self.send_now: Callable[[], bool] = _not_now
        """Called on the event loop when there is something to send; returns whether it sent everything."""
        self.shown_as: str | None = None
        """What `welcome` tells in place of the session's id, for clients that must not know it."""
        self._announced = False
        self._wakeup = wakeup_of(loop)
        self._clock = clock
        self._lock = threading.Lock()
        self._token = 0
        self._messages: deque[tuple[bool | None, str]] = deque()
        self._frame: tuple[int, bytes] | None = None
        self._close: int | None = None
        self._in_flight: deque[int] = deque()
        self._unacknowledged_since: float | None = None
        self._last_frame = 0
        self._last_taken = 0
        self._visible = True
        self._wants_frame = False

    def bind(self) -> int:
        """Return the token of another session; nothing of the previous session is sent from now on."""
        with self._lock:
            self._token += 1
            self._messages = deque(entry for entry in self._messages if entry[0] is None)
            self._frame = None
            self._wants_frame = False
            return self._token

    def post(self, message: ServerMessage, token: int | None = None, *, text: str | None = None) -> None:
        """Add a control message. A state replaces the states that still wait.

        Exception: the latest waiting state stays if its `playing` differs, because a client that has asked
            for
        that change waits for it.
        """
        text = message.model_dump_json() if text is None else text
        playing = message.playing if isinstance(message, State) else None
        with self._lock:
            if token is not None and token != self._token:
                return
            if playing is not None:
                waiting = [entry for entry in self._messages if entry[0] is not None]
                kept = waiting[-1] if waiting and waiting[-1][0] is not playing else None
                self._messages = deque(entry for entry in self._messages if entry[0] is None or entry is kept)
            self._messages.append((playing, text))
        self._schedule_wakeup()

    def retract_frame(self, token: int) -> bool:
        """Remove the frame that waits; return whether there was one."""
        with self._lock:
            had = token == self._token and self._frame is not None
            if had:
                self._frame = None
            return had

    def claim_frame_number(self, token: int) -> int | None:
        """Return the number for the next frame; None if the client cannot receive one now.

        After None, one of `take_batch`, `take_frame` and `acknowledge` reports once that a frame can be made.
        """
        with self._lock:
            if token != self._token:
                return None
            waiting = 0 if self._frame is None else 1
            if waiting or len(self._in_flight) >= MAX_IN_FLIGHT:
                self._wants_frame = True
                return None
            self._last_frame += 1
            return self._last_frame

    def put_frame(self, number: int, frame: bytes, token: int) -> None:
        """Add a frame with a number from `claim_frame_number`."""
        with self._lock:
            if token != self._token:
                return
            self._frame = (number, frame)
        self._schedule_wakeup()

    def request_close(self, code: int, token: int | None = None) -> None:
        """Close the socket once all messages are sent, with a close code."""
        with self._lock:
            if token is not None and token != self._token:
                return
            self._close = self._close or code
            self._frame = None
        self._schedule_wakeup()
        self.notify_progress()

    def take_batch(self) -> tuple[OutgoingBatch, bool]:
        """Remove and return everything that waits to be sent (on the event loop).

        Returns:
            the batch, and whether a frame can be made now for which `claim_frame_number` returned None.
        """
        with self._lock:
            self.batch_ready.clear()
            messages = [text for _, text in self._messages]
            self._messages.clear()
            frame = None if self._frame is None else self._take_frame(self._frame)
            return OutgoingBatch(messages, frame, self._close), self._take_possible_notice()

    def take_frame(self) -> tuple[bytes, bool] | None:
        """Remove and return the waiting frame if nothing else waits (on the event loop).

        Returns:
            the frame, and the flag of `take_batch`; None if there is no frame or something else waits.
        """
        with self._lock:
            if self._frame is None or self._messages or self._close is not None:
                return None
            return self._take_frame(self._frame), self._take_possible_notice()

    def _take_frame(self, waiting: tuple[int, bytes]) -> bytes:
        """Record that a frame is sent; return it (with the lock held)."""
        number, frame = waiting
        self._frame = None
        self._last_taken = number
        self._in_flight.append(number)
        if self._unacknowledged_since is None:
            self._unacknowledged_since = self._clock()
        return frame

    def acknowledge(self, number: int) -> bool | None:
        """Record that the client has painted a frame, and so all before it.

        Returns:
            the flag of `take_batch`; None if no frame with this number was sent.
        """
        with self._lock:
            if number > self._last_taken:
                return None
            while self._in_flight and self._in_flight[0] <= number:
                self._in_flight.popleft()
                self._unacknowledged_since = self._clock()
            if not self._in_flight:
                self._unacknowledged_since = None
            return self._take_possible_notice()

    def is_in_flight(self, number: int) -> bool:
        """Return whether a frame is sent and not acknowledged yet (on the event loop)."""
        return number in self._in_flight

    def set_visible(self, visible: bool) -> None:
        """Record whether the page is visible. Once visible again, it need not acknowledge earlier frames."""
        with self._lock:
            if visible and not self._visible:
                self._in_flight.clear()
            self._visible = visible
            self._unacknowledged_since = self._clock() if visible and self._in_flight else None

    @property
    def unacknowledged_since(self) -> float | None:
        """The clock's time since which an acknowledgement is awaited; None if none is."""
        with self._lock:
            return self._unacknowledged_since if self._visible else None

    @property
    def closing(self) -> bool:
        """Whether the socket should be closed."""
        return self._close is not None

    @property
    def wants_frame(self) -> bool:
        """Whether `claim_frame_number` has returned None, and no frame can be made yet."""
        with self._lock:
            return self._wants_frame

    @property
    def backlog(self) -> int:
        """The number of control messages that wait."""
        return len(self._messages)

    @property
    def last_sent(self) -> int:
        """The number of the latest frame sent, 0 before the first."""
        return self._last_taken

    def notify_progress(self) -> None:
        """Set `progress_made` on the event loop."""
        # The code that clears the event checks the outbox afterwards, so a set event need not be set again.
        if not self.progress_made.is_set():
            self._wakeup.call_soon(self.progress_made.set)

    def _take_possible_notice(self) -> bool:
        """Return True once when a frame can be made after `claim_frame_number` returned None (lock held)."""
        possible = self._wants_frame and self._frame is None and len(self._in_flight) < MAX_IN_FLIGHT
        if possible:
            self._wants_frame = False
        return possible

    def _schedule_wakeup(self) -> None:
        if not self._announced:
            self._announced = True
            self._wakeup.call_soon(self._on_wakeup)

    def _on_wakeup(self) -> None:
        # Reset first: anything added from now on must be announced again.
        self._announced = False
        if not self.send_now():
            self.batch_ready.set()


def _not_now() -> bool:
    return False
