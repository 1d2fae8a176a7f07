import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from engine.config import TrainingConfig
from server.jobs.worker_pool import TaskGroup, TrainingTask, WorkerPool
from server.runtime.scheduler import Scheduler
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, TrainingRun
from tests.server.live import TIMEOUT

SMALL = TrainingConfig().changed({"hidden_layers": [2]})


def race(epochs: int = 5, goal: StopCriterion | None = None, **settings: Any) -> TrainingTask:
    config = SMALL.changed(settings)
    return TrainingTask(
        lambda: Session(config), TrainingRun("epoch", epochs, goal or StopCriterion(), records_losses=False)
    )


class Room:
    """A bench with threads of its own."""

    def __init__(self, threads: int = 2) -> None:
        self.scheduler = Scheduler(threads)
        self.counted: list[tuple[int, float]] = []
        self.worker_pool = WorkerPool(
            self.scheduler,
            threads,
            clock=time.monotonic,
            max_slice=0.004,
            on_trained=lambda epochs, seconds: self.counted.append((epochs, seconds)),
        )
        self.ended: list[TrainingTask] = []

    def add(
        self, races: Iterator[TrainingTask], finish: Callable[[TrainingTask], None] | None = None
    ) -> TaskGroup:
        batch = TaskGroup(races, finish or self.ended.append)
        self.worker_pool.submit(batch)
        return batch


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    room.scheduler.start()
    yield room
    room.worker_pool.stop()
    room.scheduler.stop()


def test_all_trainings_of_a_batch_are_done_each_as_by_itself(room: Room) -> None:
    batch = room.add(race(weights_seed=seed) for seed in range(20))
    assert batch.ended.result(TIMEOUT) == "done"
    assert len(room.ended) == 20
    for ended in room.ended:
        alone = Session(ended.session.config)
        alone.train(5, lambda: False)
        assert ended.session.metrics() == alone.metrics()
        assert ended.training_run.ended.result(0) == "done"


def test_epochs_and_the_time_they_take_are_counted(room: Room) -> None:
    room.add(iter([race(7), race(5)])).ended.result(TIMEOUT)
    assert sum(epochs for epochs, _ in room.counted) == 12
    assert all(seconds > 0 for _, seconds in room.counted)


def test_losses_are_not_kept_on_the_way(room: Room) -> None:
    room.add(iter([race(epochs=10)])).ended.result(TIMEOUT)
    assert room.ended[0].session.history.points()["epoch"].tolist() == [0]


def test_a_batch_of_nothing_is_not_waited_for(room: Room) -> None:
    first, second = room.add(iter([race()])), room.add(race() for _ in range(3))
    assert {first.ended.result(TIMEOUT), second.ended.result(TIMEOUT)} == {"done"}
    assert room.add(iter([race()])).ended.result(TIMEOUT) == "done"


def test_a_short_batch_does_not_wait_for_a_long_one(room: Room) -> None:
    long = room.add(race(epochs=10_000_000) for _ in range(4))
    assert room.add(iter([race()])).ended.result(TIMEOUT) == "done"
    assert not long.ended.done()
    long.cancel()
    assert long.ended.result(TIMEOUT) == "cancelled"


def test_a_goal_ends_a_training(room: Room) -> None:
    room.add(iter([race(10_000, StopCriterion(train_loss=0.4))])).ended.result(TIMEOUT)
    assert room.ended[0].training_run.ended.result(0) == "reached"
    assert room.ended[0].training_run.done < 10_000


def test_an_error_ends_its_batch_and_no_other(room: Room) -> None:
    def wrong() -> Session:
        raise RuntimeError("on purpose")

    bad = room.add(iter([TrainingTask(wrong, TrainingRun("epoch", 1))]))
    with pytest.raises(RuntimeError, match="on purpose"):
        bad.ended.result(TIMEOUT)
    assert room.add(iter([race()])).ended.result(TIMEOUT) == "done"


def test_a_stop_cancels_everything(room: Room) -> None:
    batches = [room.add(race(epochs=10_000_000) for _ in range(3)) for _ in range(2)]
    room.worker_pool.stop()
    assert [batch.ended.result(TIMEOUT) for batch in batches] == ["cancelled"] * 2


def test_a_long_epoch_is_cut_into_turns() -> None:
    """Whoever stands in line beside a heavy training has a turn before its first epoch is over."""
    heavy = race(epochs=1, batch_size=1, hidden_layers=[64] * 6)
    turns = 0
    ended = False
    while not ended:
        ended = heavy.run(lambda: True, time.monotonic, 0.0)
        turns += 1
    assert turns > 100


def test_trainings_are_done_on_all_threads(room: Room) -> None:
    names = set()
    both = threading.Barrier(2, timeout=TIMEOUT)

    def meet() -> Session:
        both.wait()
        names.add(threading.current_thread().name)
        return Session(SMALL)

    room.add(TrainingTask(meet, TrainingRun("epoch", 1)) for _ in range(2)).ended.result(TIMEOUT)
    assert len(names) == 2
