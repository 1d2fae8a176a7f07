"""The tasks of a job: trainings that are in memory only while they run."""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator

from server.jobs.work_state import WorkState
from server.limits.memory_budget import MemoryBudget
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

Stop = Callable[[], bool]


class TrainingTask:
    """One training, from its start to the end of its run."""

    def __init__(self, create: Callable[[], Session], training_run: TrainingRun, number: int = 0) -> None:
        """Create a task; `create` is called at its first turn, and `number` identifies it in its group."""
        self.number = number
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
            stop: called after each epoch, or after each mini-batch if epochs take longer than
                `max_epoch_time`.
            clock: returns the time in seconds.
            max_epoch_time: seconds.
        """
        session, began = self.session, clock()
        slow = self._seconds > max_epoch_time * self.epochs and not session.trainer.is_fast
        epochs = session.do_work(stop, by_batch=slow)
        self._seconds = (self._seconds if math.isfinite(self._seconds) else 0.0) + clock() - began
        self.epochs += epochs
        return not session.busy


class TaskGroup(WorkState):
    """The tasks of one job. A training is created at the first turn of its task and freed after its last."""

    def __init__(
        self,
        tasks: Iterator[TrainingTask],
        on_finished: Callable[[TrainingTask], None],
        *,
        memory: int = 0,
        owner: str = "",
    ) -> None:
        """Create a group.

        Args:
            tasks: consumed one by one, when a thread is free.
            on_finished: called with each task whose run has ended, one at a time.
            memory: the estimated bytes of a task while it runs.
            owner: the client network to whose budget the memory counts.
        """
        super().__init__()
        self._tasks = tasks
        self._on_finished = on_finished
        self._memory = memory
        self._owner = owner
        self._budget: MemoryBudget | None = None
        self._waiting: deque[TrainingTask] = deque()
        self._next: TrainingTask | None = None
        self._running = 0
        self._lock = threading.Lock()

    def acquire(self, budget: MemoryBudget) -> TrainingTask | None:
        """Return the task to train next; None if there is none now, or it does not fit into the budget.

        A task counts in `budget` from its first turn until it is finished.
        """
        with self._lock:
            if self.is_over:
                return None
            task = self._waiting.popleft() if self._waiting else self._start_task(budget)
            self._running += task is not None
            return task

    def release(self, task: TrainingTask, *, finished: bool) -> None:
        """Give back an acquired task, which is finished or waits for its next turn."""
        with self._lock:
            self._running -= 1
            if self.is_over:
                self._release_memory(1)
                return
            if not finished:
                self._waiting.append(task)
                return
            self._release_memory(1)
            self._on_finished(task)
            if self._running or self._waiting or self._has_more():
                return
            self.is_over = True
        self.finish()

    def _has_more(self) -> bool:
        """Return whether there are tasks that have not started (with the lock held)."""
        if self._next is None:
            self._next = next(self._tasks, None)
        return self._next is not None

    def _start_task(self, budget: MemoryBudget) -> TrainingTask | None:
        """Return the next new task; None if there is none, or it does not fit (with the lock held)."""
        if not self._has_more() or not budget.begin(self._owner, self._memory):
            return None
        self._budget = budget
        task, self._next = self._next, None
        return task

    def _release_memory(self, tasks: int) -> None:
        """Release the memory of some number of tasks from the budget (with the lock held)."""
        if self._budget is not None and tasks:
            self._budget.end(self._owner, tasks * self._memory)

    def _drop_pending(self) -> None:
        with self._lock:
            self.is_over = True
            self._release_memory(len(self._waiting))
            self._waiting.clear()
            self._tasks, self._next = iter(()), None
