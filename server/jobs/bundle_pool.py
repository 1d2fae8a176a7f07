"""Trains sweeps in bundles of runs, which an executor distributes to other processes and machines.

A thread starts bundles while the executor has capacity, and collects their results; the sweeps take turns.
The size of a bundle follows from the time that earlier runs took, so that a call is worth its overhead.
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
"""The intended seconds of a bundle; the overhead of a call is some milliseconds."""

FIRST_RUNS = 4
"""The number of runs in a bundle as long as no run of the sweep was timed."""

MAX_RUNS = 2000
"""Maximum number of runs of a bundle."""

MAX_KEPT_BYTES = 4_000_000
"""The most bytes of losses and weights that a bundle returns, roughly."""

CHECK_INTERVAL = 0.25
"""Seconds between two looks at the time that the bundles under way have taken."""

BACKUP_AFTER = 10.0
"""Seconds after which a bundle that takes much longer than others may be started a second time."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _SweepProgress:
    """A sweep that is being trained."""

    sweep: Sweep
    queue: BundleQueue
    seconds_per_run: float | None = None
    """Seconds of processor time per run, a moving average; None before the first bundle."""
    slowest_run: float = 0.0
    """The seconds per run of the slowest bundle."""

    @property
    def plan(self) -> SweepPlan:
        """The sweep's plan."""
        return self.sweep.plan

    def size(self, capacity: int) -> int:
        """Return how many runs the next bundle should have.

        Towards the end bundles get smaller, so that all workers finish at about the same time.
        """
        if self.seconds_per_run is None:
            size: float = FIRST_RUNS
        else:
            size = BUNDLE_SECONDS / max(self.seconds_per_run, 1e-6)
        if kept := self.plan.kept_memory // self.plan.runs:
            size = min(size, MAX_KEPT_BYTES / kept)
        return max(1, min(int(size), MAX_RUNS, math.ceil(self.queue.pending / (2 * capacity))))


@dataclass(eq=False)
class _RunningBundle:
    """A bundle that was started; `began` is in the pool's clock."""

    work: _SweepProgress
    bundle: Bundle
    began: float = field(default=0.0)


class BundlePool:
    """A `SweepPool` that trains with a `BundleExecutor`. Any thread may call its public methods."""

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
            max_seconds: seconds of processor time after which a sweep is cancelled.
            budget: bounds the memory of the running bundles; others wait. By default unlimited.
            on_trained: called with the epochs trained and the seconds that they took.
            clock: returns the time in seconds.
        """
        self._executor = executor
        self._max_seconds = max_seconds
        self._budget = budget or MemoryBudget(math.inf, math.inf)
        self._on_trained = on_trained
        self._clock = clock
        self._events: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._sweeps: deque[_SweepProgress] = deque()
        self._running: dict[Future[BundleResult], _RunningBundle] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self.lost = 0

    @property
    def running(self) -> int:
        """The number of running bundles."""
        return len(self._running)

    def submit_sweep(self, sweep: Sweep) -> None:
        """Start to train the runs of a sweep."""
        work = _SweepProgress(sweep, BundleQueue(sweep.plan.runs))
        with self._lock:
            if self._stopped:
                sweep.cancel()
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bundles", daemon=True)
                self._thread.start()
        self._events.put(partial(self._sweeps.append, work))
        sweep.ended.add_done_callback(lambda _: self._events.put(partial(self._cancel_bundles, work)))

    def stop(self) -> None:
        """Cancel all sweeps, and end the thread and the executor."""
        with self._lock:
            self._stopped, thread = True, self._thread
        self._events.put(self._cancel_all)
        if thread is not None:
            thread.join()
        self._executor.stop()

    def _run(self) -> None:
        while not self._stopped:
            self._start_and_check()
            try:
                self._events.get(timeout=CHECK_INTERVAL)()
                while True:
                    self._events.get_nowait()()
            except Empty:
                pass
        self._cancel_all()

    def _start_and_check(self) -> None:
        """Start as many bundles as possible, and cancel sweeps that have taken too long."""
        try:
            self._start_bundles()
        except Exception as error:
            if not isinstance(error, SweepFailed):
                log.exception("bundles cannot be started")
            for work in list(self._sweeps):
                work.sweep.task_group.fail(error)
        self._check_seconds()

    def _start_bundles(self) -> None:
        capacity = self._executor.capacity() if self._sweeps else 0
        while len(self._running) < capacity and (next_bundle := self._next_bundle(capacity)) is not None:
            self._start(*next_bundle)
        if self._sweeps and len(self._running) < capacity:
            self._start_backup()

    def _next_bundle(self, capacity: int) -> tuple[_SweepProgress, Bundle] | None:
        """Return the next bundle of the sweep that has waited longest; None if none can be started."""
        for _ in range(len(self._sweeps)):
            work = self._sweeps[0]
            self._sweeps.rotate(-1)
            if work.sweep.task_group.is_over or not work.queue.pending:
                continue
            if self._budget.begin(work.plan.owner, work.plan.memory):
                bundle = work.queue.next_bundle(work.size(capacity))
                assert bundle is not None
                return work, bundle
        return None

    def _start_backup(self) -> None:
        """Start a second copy of a bundle that takes much longer than others, as on a machine that hangs."""
        now = self._clock()
        for running in list(self._running.values()):
            work, age = running.work, now - running.began
            expected = work.slowest_run * running.bundle.size
            if not expected or age < max(BACKUP_AFTER, 3 * expected) or work.sweep.task_group.is_over:
                continue
            if work.queue.start_copy(running.bundle):
                self._budget.begin(work.plan.owner, work.plan.memory)
                self._start(work, running.bundle)
                return

    def _start(self, work: _SweepProgress, bundle: Bundle) -> None:
        """Start a bundle, whose memory the budget already counts."""
        try:
            future = self._executor.start(work.plan, bundle)
        except BaseException:
            self._budget.end(work.plan.owner, work.plan.memory)
            raise
        self._running[future] = _RunningBundle(work, bundle, self._clock())
        future.add_done_callback(lambda done: self._events.put(partial(self._on_bundle_ended, done)))

    def _on_bundle_ended(self, future: Future[BundleResult]) -> None:
        """Add the results of a bundle that has ended, or requeue it if it was lost."""
        running = self._running.pop(future)
        work, state = running.work, running.work.sweep.task_group
        self._budget.end(work.plan.owner, work.plan.memory)
        try:
            self._add_results(running, future.result(0))
        except (BundleStopped, CancelledError):
            pass
        except WorkerLost as error:
            self.lost += 1
            log.warning("a bundle of runs was lost, and is trained again: %s", error)
            try:
                work.queue.requeue(running.bundle, str(error))
            except SweepFailed as failed:
                state.fail(failed)
        except Exception as error:
            log.exception("a bundle of runs failed")
            state.fail(error)

    def _add_results(self, running: _RunningBundle, result: BundleResult) -> None:
        work, state, bundle = running.work, running.work.sweep.task_group, running.bundle
        state.seconds += result.seconds
        self._on_trained(result.epochs, result.seconds)
        if state.is_over or not work.queue.finish(bundle):
            return
        work.sweep.add_results(result.records, result.kept)
        seconds, before = result.seconds / bundle.size, work.seconds_per_run
        work.seconds_per_run = seconds if before is None else (seconds + before) / 2
        work.slowest_run = max(work.slowest_run, result.elapsed / bundle.size)
        for future, other in self._running.items():
            if other.work is work and other.bundle == bundle:
                self._executor.cancel(future)
        if work.queue.is_finished:
            state.finish()

    def _check_seconds(self) -> None:
        """Cancel the sweeps that have taken too long, including the time of running bundles."""
        now = self._clock()
        for work in list(self._sweeps):
            running = sum(now - each.began for each in self._running.values() if each.work is work)
            if work.sweep.seconds + running >= self._max_seconds:
                work.sweep.cancel()

    def _cancel_bundles(self, work: _SweepProgress) -> None:
        """Cancel the running bundles of a sweep that has ended."""
        if work in self._sweeps:
            self._sweeps.remove(work)
        for future, running in list(self._running.items()):
            if running.work is work:
                self._executor.cancel(future)
        self._executor.forget(work.plan)

    def _cancel_all(self) -> None:
        for work in list(self._sweeps):
            work.sweep.cancel()
            self._cancel_bundles(work)
