"""Having things done on an event loop from other threads, with one call for all that came until it looks.

A thread that works through many things may hold its calls back for a moment (`hold`, `flush`): each call has
its cost, for the thread and for the loop.
"""

import asyncio
import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable

log = logging.getLogger(__name__)


class _Held(threading.local):
    """Wakers that the present thread has yet to call; None where it calls at once."""

    wakers: "list[LoopWakeup] | None" = None


_held = _Held()


class LoopWakeup:
    """Has functions called on one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._waiting: deque[Callable[[], None]] = deque()
        self._called = False

    def wake(self, function: Callable[[], None]) -> None:
        """Have a function called soon (from any thread). After the end of the loop nothing happens."""
        self._waiting.append(function)
        if self._called:
            return
        if (held := _held.wakers) is None:
            self.call()
        elif self not in held:
            held.append(self)

    def call(self) -> None:
        """Call the loop, if that is not done yet."""
        if self._called or not self._waiting:
            return
        self._called = True
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._do_all)
        except RuntimeError:  # the loop is closed: nobody is left to read
            self._waiting.clear()

    def _do_all(self) -> None:
        # First: whoever comes from now on and finds nobody called calls again.
        self._called = False
        for _ in range(len(self._waiting)):
            try:
                self._waiting.popleft()()
            except Exception:
                log.exception("a call failed")  # those after it are not to wait for ever


def hold() -> None:
    """Let the calls of this thread wait for `flush` from now on."""
    if _held.wakers is None:
        _held.wakers = []


def flush() -> None:
    """Make the calls that this thread held back."""
    if _held.wakers:
        wakers, _held.wakers = _held.wakers, []
        for waker in wakers:
            waker.call()


_wakers: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, LoopWakeup]" = weakref.WeakKeyDictionary()


def wakeup_of(loop: asyncio.AbstractEventLoop) -> LoopWakeup:
    """Return the one waker of a loop (on its thread)."""
    if (waker := _wakers.get(loop)) is None:
        waker = _wakers[loop] = LoopWakeup(loop)
    return waker
