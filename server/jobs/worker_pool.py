"""Trains the tasks of jobs on the scheduler's threads, beside the sessions.

There is one worker for each thread. To the scheduler a worker is like one more session, with shorter turns,
so that any number of trainings slows the sessions no more than a few learners would. Jobs take turns.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable

from server.jobs.sweeps import Sweep
from server.jobs.task_group import TaskGroup, TrainingTask
from server.limits.memory_budget import MemoryBudget
from server.runtime.scheduler import ScheduledTask, Scheduler

MIN_SLICE = 0.001
"""The least seconds of a turn."""

log = logging.getLogger(__name__)


class WorkerPool:
    """Workers on the scheduler's threads, and the task groups that they share."""

    def __init__(
        self,
        scheduler: Scheduler,
        workers: int,
        *,
        max_slice: float,
        max_seconds: float = math.inf,
        budget: MemoryBudget | None = None,
        on_trained: Callable[[int, float], None] = lambda _epochs, _seconds: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the workers.

        Args:
            scheduler: gives them turns.
            workers: the number of workers.
            max_slice: the most seconds of a turn.
            max_seconds: seconds of the threads' time after which a group is cancelled.
            budget: bounds the memory of started tasks; the others wait. By default unlimited.
            on_trained: called with the epochs trained and the seconds that they took.
            clock: returns the time in seconds.
        """
        self._on_trained = on_trained
        self._scheduler = scheduler
        self._clock = clock
        self._max_slice = max_slice
        self._max_seconds = max_seconds
        self._budget = budget or MemoryBudget(math.inf, math.inf)
        self._workers = [ScheduledTask(_Worker(self)) for _ in range(workers)]
        self._lock = threading.Lock()
        self._groups: deque[TaskGroup] = deque()

    @property
    def memory(self) -> int:
        """The estimated bytes of the started tasks."""
        return self._budget.used

    def submit(self, group: TaskGroup) -> None:
        """Start to train the tasks of a group."""
        with self._lock:
            self._groups.append(group)
        group.ended.add_done_callback(lambda _: self._wake())  # others may wait for its memory
        self._wake()

    def submit_sweep(self, sweep: Sweep) -> None:
        """Start to train the runs of a sweep."""
        self.submit(sweep.task_group)

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
        finished = False
        try:
            finished = task.run(
                lambda: group.is_over or self._clock() >= deadline, self._clock, self._max_slice / 2
            )
            seconds = self._clock() - began
            self._on_trained(task.epochs - before, seconds)
            group.seconds += seconds
        except Exception as error:
            log.exception("a training of a job failed")
            group.fail(error)
        try:
            group.release(task, finished=finished)
        except Exception as error:
            log.exception("a result of a job failed")
            group.fail(error)
        if group.seconds >= self._max_seconds:
            group.cancel()
        return self._clock()

    def _wake(self) -> None:
        for worker in self._workers:
            self._scheduler.wake(worker)

    def _next_task(self) -> tuple[TaskGroup, TrainingTask] | None:
        """Return the next task of the group that has waited longest; None if there is none."""
        with self._lock:
            for _ in range(len(self._groups)):
                group = self._groups.popleft()
                task = group.acquire(self._budget)
                if not group.is_over:
                    self._groups.append(group)
                if task is not None:
                    return group, task
            return None


class _Worker:
    """One of the pool's workers; an actor of the scheduler."""

    is_light = is_long = False

    def __init__(self, worker_pool: WorkerPool) -> None:
        self._worker_pool = worker_pool

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        """Train for a slice; an urgent turn only requests an ordinary one."""
        return -math.inf if urgent else self._worker_pool.run_slice(queue_length)
