"""Which threads run light, heavy and long turns."""

import math
import threading
import time

import pytest

from server.runtime.scheduler import ScheduledTask, Scheduler
from tests.server.runtime.fake_actor import TIMEOUT, FakeActor, busy


def test_light_actors_share_one_thread() -> None:
    scheduler = Scheduler(3)
    scheduler.start()
    inside: set[FakeActor] = set()
    together = 0

    def work(actor: FakeActor) -> float:
        nonlocal together
        inside.add(actor)
        if len(actor.turns) > 1:  # the first turn tells what it is
            together = max(together, sum(other.is_light and len(other.turns) > 1 for other in set(inside)))
        time.sleep(0.0005)
        inside.discard(actor)
        return -math.inf if len(actor.turns) % 3 else time.monotonic() + 0.001

    is_light = [FakeActor(work, is_light=True) for _ in range(6)]
    heavy = [FakeActor(work) for _ in range(3)]
    for actor in is_light + heavy:
        scheduler.wake(ScheduledTask(actor))
    for actor in is_light + heavy:
        actor.wait(60)
    scheduler.stop()
    assert together == 1


@pytest.mark.medium
def test_light_and_heavy_actors_alternate_on_one_thread(single_threaded: Scheduler) -> None:
    actors = [FakeActor(busy, is_light=number % 2 == 0) for number in range(10)]
    for actor in actors:
        single_threaded.wake(ScheduledTask(actor))
    actors[0].wait(60)
    single_threaded.stop()
    counts = [len(actor.turns) for actor in actors]
    assert max(counts) - min(counts) <= 2


def test_an_actor_waiting_for_the_single_thread_is_not_forgotten() -> None:
    scheduler = Scheduler(2)
    scheduler.start()
    entered, leave = threading.Event(), threading.Event()

    def block(actor: FakeActor) -> None:
        if len(actor.turns) == 2:
            entered.set()
            assert leave.wait(TIMEOUT)

    blocking, waiting = FakeActor(block, is_light=True), FakeActor(lambda _: None, is_light=True)
    task, other = ScheduledTask(blocking), ScheduledTask(waiting)
    for actor, place in ((blocking, task), (waiting, other)):
        scheduler.wake(place)
        actor.wait(1)
    scheduler.wake(task)
    assert entered.wait(TIMEOUT)
    scheduler.wake(other)
    heavy = FakeActor(lambda _: None)
    scheduler.wake(ScheduledTask(heavy))
    heavy.wait(1)
    assert len(waiting.turns) == 1
    leave.set()
    waiting.wait(2)
    scheduler.stop()


def test_light_actors_go_on_while_long_turns_take_all_other_threads() -> None:
    scheduler = Scheduler(2)
    scheduler.start()
    leave = threading.Event()

    def block(_: FakeActor) -> float:
        assert leave.wait(TIMEOUT)
        return -math.inf

    light = FakeActor(lambda _: time.monotonic() + 0.001, is_light=True)
    scheduler.wake(ScheduledTask(light))
    light.wait(2)
    long = [FakeActor(block, is_long=True) for _ in range(4)]
    for actor in long:
        scheduler.wake(ScheduledTask(actor))
    heavy = FakeActor(busy)
    scheduler.wake(ScheduledTask(heavy))
    light.wait(100)
    heavy.wait(10)
    assert sum(len(actor.turns) for actor in long) == 1
    leave.set()
    for actor in long:
        actor.wait(3)
    scheduler.stop()


@pytest.mark.parametrize("threads", [1, 2])
def test_long_turns_run_on_all_threads_while_no_light_actor_waits(threads: int) -> None:
    scheduler = Scheduler(threads)
    scheduler.start()
    together = threading.Barrier(threads, timeout=TIMEOUT)

    def meet(_: FakeActor) -> None:
        together.wait()

    long = [FakeActor(meet, is_long=True) for _ in range(threads)]
    for actor in long:
        scheduler.wake(ScheduledTask(actor))
    for actor in long:
        actor.wait(1)
    scheduler.stop()
