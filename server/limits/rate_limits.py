"""How often each address does something: so many times at once, then so many a second."""

import time
from collections.abc import Callable

from server.limits.training_size import neighbourhood

MOST_REMEMBERED = 10_000
"""Addresses that count; when there are more, all are forgiven."""


class Buckets:
    """A bucket for each address: every time adds to it, and time empties it."""

    def __init__(self, most: float, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with empty buckets.

        Args:
            most: times that a bucket holds.
            rate: how many of them it loses in a second.
            clock: seconds.
        """
        self._most = most
        self._rate = rate
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    def __len__(self) -> int:
        return len(self._levels)

    def add(self, address: str | None) -> float:
        """Count one time more; return 0, or the seconds to wait if that is too often, and not counted."""
        owner = neighbourhood(address)
        level = self._level(owner) + 1
        if level > self._most:
            return (level - self._most) / self._rate
        if owner not in self._levels and len(self._levels) >= MOST_REMEMBERED:
            self._levels = {each: kept for each, kept in self._levels.items() if self._level(each) > 0}
            if len(self._levels) >= MOST_REMEMBERED:
                self._levels.clear()
        self._levels[owner] = (level, self._clock())
        return 0.0

    def take_back(self, address: str | None) -> None:
        """Count one time less."""
        owner = neighbourhood(address)
        self._levels[owner] = (max(0.0, self._level(owner) - 1), self._clock())

    def _level(self, owner: str) -> float:
        level, when = self._levels.get(owner, (0.0, 0.0))
        return max(0.0, level - max(0.0, self._clock() - when) * self._rate)
