"""Turns of the scheduler: who is woken has one, soon and never two at once, and nobody loses their share."""

import asyncio
import math
import threading
from collections import Counter

import pytest

from server.runtime.loop_wakeup import wakeup_of
from server.runtime.scheduler import MAX_URGENT_TURNS, ScheduledTask, Scheduler
from tests.server.runtime.fake_actor import TIMEOUT, FakeActor, busy


def test_a_woken_actor_has_one_turn(scheduler: Scheduler) -> None:
    actor, other = FakeActor(lambda _: None), FakeActor(lambda _: None)
    task = ScheduledTask(actor)
    for count in (1, 2):
        scheduler.wake(task)
        actor.wait(count)
    scheduler.wake(ScheduledTask(other))
    other.wait(1)
    assert actor.turns == [True, True]


@pytest.mark.medium
def test_busy_actors_get_equally_many_turns(single_threaded: Scheduler) -> None:
    actors = [FakeActor(busy) for _ in range(10)]
    for actor in actors:
        single_threaded.wake(ScheduledTask(actor))
    actors[0].wait(100)
    single_threaded.stop()
    counts = [len(actor.turns) for actor in actors]
    assert max(counts) - min(counts) <= 1


def test_an_actor_never_runs_on_two_threads_at_once(scheduler: Scheduler) -> None:
    actor = FakeActor(busy)
    task = ScheduledTask(actor)
    for _ in range(2000):
        scheduler.wake(task)
    actor.wait(200)
    assert not actor.overlapped


def test_an_actor_woken_during_its_turn_gets_another(scheduler: Scheduler) -> None:
    entered, leave = threading.Event(), threading.Event()

    def work(actor: FakeActor) -> None:
        if len(actor.turns) == 1:
            entered.set()
            assert leave.wait(TIMEOUT)

    actor = FakeActor(work)
    task = ScheduledTask(actor)
    scheduler.wake(task)
    assert entered.wait(TIMEOUT)
    scheduler.wake(task)
    scheduler.wake(task)
    leave.set()
    actor.wait(2)
    done = FakeActor(lambda _: None)
    scheduler.wake(ScheduledTask(done))
    done.wait(1)
    assert len(actor.turns) == 2


def test_a_woken_actor_goes_to_the_front_of_the_queue(single_threaded: Scheduler) -> None:
    order: list[FakeActor] = []
    woken = FakeActor(order.append)

    def work(actor: FakeActor) -> float:
        order.append(actor)
        if len(order) == 30:
            single_threaded.wake(ScheduledTask(woken))
        return -math.inf

    for actor in [FakeActor(work) for _ in range(20)]:
        single_threaded.wake(ScheduledTask(actor))
    woken.wait(1)
    assert order.index(woken) == 30


@pytest.mark.medium
def test_an_actor_woken_constantly_gets_little_more_than_its_share(
    single_threaded: Scheduler,
) -> None:
    stop = threading.Event()
    pushy, modest = FakeActor(busy), [FakeActor(busy) for _ in range(5)]
    task = ScheduledTask(pushy)

    def push() -> None:
        while not stop.wait(0.0001):
            single_threaded.wake(task)

    pushing = threading.Thread(target=push)
    for actor in modest:
        single_threaded.wake(ScheduledTask(actor))
    pushing.start()
    modest[0].wait(50)
    stop.set()
    pushing.join()
    single_threaded.stop()
    assert len(pushy.turns) <= (MAX_URGENT_TURNS + 1) * (min(len(actor.turns) for actor in modest) + 1)
    assert Counter(pushy.turns)[False] >= 10, "it has its turns in line as well"


def test_a_removed_actor_has_no_more_turns(scheduler: Scheduler) -> None:
    actor, other = FakeActor(busy), FakeActor(busy)
    task = ScheduledTask(actor)
    scheduler.wake(task)
    scheduler.wake(ScheduledTask(other))
    actor.wait(3)
    scheduler.remove(task)
    other.wait(len(other.turns) + 5)
    count = len(actor.turns)
    scheduler.wake(task)
    other.wait(len(other.turns) + 5)
    assert len(actor.turns) == count


def test_a_failing_turn_is_logged_and_the_thread_continues(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_: FakeActor) -> None:
        raise ZeroDivisionError

    broken = FakeActor(work)
    task = ScheduledTask(broken)
    for count in (1, 2, 3):
        scheduler.wake(task)
        broken.wait(count)
    fine = FakeActor(lambda _: None)
    scheduler.wake(ScheduledTask(fine))
    fine.wait(1)
    assert "a turn failed" in caplog.text


def test_a_stopped_scheduler_can_be_started_again() -> None:
    before = threading.active_count()
    scheduler = Scheduler(3)
    for _ in range(2):
        scheduler.start()
        actor = FakeActor(busy)
        scheduler.wake(ScheduledTask(actor))
        actor.wait(2)
        assert threading.active_count() == before + 3
        scheduler.stop()
        assert threading.active_count() == before


@pytest.mark.anyio
async def test_messages_are_not_held_back_until_another_turn() -> None:
    waker, arrived = wakeup_of(asyncio.get_running_loop()), asyncio.Event()
    scheduler = Scheduler(1, clock=lambda: 0.0)  # no time passes, so nothing is told for its sake
    gone = ScheduledTask(FakeActor(lambda _: None))

    def work(actor: FakeActor) -> None:
        if len(actor.turns) == 2:
            scheduler.wake(gone)
            scheduler.remove(gone)
            waker.call_soon(arrived.set)

    actor = FakeActor(work)
    task = ScheduledTask(actor)
    scheduler.start()
    for count in (1, 2):
        scheduler.wake(task)
        await asyncio.to_thread(actor.wait, count)
    async with asyncio.timeout(TIMEOUT):
        await arrived.wait()
    scheduler.stop()
