"""Has sweeps trained in bundles by other processes, perhaps on other machines.

A thread starts bundles while the executor has room for more, and takes their results. The sweeps take turns.
Bundles are so large that a call is worth its cost: their size follows from the time that runs before took.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue

from server.jobs.bundles import Bundle, BundleExecutor, BundleQueue, BundleResult, BundleStopped, WorkerLost
from server.jobs.sweep_plan import SweepPlan
from server.jobs.sweeps import Sweep
from server.jobs.work_state import SweepFailed
from server.limits.memory_budget import MemoryBudget

BUNDLE_SECONDS = 0.3
"""About how long a bundle takes: a call costs some milliseconds."""

FIRST_RUNS = 4
"""Runs of a bundle of a sweep of which no time is known."""

MAX_RUNS = 2000
"""Maximum number of runs of a bundle."""

MAX_KEPT_BYTES = 4_000_000
"""About the most bytes of losses and weights that a bundle returns."""

CHECK_INTERVAL = 0.25
"""Seconds between two looks at the time that the bundles under way have taken."""

BACKUP_AFTER = 10.0
"""Seconds after which a bundle that takes much longer than others may be started a second time."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _SweepWork:
    """A sweep and how far it is."""

    sweep: Sweep
    queue: BundleQueue
    seconds_a_run: float | None = None
    """Processor time, lately."""
    slowest_run: float = 0.0
    """The most seconds that a bundle took, for each of its runs."""

    @property
    def plan(self) -> SweepPlan:
        """The sweep's plan."""
        return self.sweep.plan

    def size(self, capacity: int) -> int:
        """Return how many runs the next bundle should have.

        Towards the end bundles are smaller, so that no worker is left alone with the last one for long.
        """
        if self.seconds_a_run is None:
            size: float = FIRST_RUNS
        else:
            size = BUNDLE_SECONDS / max(self.seconds_a_run, 1e-6)
        if kept := self.plan.kept_memory // self.plan.runs:
            size = min(size, MAX_KEPT_BYTES / kept)
        return max(1, min(int(size), MAX_RUNS, math.ceil(self.queue.waiting / (2 * capacity))))


@dataclass(eq=False)
class _Running:
    """A bundle that is under way."""

    work: _SweepWork
    bundle: Bundle
    began: float = field(default=0.0)


class BundlePool:
    """Trains sweeps by an executor of bundles. Its public methods may be called from any thread."""

    def __init__(
        self,
        executor: BundleExecutor,
        *,
        max_seconds: float = math.inf,
        budget: MemoryBudget | None = None,
        on_trained: Callable[[int, float], None] = lambda _epochs, _seconds: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the pool; its thread starts with the first sweep.

        Args:
            executor: trains the bundles.
            max_seconds: maximum seconds of processor time that a sweep takes; then it is cancelled.
            budget: bounds the memory of the runs under way; bundles beyond it wait. By default unlimited.
            on_trained: called with the epochs trained and the seconds that they took.
            clock: returns the time in seconds.
        """
        self._executor = executor
        self._max_seconds = max_seconds
        self._budget = budget or MemoryBudget(math.inf, math.inf)
        self._on_trained = on_trained
        self._clock = clock
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._sweeps: deque[_SweepWork] = deque()
        self._running: dict[Future[BundleResult], _Running] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self.lost = 0

    @property
    def under_way(self) -> int:
        """How many bundles are under way."""
        return len(self._running)

    def submit_sweep(self, sweep: Sweep) -> None:
        """Have the runs of a sweep trained."""
        work = _SweepWork(sweep, BundleQueue(sweep.plan.runs))
        with self._lock:
            if self._stopped:
                sweep.cancel()
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="bundles", daemon=True)
                self._thread.start()
        self._events.put(partial(self._sweeps.append, work))
        sweep.ended.add_done_callback(lambda _: self._events.put(partial(self._leave, work)))

    def stop(self) -> None:
        """Cancel all sweeps, and end the thread and the executor."""
        with self._lock:
            self._stopped, thread = True, self._thread
        self._events.put(self._cancel_all)
        if thread is not None:
            thread.join()
        self._executor.stop()

    def _serve(self) -> None:
        while not self._stopped:
            self._work()
            try:
                self._events.get(timeout=CHECK_INTERVAL)()
                while True:
                    self._events.get_nowait()()
            except Empty:
                pass
        self._cancel_all()

    def _work(self) -> None:
        """Start what can be started, and end what has taken too long."""
        try:
            self._fill()
        except Exception as error:
            if not isinstance(error, SweepFailed):
                log.exception("bundles cannot be started")
            for work in list(self._sweeps):
                work.sweep.task_group.fail(error)
        self._check_seconds()

    def _fill(self) -> None:
        capacity = self._executor.capacity() if self._sweeps else 0
        while len(self._running) < capacity and (picked := self._next_bundle(capacity)) is not None:
            self._start(*picked)
        if self._sweeps and len(self._running) < capacity:
            self._start_backup()

    def _next_bundle(self, capacity: int) -> tuple[_SweepWork, Bundle] | None:
        """Return a bundle of the sweep that has waited longest."""
        for _ in range(len(self._sweeps)):
            work = self._sweeps[0]
            self._sweeps.rotate(-1)
            if work.sweep.task_group.over or not work.queue.waiting:
                continue
            if self._budget.begin(work.plan.owner, work.plan.memory):
                bundle = work.queue.take(work.size(capacity))
                assert bundle is not None
                return work, bundle
        return None

    def _start_backup(self) -> None:
        """Start a bundle once more that takes much longer than others, as where its machine hangs."""
        now = self._clock()
        for running in list(self._running.values()):
            work, age = running.work, now - running.began
            expected = work.slowest_run * running.bundle.size
            if not expected or age < max(BACKUP_AFTER, 3 * expected) or work.sweep.task_group.over:
                continue
            if work.queue.copy(running.bundle):
                self._budget.begin(work.plan.owner, work.plan.memory)
                self._start(work, running.bundle)
                return

    def _start(self, work: _SweepWork, bundle: Bundle) -> None:
        """Start a bundle whose memory is counted."""
        try:
            future = self._executor.start(work.plan, bundle)
        except BaseException:
            self._budget.end(work.plan.owner, work.plan.memory)
            raise
        self._running[future] = _Running(work, bundle, self._clock())
        future.add_done_callback(lambda done: self._events.put(partial(self._end, done)))

    def _end(self, future: Future[BundleResult]) -> None:
        """Take the results of a bundle, or have it trained again."""
        running = self._running.pop(future)
        work, state = running.work, running.work.sweep.task_group
        self._budget.end(work.plan.owner, work.plan.memory)
        try:
            self._take(running, future.result(0))
        except (BundleStopped, CancelledError):
            pass
        except WorkerLost as error:
            self.lost += 1
            log.warning("a bundle of runs was lost, and is trained again: %s", error)
            try:
                work.queue.lose(running.bundle, str(error))
            except SweepFailed as failed:
                state.fail(failed)
        except Exception as error:
            log.exception("a bundle of runs failed")
            state.fail(error)

    def _take(self, running: _Running, result: BundleResult) -> None:
        work, state, bundle = running.work, running.work.sweep.task_group, running.bundle
        state.seconds += result.seconds
        self._on_trained(result.epochs, result.seconds)
        if state.over or not work.queue.finish(bundle):
            return
        work.sweep.add(result.records, result.kept)
        seconds, before = result.seconds / bundle.size, work.seconds_a_run
        work.seconds_a_run = seconds if before is None else (seconds + before) / 2
        work.slowest_run = max(work.slowest_run, result.elapsed / bundle.size)
        for future, other in self._running.items():
            if other.work is work and other.bundle == bundle:
                self._executor.cancel(future)
        if work.queue.is_finished:
            state.finish()

    def _check_seconds(self) -> None:
        """Cancel the sweeps that have taken too long, with the bundles under way."""
        now = self._clock()
        for work in list(self._sweeps):
            under_way = sum(now - each.began for each in self._running.values() if each.work is work)
            if work.sweep.seconds + under_way >= self._max_seconds:
                work.sweep.cancel()

    def _leave(self, work: _SweepWork) -> None:
        """Stop what is under way of a sweep that has ended."""
        if work in self._sweeps:
            self._sweeps.remove(work)
        for future, running in list(self._running.items()):
            if running.work is work:
                self._executor.cancel(future)
        self._executor.forget(work.plan)

    def _cancel_all(self) -> None:
        for work in list(self._sweeps):
            work.sweep.cancel()
            self._leave(work)
