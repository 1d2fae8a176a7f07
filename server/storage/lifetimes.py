"""Time for lifetimes: the time that the server ran, and was off, however the wall clock jumps.

Stored times are Unix times. Whenever the wall clock jumps, as when a machine without a battery learns the
time from the network, they are moved with it, so that no age changes.
"""

import time
from collections.abc import Callable

MAX_TIME_OFF = 60 * 86_400.0
"""Seconds that a server may plausibly have been off. A longer time, or one below 0, means a wrong clock."""

FIRST_REMOVAL = 300.0
"""Seconds after a start in which nothing is removed, because the clock may be set right meanwhile."""

MIN_JUMP = 30.0
"""Seconds by which the wall clock must leave the steady one to have jumped."""


def shift_after_start(latest: float, now: float) -> float:
    """Return the seconds by which stored times have to be moved when a server starts.

    That is 0 if it was plausibly off from `latest` (the latest stored time; 0 if there is none) until `now`.
    Otherwise the time off is not known, and counts as 0: the stored times are moved to end now.
    """
    return 0.0 if not latest or 0 <= now - latest <= MAX_TIME_OFF else now - latest


class LifetimeClock:
    """A clock of Unix time that jumps only when its user says so."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        """Start it at the wall clock's time.

        Args:
            clock: returns seconds since any moment, steadily.
            wall: returns Unix time.
        """
        self._clock = clock
        self._wall = wall
        self._started = clock()
        self._offset = wall() - self._started

    def now(self) -> float:
        """Return the Unix time by which lifetimes are counted."""
        return self._clock() + self._offset

    @property
    def may_remove(self) -> bool:
        """Whether the first minutes after the start are over."""
        return self._clock() - self._started >= FIRST_REMOVAL

    def jump(self) -> float:
        """Return by how many seconds the wall clock has jumped ahead of this one; 0 if it has not."""
        ahead = self._wall() - self.now()
        return ahead if abs(ahead) >= MIN_JUMP else 0.0

    def follow(self, jump: float) -> None:
        """Jump with the wall clock; the caller has moved all times that it compares with this clock."""
        self._offset += jump
