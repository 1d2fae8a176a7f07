"""Trains the tasks of jobs on the scheduler's threads, beside the sessions.

There is one worker for each thread. For the scheduler, a worker is one more session with shorter turns, so
that any number of trainings slows the sessions no more than a few learners would. Jobs take turns.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Literal

from server.runtime.scheduler import ScheduledTask, Scheduler
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

MIN_SLICE = 0.001
"""Minimum seconds of a turn."""

log = logging.getLogger(__name__)

Stop = Callable[[], bool]


class TrainingTask:
    """One training, from its start to the end of its run."""

    def __init__(self, create: Callable[[], Session], training_run: TrainingRun) -> None:
        """Create a task; `create` is called at its first turn."""
        self.training_run = training_run
        self.epochs = 0
        self._create = create
        self._session: Session | None = None
        self._seconds = math.inf

    @property
    def session(self) -> Session:
        """The training, created at the first access."""
        if self._session is None:
            self._session = self._create()
            self._session.start_run(self.training_run)
        return self._session

    def run(self, stop: Stop, clock: Callable[[], float], max_epoch_time: float) -> bool:
        """Train until `stop` returns True; return whether the run has ended.

        Args:
            stop: called after each epoch; after each mini-batch if epochs take longer than `max_epoch_time`.
            clock: returns the time in seconds.
            max_epoch_time: seconds.
        """
        session, began = self.session, clock()
        slow = self._seconds > max_epoch_time * self.epochs and not session.trainer.is_fast
        epochs = session.do_work(stop, by_batch=slow)
        self._seconds = (self._seconds if math.isfinite(self._seconds) else 0.0) + clock() - began
        self.epochs += epochs
        return not session.busy


class TaskGroup:
    """The tasks of one job.

    Attributes:
        ended: a future for "done" or "cancelled", or for the error that stopped all tasks.
        over: whether no further task is trained.
        seconds: time that threads have spent on its tasks.
    """

    def __init__(self, tasks: Iterator[TrainingTask], on_finished: Callable[[TrainingTask], None]) -> None:
        """Create a group.

        Args:
            tasks: yields each task when a thread is free for it.
            on_finished: called with each task whose run has ended, one at a time.
        """
        self.ended: Future[Literal["done", "cancelled"]] = Future()
        self.over = False
        self.seconds = 0.0
        self._tasks = tasks
        self._on_finished = on_finished
        self._waiting: deque[TrainingTask] = deque()
        self._running = 0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Stop all tasks at their next check."""
        self._stop()
        with suppress(InvalidStateError):
            self.ended.set_result("cancelled")

    def acquire(self) -> TrainingTask | None:
        """Return a task to train next, None if there is none at the moment."""
        with self._lock:
            if self.over:
                return None
            task = self._waiting.popleft() if self._waiting else next(self._tasks, None)
            self._running += task is not None
            return task

    def release(self, task: TrainingTask, *, finished: bool) -> None:
        """Return an acquired task, to wait for its next turn or because it is finished."""
        with self._lock:
            self._running -= 1
            if self.over:
                return
            if not finished:
                self._waiting.append(task)
                return
            self._on_finished(task)
            if self._running or self._waiting:
                return
            following = next(self._tasks, None)
            if following is not None:
                self._waiting.append(following)
                return
            self.over = True
        with suppress(InvalidStateError):
            self.ended.set_result("done")

    def fail(self, error: Exception) -> None:
        """End all tasks because of an error."""
        self._stop()
        with suppress(InvalidStateError):
            self.ended.set_exception(error)

    def _stop(self) -> None:
        with self._lock:
            self.over = True
            self._waiting.clear()


class WorkerPool:
    """Workers on the scheduler's threads, and the task groups that they share."""

    def __init__(
        self,
        scheduler: Scheduler,
        workers: int,
        *,
        max_slice: float,
        max_seconds: float = math.inf,
        on_trained: Callable[[int, float], None] = lambda _epochs, _seconds: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the workers.

        Args:
            scheduler: gives them turns.
            workers: the number of workers.
            max_slice: maximum seconds of a turn.
            max_seconds: maximum seconds that threads spend on a group; then it is cancelled.
            on_trained: called with the epochs trained and the seconds that they took.
            clock: returns the time in seconds.
        """
        self._on_trained = on_trained
        self._scheduler = scheduler
        self._clock = clock
        self._max_slice = max_slice
        self._max_seconds = max_seconds
        self._workers = [ScheduledTask(_Worker(self)) for _ in range(workers)]
        self._lock = threading.Lock()
        self._groups: deque[TaskGroup] = deque()

    def submit(self, group: TaskGroup) -> None:
        """Have the tasks of a group trained."""
        with self._lock:
            self._groups.append(group)
        for worker in self._workers:
            self._scheduler.wake(worker)

    def stop(self) -> None:
        """Cancel all groups."""
        with self._lock:
            groups = list(self._groups)
        for group in groups:
            group.cancel()

    def run_slice(self, queue_length: int) -> float | None:
        """Train the next task for a slice; return the time of the next turn, None if there is no task.

        Args:
            queue_length: the number of waiting sessions: the more, the shorter the slice.
        """
        picked = self._next_task()
        if picked is None:
            return None
        group, task = picked
        began, before = self._clock(), task.epochs
        deadline = began + max(self._max_slice / (queue_length + 1), MIN_SLICE)
        try:
            finished = task.run(
                lambda: group.over or self._clock() >= deadline, self._clock, self._max_slice / 2
            )
            seconds = self._clock() - began
            self._on_trained(task.epochs - before, seconds)
            group.seconds += seconds
            group.release(task, finished=finished)
            if group.seconds >= self._max_seconds:
                group.cancel()
        except Exception as error:
            log.exception("a training of a job failed")
            group.fail(error)
        return self._clock()

    def _next_task(self) -> tuple[TaskGroup, TrainingTask] | None:
        """Return a task of the group that has waited longest."""
        with self._lock:
            for _ in range(len(self._groups)):
                group = self._groups.popleft()
                task = group.acquire()
                if not group.over:
                    self._groups.append(group)
                if task is not None:
                    return group, task
            return None


class _Worker:
    """One of the pool's workers, as the scheduler's actor."""

    is_light = False

    def __init__(self, worker_pool: WorkerPool) -> None:
        self._worker_pool = worker_pool

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        """Train for a slice; an urgent turn only requests an ordinary one."""
        return -math.inf if urgent else self._worker_pool.run_slice(queue_length)
