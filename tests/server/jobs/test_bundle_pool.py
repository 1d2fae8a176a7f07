"""Bundles of runs, by an executor of the test's own: sizes, losses, cancelling, limits, each result once."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
import pytest

from engine.config import TrainingConfig
from server.jobs import bundle_pool
from server.jobs.bundle_pool import BundlePool
from server.jobs.bundles import (
    MAX_LOSSES,
    Bundle,
    BundleQueue,
    BundleResult,
    BundleStopped,
    WorkerLost,
    train_bundle,
)
from server.jobs.finished_runs import RECORD
from server.jobs.kept_runs import KeptParts
from server.jobs.sweep_plan import ConsecutiveSeeds, SweepPlan
from server.jobs.sweeps import Sweep
from server.jobs.work_state import SweepFailed
from server.jobs.worker_pool import WorkerPool
from server.limits.memory_budget import MemoryBudget
from server.runtime.scheduler import Scheduler
from server.sessions.training_run import StopCriterion
from tests.server.live import TIMEOUT

SMALL = TrainingConfig().changed({"hidden_layers": [2]})


def plan(runs: int, **changes: Any) -> SweepPlan:
    values: dict[str, Any] = {"settings": [{}], "epochs": 2, **changes}
    return SweepPlan(
        SMALL,
        seeds=ConsecutiveSeeds(0, runs // len(values["settings"])),
        vary="weights",
        stop_criterion=StopCriterion(),
        **values,
    )


class Started(NamedTuple):
    """A bundle that a pool has started, for the test to end."""

    plan: SweepPlan
    bundle: Bundle
    future: "Future[BundleResult]"

    def finish(self, seconds: float = 0.001) -> None:
        records = np.zeros(self.bundle.size, RECORD)
        records["number"] = range(self.bundle.first, self.bundle.first + self.bundle.size)
        self.future.set_result(BundleResult(records, [], self.bundle.size, seconds, seconds))

    def lose(self) -> None:
        self.future.set_exception(WorkerLost("its process was killed"))


class ManualExecutor:
    """An executor whose bundles end when the test says so."""

    def __init__(self, capacity: int) -> None:
        self.size = capacity
        self.started: SimpleQueue[Started] = SimpleQueue()
        self.cancelled: SimpleQueue[Future[BundleResult]] = SimpleQueue()
        self.forgotten: SimpleQueue[SweepPlan] = SimpleQueue()

    def capacity(self) -> int:
        return self.size

    def start(self, plan: SweepPlan, bundle: Bundle) -> "Future[BundleResult]":
        started = Started(plan, bundle, Future())
        self.started.put(started)
        return started.future

    def cancel(self, future: "Future[BundleResult]") -> None:
        self.cancelled.put(future)
        if not future.done():
            future.set_exception(BundleStopped())

    def forget(self, plan: SweepPlan) -> None:
        self.forgotten.put(plan)

    def stop(self) -> None:
        self.size = 0

    def next(self) -> Started:
        return self.started.get(timeout=TIMEOUT)


class ThreadExecutor(ManualExecutor):
    """An executor that trains each bundle in a thread; `lose` decides whether it is lost."""

    def __init__(self, capacity: int, lose: Callable[[Bundle], bool] = lambda _: False) -> None:
        super().__init__(capacity)
        self._lose = lose

    def start(self, plan: SweepPlan, bundle: Bundle) -> "Future[BundleResult]":
        future: Future[BundleResult] = Future()

        def work() -> None:
            with suppress(InvalidStateError):  # it was cancelled meanwhile
                if self._lose(bundle):
                    future.set_exception(WorkerLost("it was killed"))
                else:
                    future.set_result(train_bundle(plan, bundle, lambda: False))

        threading.Thread(target=work).start()
        return future


Make = Callable[..., BundlePool]


@pytest.fixture
def make() -> Iterator[Make]:
    """Return a function that makes a pool, which is stopped after the test."""
    pools: list[BundlePool] = []

    def made(executor: ManualExecutor, **options: Any) -> BundlePool:
        pools.append(BundlePool(executor, **options))
        return pools[-1]

    yield made
    for pool in pools:
        pool.stop()


def numbers(sweep: Sweep) -> list[int]:
    points = len(sweep.plan.settings)
    return sorted(run.seed * points + run.setting for run, _ in sweep.results_in_order(0, sweep.plan.runs))


@pytest.mark.medium
def test_runs_in_bundles_have_the_results_of_the_worker_pool(make: Make) -> None:
    settings = [{"learning_rate": rate} for rate in (0.01, 0.1, 0.3)]
    kept = KeptParts(losses=True, weights=True)
    sweeps = [Sweep(plan(30, settings=settings, kept_parts=kept)) for _ in range(2)]
    make(ThreadExecutor(3)).submit_sweep(sweeps[0])
    assert sweeps[0].ended.result(TIMEOUT) == "done"
    scheduler = Scheduler(2)
    worker_pool = WorkerPool(scheduler, 2, max_slice=0.004)
    scheduler.start()
    worker_pool.submit_sweep(sweeps[1])
    assert sweeps[1].ended.result(TIMEOUT) == "done"
    scheduler.stop()
    assert sweeps[0].results == sweeps[1].results
    assert sweeps[0].summaries() == sweeps[1].summaries()
    both = [{run[:2]: kept for run, kept in sweep.results_in_order(0, 30)} for sweep in sweeps]
    for run, kept_run in both[0].items():
        other = both[1][run]
        assert kept_run.losses is not None
        assert other.losses is not None
        assert kept_run.network is not None
        assert other.network is not None
        assert np.array_equal(kept_run.losses.points, other.losses.points)
        assert np.array_equal(kept_run.network.parameters, other.network.parameters)


def test_bundles_grow_until_a_call_is_worth_its_cost_and_are_small_at_the_end(make: Make) -> None:
    executor, sweep = ManualExecutor(2), Sweep(plan(3000))
    make(executor).submit_sweep(sweep)
    sizes = []
    while not sweep.ended.done():
        started = executor.next()
        sizes.append(started.bundle.size)
        started.finish(seconds=0.001 * started.bundle.size)
        if sum(sizes) == 3000:
            sweep.ended.result(TIMEOUT)
    assert sizes[:2] == [bundle_pool.FIRST_RUNS] * 2
    assert max(sizes) == bundle_pool.BUNDLE_SECONDS / 0.001
    assert sizes[-1] < 10
    assert len(sizes) < 40
    assert numbers(sweep) == list(range(3000))


def test_what_a_bundle_returns_is_bounded(make: Make) -> None:
    executor = ManualExecutor(1)
    sweep = Sweep(plan(1000, kept_memory=1000 * bundle_pool.MAX_KEPT_BYTES // 2))
    make(executor).submit_sweep(sweep)
    assert executor.next().bundle.size == 2


@pytest.mark.medium
def test_lost_bundles_are_trained_again_and_each_run_counts_once(make: Make) -> None:
    fate = np.random.default_rng(3)
    pool = make(ThreadExecutor(4, lambda bundle: bundle.size > 1 and fate.random() < 0.3))
    sweep = Sweep(plan(60))
    pool.submit_sweep(sweep)
    assert sweep.ended.result(TIMEOUT) == "done"
    assert pool.lost > 0
    assert numbers(sweep) == list(range(60))


def test_a_result_counts_once_and_a_copy_that_is_lost_is_not_missed() -> None:
    queue = BundleQueue(10)
    bundle = queue.next_bundle(10)
    assert bundle is not None
    assert queue.start_copy(bundle)
    assert not queue.start_copy(bundle), "one copy is enough"
    queue.requeue(bundle, "its machine left")
    assert queue.pending == 0, "the other copy is under way"
    assert queue.finish(bundle)
    assert not queue.finish(bundle)
    queue.requeue(bundle, "its machine left")
    assert queue.is_finished
    assert queue.pending == 0


@pytest.mark.medium
def test_a_run_that_ends_its_process_each_time_is_found_and_named(make: Make) -> None:
    sweep = Sweep(plan(64))
    make(ThreadExecutor(2, lambda bundle: bundle.first <= 37 < bundle.first + bundle.size)).submit_sweep(
        sweep
    )
    with pytest.raises(SweepFailed, match=rf"Run 37 was lost {MAX_LOSSES} times.*it was killed"):
        sweep.ended.result(TIMEOUT)


def test_an_error_of_a_training_ends_only_its_own_sweep(make: Make) -> None:
    executor, bad, good = ManualExecutor(2), Sweep(plan(1)), Sweep(plan(1))
    pool = make(executor)
    pool.submit_sweep(bad)
    executor.next().future.set_exception(RuntimeError("on purpose"))
    with pytest.raises(RuntimeError, match="on purpose"):
        bad.ended.result(TIMEOUT)
    pool.submit_sweep(good)
    executor.next().finish()
    assert good.ended.result(TIMEOUT) == "done"


def test_results_before_a_cancellation_are_kept_and_what_is_under_way_is_stopped(make: Make) -> None:
    executor, sweep = ManualExecutor(2), Sweep(plan(100))
    make(executor).submit_sweep(sweep)
    first, second = executor.next(), executor.next()
    first.finish()
    third = executor.next()
    sweep.cancel()
    stopped = {executor.cancelled.get(timeout=TIMEOUT) for _ in range(2)}
    assert stopped == {second.future, third.future}
    assert executor.forgotten.get(timeout=TIMEOUT) is sweep.plan
    assert (sweep.ended.result(0), numbers(sweep)) == ("cancelled", [0, 1, 2, 3])


def test_sweeps_take_turns(make: Make) -> None:
    executor, sweeps = ManualExecutor(1), [Sweep(plan(1000)) for _ in range(2)]
    pool = make(executor)
    pool.submit_sweep(sweeps[0])
    first = executor.next()
    pool.submit_sweep(sweeps[1])
    order = []
    for _ in range(4):
        first.finish()
        first = executor.next()
        order.append(first.plan is sweeps[1].plan)
    assert order.count(True) == 2


def test_a_bundle_that_hangs_is_started_a_second_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_pool, "BACKUP_AFTER", 0.05)
    monkeypatch.setattr(bundle_pool, "CHECK_INTERVAL", 0.01)
    executor, sweep = ManualExecutor(2), Sweep(plan(8))
    make(executor).submit_sweep(sweep)
    hanging = executor.next()
    bundles = [hanging.bundle]
    while True:
        started = executor.next()
        if started.bundle == hanging.bundle:
            break
        bundles.append(started.bundle)
        started.finish()
    started.finish()
    assert sweep.ended.result(TIMEOUT) == "done"
    assert executor.cancelled.get(timeout=TIMEOUT) is hanging.future
    assert numbers(sweep) == list(range(8))


def test_a_sweep_that_takes_too_much_processor_time_is_cancelled(make: Make) -> None:
    executor, sweep = ManualExecutor(1), Sweep(plan(100))
    make(executor, max_seconds=60).submit_sweep(sweep)
    executor.next().finish(seconds=30)
    executor.next().finish(seconds=31)
    assert sweep.ended.result(TIMEOUT) == "cancelled"
    assert sweep.seconds == 61


@pytest.mark.medium
def test_time_of_bundles_under_way_counts_too(make: Make) -> None:
    executor, sweep = ManualExecutor(2), Sweep(plan(100))
    make(executor, max_seconds=0.1).submit_sweep(sweep)
    assert sweep.ended.result(TIMEOUT) == "cancelled"


def test_bundles_beyond_the_memory_of_their_owner_wait(make: Make) -> None:
    executor = ManualExecutor(10)
    pool = make(executor, budget=MemoryBudget(100, 50))
    large, small = Sweep(plan(100, memory=20, owner="a")), Sweep(plan(1, memory=5, owner="b"))
    pool.submit_sweep(large)
    running = [executor.next(), executor.next()]
    pool.submit_sweep(small)
    assert executor.next().plan is small.plan
    assert executor.started.empty()
    running[0].finish()
    assert executor.next().plan is large.plan


def test_a_cluster_that_is_gone_fails_the_sweeps(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    executor = ManualExecutor(1)

    def gone() -> int:
        raise SweepFailed("The cluster does not answer.")

    monkeypatch.setattr(executor, "capacity", gone)
    sweep = Sweep(plan(1))
    make(executor).submit_sweep(sweep)
    with pytest.raises(SweepFailed, match="does not answer"):
        sweep.ended.result(TIMEOUT)


def test_a_stopped_pool_cancels_its_sweeps_and_takes_no_more() -> None:
    executor, sweep, late = ManualExecutor(1), Sweep(plan(100)), Sweep(plan(1))
    pool = BundlePool(executor)
    pool.submit_sweep(sweep)
    executor.next()
    pool.stop()
    assert sweep.ended.result(0) == "cancelled"
    pool.submit_sweep(late)
    assert late.ended.result(0) == "cancelled"


def test_a_bundle_stops_in_mid_run() -> None:
    began = time.monotonic()
    with pytest.raises(BundleStopped):
        train_bundle(plan(1, epochs=10**9), Bundle(0, 1), lambda: time.monotonic() > began + 0.05)
