"""Delays answers to addresses that send wrong guesses, instead of locking them out."""

import time
from collections.abc import Callable

from server.limits.quotas import client_network
from server.limits.rate_limits import MAX_ADDRESSES

FREE_GUESSES = 20
"""Wrong guesses that delay nothing: a class mistypes too."""

DELAY_PER_GUESS = 0.05
"""Seconds by which each further wrong guess delays the next answers."""

MAX_DELAY = 10.0
"""Maximum seconds that an answer is delayed."""

FORGET_INTERVAL = 5.0
"""Seconds after which one wrong guess is forgotten."""


class GuessDelays:
    """Counts the wrong guesses of each client address (IPv6: each /64 network), and forgets them in time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without guesses; `clock` returns seconds."""
        self._clock = clock
        self._counts: dict[str, tuple[float, float]] = {}

    def count_wrong(self, address: str | None) -> None:
        """Count a wrong guess of an address."""
        client = client_network(address)
        count = self._count(client) + 1
        self._counts.pop(client, None)
        if len(self._counts) >= MAX_ADDRESSES:
            del self._counts[next(iter(self._counts))]  # the one whose last guess is the longest ago
        self._counts[client] = (count, self._clock())

    def delay_for(self, address: str | None) -> float:
        """Return the seconds by which an answer to an address is delayed, whether it is right or wrong."""
        counted = self._count(client_network(address)) - FREE_GUESSES
        return min(MAX_DELAY, max(0.0, DELAY_PER_GUESS * counted))

    def _count(self, client: str) -> float:
        count, at = self._counts.get(client, (0.0, 0.0))
        return max(0.0, count - max(0.0, self._clock() - at) / FORGET_INTERVAL)
