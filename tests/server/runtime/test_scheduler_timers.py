"""Turns that an actor asks for at a later time."""

import itertools
import time

from server.runtime.scheduler import ScheduledTask, Scheduler
from tests.server.runtime.fake_actor import FakeActor


def test_a_timer_starts_a_turn_at_its_time(scheduler: Scheduler) -> None:
    times: list[float] = []

    def work(actor: FakeActor) -> float | None:
        times.append(time.monotonic())
        return time.monotonic() + 0.05 if len(actor.turns) < 4 else None

    actor = FakeActor(work)
    scheduler.wake(ScheduledTask(actor))
    actor.wait(4)
    assert all(after - before >= 0.05 for before, after in itertools.pairwise(times))
    assert actor.turns == [True, False, False, False]


def test_a_turn_before_the_timer_replaces_it(scheduler: Scheduler) -> None:
    def work(actor: FakeActor) -> float | None:
        return time.monotonic() + 0.1 if len(actor.turns) == 1 else None

    actor = FakeActor(work)
    task = ScheduledTask(actor)
    scheduler.wake(task)
    actor.wait(1)
    scheduler.wake(task)
    actor.wait(2)
    late = FakeActor(lambda actor: time.monotonic() + 0.2 if len(actor.turns) == 1 else None)
    scheduler.wake(ScheduledTask(late))
    late.wait(2)
    assert len(actor.turns) == 2


def test_an_earlier_timer_fires_first(scheduler: Scheduler) -> None:
    def later(seconds: float) -> FakeActor:
        return FakeActor(lambda actor: time.monotonic() + seconds if len(actor.turns) == 1 else None)

    slow, quick = later(60), later(0.02)
    scheduler.wake(ScheduledTask(slow))
    slow.wait(1)
    scheduler.wake(ScheduledTask(quick))
    quick.wait(2)
