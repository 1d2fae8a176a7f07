"""Notifies subscribers of changes of rooms and seats: each has an event that is set at every change."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Notifications:
    """Subscribers by topic, which is the id of a room or a seat. For the event loop only."""

    def __init__(self) -> None:
        self._listening: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def subscribe(self, topic: str) -> Iterator[asyncio.Event]:
        """Subscribe within a `with` block; yields an event that notifications set and the caller clears."""
        event = asyncio.Event()
        self._listening[topic].add(event)
        try:
            yield event
        finally:
            self._listening[topic].discard(event)
            if not self._listening[topic]:
                del self._listening[topic]

    def notify(self, *topics: str) -> None:
        """Set the events of all subscribers of some topics."""
        for topic in topics:
            for event in self._listening.get(topic, ()):
                event.set()

    def has_listeners(self, topic: str) -> bool:
        """Return whether a topic has subscribers."""
        return topic in self._listening
