"""Trainings that nobody looks at, many of them: done on the same threads as the sessions, beside them.

There is a worker for each thread. Each stands in the scheduler's line as one session more, and has shorter
turns; so ever so many trainings slow the sessions down no more than a few learners would. Jobs take turns.
"""

import logging
import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Literal

from server.runtime.scheduler import ScheduledTask, Scheduler
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

SHORTEST_SLICE = 0.001

log = logging.getLogger(__name__)

Stop = Callable[[], bool]


class TrainingTask:
    """One training, from its beginning to the end of its course."""

    def __init__(self, make: Callable[[], Session], training_run: TrainingRun) -> None:
        self.training_run = training_run
        self._make = make
        self._session: Session | None = None
        self._time = math.inf
        self.epochs = 0

    @property
    def session(self) -> Session:
        """The training; begun when it is first asked for."""
        if self._session is None:
            self._session = self._make()
            self._session.start_run(self.training_run)
        return self._session

    def run(self, stop: Stop, clock: Callable[[], float], slice_: float) -> bool:
        """Train until `stop` says so; return whether that was all."""
        session, began = self.session, clock()
        epochs = session.do_work(
            stop, by_batch=self._time > slice_ * self.epochs and not session.trainer.is_fast
        )
        self._time = (self._time if math.isfinite(self._time) else 0.0) + clock() - began
        self.epochs += epochs
        return not session.busy


class TaskGroup:
    """The trainings of one job.

    Attributes:
        ended: has "done" or "cancelled" in the end, or the error that stopped all.
    """

    def __init__(self, races: Iterator[TrainingTask], finish: Callable[[TrainingTask], None]) -> None:
        """Make a batch.

        Args:
            races: the trainings; each is asked for when there is a thread for it.
            finish: called with each that has ended, one at a time.
        """
        self.ended: Future[Literal["done", "cancelled"]] = Future()
        self.over = False
        self._races = races
        self._finish = finish
        self._waiting: deque[TrainingTask] = deque()
        self._running = 0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Stop all trainings soon."""
        self._end()
        with suppress(InvalidStateError):
            self.ended.set_result("cancelled")

    def take(self) -> TrainingTask | None:
        """Return a training to go on with, None if there is none just now."""
        with self._lock:
            if self.over:
                return None
            race = self._waiting.popleft() if self._waiting else next(self._races, None)
            self._running += race is not None
            return race

    def give_back(self, race: TrainingTask, *, ended: bool) -> None:
        """Take a training back, for the next turn or, if it has ended, for good."""
        with self._lock:
            self._running -= 1
            if self.over:
                return
            if not ended:
                self._waiting.append(race)
                return
            self._finish(race)
            if self._running or self._waiting:
                return
            following = next(self._races, None)
            if following is not None:
                self._waiting.append(following)
                return
            self.over = True
        with suppress(InvalidStateError):
            self.ended.set_result("done")

    def fail(self, error: Exception) -> None:
        """End all because of an error."""
        self._end()
        with suppress(InvalidStateError):
            self.ended.set_exception(error)

    def _end(self) -> None:
        with self._lock:
            self.over = True
            self._waiting.clear()


class WorkerPool:
    """The workers, and the batches that they share."""

    def __init__(
        self,
        scheduler: Scheduler,
        workers: int,
        *,
        clock: Callable[[], float],
        longest: float,
        count: Callable[[int, float], None] = lambda _epochs, _seconds: None,
    ) -> None:
        """Make the workers.

        Args:
            scheduler: gives them turns.
            workers: how many.
            clock: seconds.
            longest: seconds that a turn takes at most.
            count: told of epochs trained, and of the seconds that they took.
        """
        self._count = count
        self._scheduler = scheduler
        self._clock = clock
        self._longest = longest
        self._tasks = [ScheduledTask(_Worker(self)) for _ in range(workers)]
        self._lock = threading.Lock()
        self._batches: deque[TaskGroup] = deque()

    def submit(self, batch: TaskGroup) -> None:
        """Have the trainings of a batch done."""
        with self._lock:
            self._batches.append(batch)
        for task in self._tasks:
            self._scheduler.wake(task)

    def stop(self) -> None:
        """Cancel everything."""
        with self._lock:
            batches = list(self._batches)
        for batch in batches:
            batch.cancel()

    def work(self, crowd: int) -> float | None:
        """Go on with the next training for a slice; return when to come again, None if there is none."""
        picked = self._pick()
        if picked is None:
            return None
        batch, race = picked
        began, before = self._clock(), race.epochs
        # The more stand in line, the shorter: whoever is looked at comes first.
        deadline = began + max(self._longest / (crowd + 1), SHORTEST_SLICE)
        try:
            ended = race.run(lambda: batch.over or self._clock() >= deadline, self._clock, self._longest / 2)
            self._count(race.epochs - before, self._clock() - began)
            batch.give_back(race, ended=ended)
        except Exception as error:
            log.exception("a training on the bench failed")
            batch.fail(error)
        return self._clock()

    def _pick(self) -> tuple[TaskGroup, TrainingTask] | None:
        """Return the next training: that of the batch that has waited longest."""
        with self._lock:
            for _ in range(len(self._batches)):
                batch = self._batches.popleft()
                race = batch.take()
                if not batch.over:
                    self._batches.append(batch)
                if race is not None:
                    return batch, race
            return None


class _Worker:
    """A place in the scheduler's line."""

    def __init__(self, worker_pool: WorkerPool) -> None:
        self._bench = worker_pool

    light = False

    def turn(self, *, hurried: bool, crowd: int) -> float | None:
        """Work for a slice; out of line only to stand in it."""
        return -math.inf if hurried else self._bench.work(crowd)
