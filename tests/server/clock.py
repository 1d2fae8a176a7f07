"""A clock for tests, which stands still until a test sets it."""


class Clock:
    """Callable in place of `time.time` or `time.monotonic`; returns `now`, in seconds."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now
