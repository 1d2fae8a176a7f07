"""When the next epochs and the next frame are due, in seconds of any steady clock that the caller reads."""

import math

STALL = 0.1
"""A training that was held up makes good this much of the lost time at most: it must not burst afterwards."""

REST = 4
"""After a frame, none is made for this many times the time that it took."""


class Pace:
    """Turns a speed in epochs a second into epochs that are due, fractions carried over.

    Attributes:
        speed: epochs a second, None for as many as can be had.
    """

    def __init__(self, speed: float | None, *, grain: float) -> None:
        """Begin at rest.

        Args:
            speed: epochs a second or None.
            grain: seconds; epochs that fall due closer together than this are done in one go.
        """
        self.speed = speed
        self._grain = grain
        self._credit = 0.0
        self._seen: float | None = None

    def start(self, now: float) -> None:
        """Begin with one epoch due at once."""
        self._credit = 1.0
        self._seen = now

    def stop(self) -> None:
        """Rest: time passes without epochs falling due."""
        self._seen = None

    @property
    def resting(self) -> bool:
        """Whether it was not started."""
        return self._seen is None

    def due(self, now: float) -> float:
        """Return how many epochs are due: a whole number, or infinity at top speed."""
        if self.speed is None:
            return math.inf
        if self._seen is None:
            self.start(now)
        elif now > self._seen:
            self._credit += self.speed * (now - self._seen)
            self._credit = min(self._credit, 1.0 + self.speed * STALL)
            self._seen = now
        return math.floor(self._credit + 1e-9)

    def done(self, epochs: int) -> None:
        """Take finished epochs off what is due."""
        if self.speed is not None:
            self._credit -= epochs

    def next_due(self, now: float) -> float:
        """Return when to look again."""
        if self.speed is None or self._seen is None:
            return now
        missing = 1.0 - self._credit
        if missing <= 0:
            return now
        return self._seen + max(missing / self.speed, self._grain)


class FrameClock:
    """Lets frames through at a rate, evenly, yet so that a page that is ready gets nearly all of them.

    A frame that comes late does not delay those after it, so the rate is kept on average; but two never
    follow each other closer than half an interval, and one that took longer than that to make delays the
    next, so that costly frames never take more than a fifth of the time.
    """

    def __init__(self, rate: float) -> None:
        self.interval = 1.0 / rate
        self.floor = -math.inf
        """When the next frame may be made at the soonest, however urgent."""
        self._due = -math.inf

    @property
    def due(self) -> float:
        """When the next frame is welcome."""
        return max(self._due, self.floor)

    def passed(self, now: float, took: float = 0.0) -> None:
        """Note that a frame was begun now and took so long."""
        self._due = max(self._due, now - self.interval) + self.interval
        # On a busy machine an ordinary frame may take some milliseconds too: that is no reason to make fewer.
        rest = REST * took if took > self.interval / 2 else 0.0
        self.floor = now + max(self.interval / 2, took + rest)


class Rate:
    """Counts what is done a second, over windows short enough to follow a change."""

    def __init__(self, window: float = 0.25) -> None:
        self.value = 0.0
        self._window = window
        self._since = -math.inf
        self._done = 0

    def count(self, now: float, done: int) -> None:
        """Add what was just done."""
        self._done += done
        passed = now - self._since
        if passed < self._window:
            return
        if passed < 4 * self._window:  # otherwise there was a rest, which says nothing
            self.value = self._done / passed
        self._since, self._done = now, 0
