"""Notifies listeners of changes of rooms and seats: each listener has an event that is set at each change."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Notifications:
    """Listeners by topic: the id of a room or a seat. For use on one event loop."""

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listening(self, topic: str) -> Iterator[asyncio.Event]:
        """Return a context that gives an event, set at each notification of a topic. Listeners clear it."""
        event = asyncio.Event()
        self._listening[topic].add(event)
        try:
            yield event
        finally:
            self._listening[topic].discard(event)
            if not self._listening[topic]:
                del self._listening[topic]

    def notify(self, *topics: str) -> None:
        """Set the events of all listeners of some topics."""
        for topic in topics:
            for event in self._listening.get(topic, ()):
                event.set()

    def has_listeners(self, topic: str) -> bool:
        """Return whether a topic has listeners."""
        return topic in self._listening
