"""The clock for lifetimes, on which jumps of the wall clock have no effect.

Stored times are Unix times. When the wall clock jumps, as when a machine without a battery gets the time from
the network, stored times are moved by the same amount, so that ages stay the same.
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
    """Return the seconds by which stored times must be moved when a server starts.

    That is 0 if the server may plausibly have been off from `latest` (the latest stored time; 0 for none)
    until `now`. Otherwise the clock was wrong, the time off counts as 0, and `latest` is to be moved to
    `now`.
    """
    return 0.0 if not latest or 0 <= now - latest <= MAX_TIME_OFF else now - latest


class LifetimeClock:
    """A clock of Unix time that jumps only by `apply_jump`."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        """Start it at the wall clock's time.

        Args:
            clock: returns seconds of a monotonic clock.
            wall: returns Unix time.
        """
        self._clock = clock
        self._wall = wall
        self._started = clock()
        self._offset = wall() - self._started

    def now(self) -> float:
        """Return the Unix time of this clock."""
        return self._clock() + self._offset

    @property
    def may_remove(self) -> bool:
        """Whether the first minutes after the start are over."""
        return self._clock() - self._started >= FIRST_REMOVAL

    def detect_jump(self) -> float:
        """Return the seconds by which the wall clock has jumped ahead of this clock; 0 if it has not."""
        ahead = self._wall() - self.now()
        return ahead if abs(ahead) >= MIN_JUMP else 0.0

    def apply_jump(self, detect_jump: float) -> None:
        """Jump with the wall clock; the caller must have moved all times that it compares with this clock."""
        self._offset += detect_jump
