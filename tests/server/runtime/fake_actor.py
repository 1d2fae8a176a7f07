"""A task for the scheduler that does what a test says, and notes its turns."""

import math
import threading
import time
from collections.abc import Callable

TIMEOUT = 60.0


class FakeActor:
    """An actor that records its turns and runs a function in each."""

    def __init__(
        self,
        work: Callable[["FakeActor"], float | None],
        *,
        is_light: bool = False,
        is_long: bool = False,
    ) -> None:
        self.is_light = is_light
        self.is_long = is_long
        self.turns: list[bool] = []
        self.inside = 0
        self.overlapped = False
        self.reached: dict[int, threading.Event] = {}
        self._work = work

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        assert queue_length >= 0
        self.inside += 1
        self.overlapped |= self.inside > 1
        try:
            self.turns.append(urgent)
            return self._work(self)
        finally:
            self.inside -= 1
            for count, event in self.reached.items():
                if len(self.turns) >= count:
                    event.set()

    def wait(self, count: int) -> None:
        """Wait until the actor has had a number of turns."""
        event = self.reached.setdefault(count, threading.Event())
        assert len(self.turns) >= count or event.wait(TIMEOUT), f"{len(self.turns)} of {count} turns"


def busy(_: FakeActor) -> float:
    """Take half a millisecond, and ask for another turn at once."""
    time.sleep(0.0005)
    return -math.inf
