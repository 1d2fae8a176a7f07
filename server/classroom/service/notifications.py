"""Who wants to know when something changes: each gets an event of their own, set at each change."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Notifications:
    """Listeners by the name of what they listen for. For one event loop."""

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, name: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever something of that name changes; whoever waits clears it."""
        event = asyncio.Event()
        self._listening[name].add(event)
        try:
            yield event
        finally:
            self._listening[name].discard(event)
            if not self._listening[name]:
                del self._listening[name]

    def tell(self, *names: str) -> None:
        """Say that something changed."""
        for name in names:
            for event in self._listening.get(name, ()):
                event.set()

    def wanted(self, name: str) -> bool:
        """Return whether anybody listens."""
        return name in self._listening
