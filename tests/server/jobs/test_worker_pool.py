import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.config import TrainingConfig
from server.jobs.task_group import TaskGroup, TrainingTask
from server.jobs.worker_pool import WorkerPool
from server.limits.memory_budget import MemoryBudget
from server.runtime.scheduler import Scheduler
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, TrainingRun
from tests.server.live import TIMEOUT

SMALL = TrainingConfig().changed({"hidden_layers": [2]})


def task(epochs: int = 5, goal: StopCriterion | None = None, **settings: Any) -> TrainingTask:
    config = SMALL.changed(settings)
    return TrainingTask(
        lambda: Session(config), TrainingRun("epoch", epochs, goal or StopCriterion(), records_losses=False)
    )


class PoolHarness:
    """A worker pool with its own scheduler; it collects the finished tasks."""

    def __init__(self, threads: int = 2, *, budget: MemoryBudget | None = None) -> None:
        self.scheduler = Scheduler(threads)
        self.counted: list[tuple[int, float]] = []
        self.worker_pool = WorkerPool(
            self.scheduler,
            threads,
            clock=time.monotonic,
            max_slice=0.004,
            budget=budget,
            on_trained=lambda epochs, seconds: self.counted.append((epochs, seconds)),
        )
        self.ended: list[TrainingTask] = []

    def add(
        self,
        tasks: Iterator[TrainingTask],
        finish: Callable[[TrainingTask], None] | None = None,
        **size: Any,
    ) -> TaskGroup:
        group = TaskGroup(tasks, finish or self.ended.append, **size)
        self.worker_pool.submit(group)
        return group


@pytest.fixture
def pool() -> Iterator[PoolHarness]:
    pool = PoolHarness()
    pool.scheduler.start()
    yield pool
    pool.worker_pool.stop()
    pool.scheduler.stop()


@pytest.mark.medium
def test_each_training_of_a_group_runs_as_it_would_alone(pool: PoolHarness) -> None:
    group = pool.add(task(weights_seed=seed) for seed in range(20))
    assert group.ended.result(TIMEOUT) == "done"
    assert len(pool.ended) == 20
    for ended in pool.ended:
        alone = Session(ended.session.config)
        alone.train(5, lambda: False)
        assert ended.session.metrics() == alone.metrics()
        assert ended.training_run.ended.result(0) == "done"


def test_epochs_and_their_seconds_are_counted(pool: PoolHarness) -> None:
    pool.add(iter([task(7), task(5)])).ended.result(TIMEOUT)
    assert sum(epochs for epochs, _ in pool.counted) == 12
    assert all(seconds > 0 for _, seconds in pool.counted)


def test_intermediate_losses_are_not_kept(pool: PoolHarness) -> None:
    pool.add(iter([task(epochs=10)])).ended.result(TIMEOUT)
    assert pool.ended[0].session.history.points()["epoch"].tolist() == [0]


def test_an_empty_group_ends_at_once(pool: PoolHarness) -> None:
    first, second = pool.add(iter([task()])), pool.add(task() for _ in range(3))
    assert {first.ended.result(TIMEOUT), second.ended.result(TIMEOUT)} == {"done"}
    assert pool.add(iter([task()])).ended.result(TIMEOUT) == "done"


def test_a_short_group_does_not_wait_for_a_long_one(pool: PoolHarness) -> None:
    long = pool.add(task(epochs=10_000_000) for _ in range(4))
    assert pool.add(iter([task()])).ended.result(TIMEOUT) == "done"
    assert not long.ended.done()
    long.cancel()
    assert long.ended.result(TIMEOUT) == "cancelled"


def test_a_goal_ends_a_training(pool: PoolHarness) -> None:
    pool.add(iter([task(10_000, StopCriterion(train_loss=0.4))])).ended.result(TIMEOUT)
    assert pool.ended[0].training_run.ended.result(0) == "reached"
    assert pool.ended[0].training_run.done < 10_000


def test_an_error_ends_only_its_own_group(pool: PoolHarness) -> None:
    def wrong() -> Session:
        raise RuntimeError("on purpose")

    bad = pool.add(iter([TrainingTask(wrong, TrainingRun("epoch", 1))]))
    with pytest.raises(RuntimeError, match="on purpose"):
        bad.ended.result(TIMEOUT)
    assert pool.add(iter([task()])).ended.result(TIMEOUT) == "done"


def test_a_stop_cancels_everything(pool: PoolHarness) -> None:
    batches = [pool.add(task(epochs=10_000_000) for _ in range(3)) for _ in range(2)]
    pool.worker_pool.stop()
    assert [group.ended.result(TIMEOUT) for group in batches] == ["cancelled"] * 2


def test_a_long_epoch_is_split_into_turns() -> None:
    """Another task in the queue gets a turn before the first epoch of a heavy training is over."""
    heavy = task(epochs=1, batch_size=1, hidden_layers=[64] * 6)
    turns = 0
    ended = False
    while not ended:
        ended = heavy.run(lambda: True, time.monotonic, 0.0)
        turns += 1
    assert turns > 100


def test_trainings_run_on_all_threads(pool: PoolHarness) -> None:
    names = set()
    both = threading.Barrier(2, timeout=TIMEOUT)

    def meet() -> Session:
        both.wait()
        names.add(threading.current_thread().name)
        return Session(SMALL)

    pool.add(TrainingTask(meet, TrainingRun("epoch", 1)) for _ in range(2)).ended.result(TIMEOUT)
    assert len(names) == 2


class Begun:
    """Tasks of which a job tells how many have begun."""

    def __init__(self) -> None:
        self.count = 0

    def task(self) -> TrainingTask:
        def create() -> Session:
            self.count += 1
            return Session(SMALL)

        return TrainingTask(create, TrainingRun("epoch", 10_000_000))


def test_tasks_beyond_the_memory_of_their_owner_wait_and_others_do_not() -> None:
    pool = PoolHarness(budget=MemoryBudget(100, 50))
    pool.scheduler.start()
    try:
        begun = Begun()
        large = [pool.add(iter([begun.task()]), memory=20, owner="a") for _ in range(10)]
        small = pool.add((task() for _ in range(3)), memory=5, owner="b")
        assert small.ended.result(TIMEOUT) == "done"
        assert (begun.count, pool.worker_pool.memory) == (2, 40)
        last = pool.add(iter([task()]), memory=20, owner="a")
        for each in large:
            each.cancel()
        assert last.ended.result(TIMEOUT) == "done"
    finally:
        pool.worker_pool.stop()
        pool.scheduler.stop()
    assert pool.worker_pool.memory == 0


def test_a_group_that_fails_gives_its_memory_back(pool: PoolHarness) -> None:
    def wrong() -> Session:
        raise RuntimeError("on purpose")

    def wrong_result(_: TrainingTask) -> None:
        raise RuntimeError("on purpose")

    bad = pool.add(iter([TrainingTask(wrong, TrainingRun("epoch", 1))]), memory=7, owner="a")
    worse = pool.add(iter([task()]), wrong_result, memory=7, owner="a")
    for group in (bad, worse):
        with pytest.raises(RuntimeError, match="on purpose"):
            group.ended.result(TIMEOUT)
    assert pool.add(iter([task()])).ended.result(TIMEOUT) == "done"
    assert pool.worker_pool.memory == 0
