"""Waking an event loop from other threads, once for all that came until it looks."""

import asyncio
import weakref
from collections import deque


class Waker:
    """Sets events on one event loop. A call of a loop has its cost; those who come together share it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = weakref.ref(loop)
        self._events: deque[asyncio.Event] = deque()
        self._called = False

    def wake(self, event: asyncio.Event) -> None:
        """Have an event set soon (from any thread). After the end of the loop nothing happens."""
        self._events.append(event)
        if self._called:
            return
        self._called = True
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(self._set_all)
        except RuntimeError:  # the loop is closed: nobody is left to read
            self._events.clear()

    def _set_all(self) -> None:
        # First: whoever comes from now on and finds nobody called calls again.
        self._called = False
        while self._events:
            self._events.popleft().set()


_wakers: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Waker]" = weakref.WeakKeyDictionary()


def waker_of(loop: asyncio.AbstractEventLoop) -> Waker:
    """Return the one waker of a loop (on its thread)."""
    if (waker := _wakers.get(loop)) is None:
        waker = _wakers[loop] = Waker(loop)
    return waker
