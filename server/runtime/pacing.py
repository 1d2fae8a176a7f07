"""Computes when epochs and frames are due. All times are seconds of one monotonic clock, passed in."""

import math

MAX_CATCH_UP = 0.1
"""Maximum seconds of delay that a training catches up on; epochs missed for longer are dropped."""

PAUSE_FACTOR = 4
"""After a slow frame, no frame is made for this many times the time that it took."""


class Pace:
    """Converts a speed in epochs a second into whole epochs that are due, carrying fractions over.

    Attributes:
        speed: epochs per second, None for as fast as possible.
    """

    def __init__(self, speed: float | None, *, grain: float) -> None:
        """Create it stopped.

        Args:
            speed: epochs a second or None.
            grain: seconds; epochs that become due within this time are trained together.
        """
        self.speed = speed
        self._grain = grain
        self._credit = 0.0
        self._seen: float | None = None

    def start(self, now: float) -> None:
        """Start the clock; one epoch is due immediately."""
        self._credit = 1.0
        self._seen = now

    def stop(self) -> None:
        """Stop the clock: no more epochs become due."""
        self._seen = None

    @property
    def is_stopped(self) -> bool:
        """Whether it is stopped."""
        return self._seen is None

    def due(self, now: float) -> float:
        """Return how many epochs are due: a whole number, or infinity if `speed` is None."""
        if self.speed is None:
            return math.inf
        if self._seen is None:
            self.start(now)
        elif now > self._seen:
            self._credit += self.speed * (now - self._seen)
            self._credit = min(self._credit, 1.0 + self.speed * MAX_CATCH_UP)
            self._seen = now
        return math.floor(self._credit + 1e-9)

    def done(self, epochs: int) -> None:
        """Subtract finished epochs from those due."""
        if self.speed is not None:
            self._credit -= epochs

    def next_due(self, now: float) -> float:
        """Return the time at which the next epoch is due."""
        if self.speed is None or self._seen is None:
            return now
        missing = 1.0 - self._credit
        if missing <= 0:
            return now
        return self._seen + max(missing / self.speed, self._grain)


class FrameClock:
    """Decides when frames are due, at a steady rate.

    A late frame does not delay the frames after it, so that the average rate is kept. But frames are at least
    half an interval apart, and after a frame that took longer than that to make, the next one is delayed, so
    that making frames never takes more than a fifth of the time.
    """

    def __init__(self, rate: float) -> None:
        self.interval = 1.0 / rate
        self.floor = -math.inf
        """The earliest time of the next frame, however urgent."""
        self._due = -math.inf

    @property
    def due(self) -> float:
        """When the next frame is due."""
        return max(self._due, self.floor)

    def mark_started(self, now: float, took: float = 0.0) -> None:
        """Record that a frame was started at `now` and took `took` seconds to make."""
        self._due = max(self._due, now - self.interval) + self.interval
        # An ordinary frame may take some milliseconds on a busy machine; that alone must not lower the rate.
        rest = PAUSE_FACTOR * took if took > self.interval / 2 else 0.0
        self.floor = now + max(self.interval / 2, took + rest)


class Rate:
    """Measures a rate, such as epochs per second.

    `value` is the rate in the latest complete window of `window` seconds; 0 before the first.
    """

    def __init__(self, window: float = 0.25) -> None:
        self.value = 0.0
        self._window = window
        self._since = -math.inf
        self._done = 0

    def count(self, now: float, done: int) -> None:
        """Add `done` events that happened until `now`."""
        self._done += done
        passed = now - self._since
        if passed < self._window:
            return
        if passed < 4 * self._window:  # otherwise nothing was done for a while
            self.value = self._done / passed
        self._since, self._done = now, 0
