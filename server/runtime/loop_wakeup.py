"""Calls functions on an event loop from other threads, with one wake-up for all waiting functions.

As a wake-up costs time on both threads, a thread can also collect its wake-ups (`hold`) and make them later
together (`flush`).
"""

import asyncio
import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)


class _CollectedWakeups(threading.local):
    """The wake-ups that the current thread has collected; None if it does not collect."""

    wakeups: "list[LoopWakeup] | None" = None


_collected = _CollectedWakeups()


class LoopWakeup:
    """Calls functions on one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._waiting: deque[Callable[[], None]] = deque()
        self._woken = False

    def call_soon(self, function: Callable[[], None]) -> None:
        """Call a function soon on the loop (from any thread); does nothing once the loop is closed."""
        self._waiting.append(function)
        if self._woken:
            return
        if (held := _collected.wakeups) is None:
            self.wake()
        elif self not in held:
            held.append(self)

    def wake(self) -> None:
        """Wake the loop if functions wait and it has not been woken for them yet."""
        if self._woken or not self._waiting:
            return
        self._woken = True
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._call_all)
        except RuntimeError:  # the loop is closed
            self._waiting.clear()

    def _call_all(self) -> None:
        # Reset first: functions that are added from now on must wake the loop again.
        self._woken = False
        for _ in range(len(self._waiting)):
            try:
                self._waiting.popleft()()
            except Exception:
                log.exception("a call failed")  # the others are still called


def hold() -> None:
    """From now on, collect the wake-ups of this thread until `flush`."""
    if _collected.wakeups is None:
        _collected.wakeups = []


def flush() -> None:
    """Make the wake-ups that this thread has collected."""
    if _collected.wakeups:
        wakeups, _collected.wakeups = _collected.wakeups, []
        for wakeup in wakeups:
            wakeup.wake()


_wakeups: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, LoopWakeup]" = weakref.WeakKeyDictionary()


def wakeup_of(loop: asyncio.AbstractEventLoop) -> LoopWakeup:
    """Return the `LoopWakeup` of a loop, the same each time (on the loop's thread)."""
    if (wakeup := _wakeups.get(loop)) is None:
        wakeup = _wakeups[loop] = LoopWakeup(loop)
    return wakeup
