import asyncio
import itertools
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from server.runtime.loop_wakeup import wakeup_of
from server.runtime.scheduler import MAX_URGENT_TURNS, ScheduledTask, Scheduler

TIMEOUT = 60.0


class FakeActor:
    """An actor that records its turns and runs a function in each."""

    def __init__(
        self,
        work: Callable[["FakeActor"], float | None],
        *,
        is_light: bool = False,
        is_long: bool = False,
    ) -> None:
        self.is_light = is_light
        self.is_long = is_long
        self.turns: list[bool] = []
        self.inside = 0
        self.overlapped = False
        self.reached: dict[int, threading.Event] = {}
        self._work = work

    def turn(self, *, urgent: bool, queue_length: int) -> float | None:
        assert queue_length >= 0
        self.inside += 1
        self.overlapped |= self.inside > 1
        try:
            self.turns.append(urgent)
            return self._work(self)
        finally:
            self.inside -= 1
            for count, event in self.reached.items():
                if len(self.turns) >= count:
                    event.set()

    def wait(self, count: int) -> None:
        """Wait until the actor has had a number of turns."""
        event = self.reached.setdefault(count, threading.Event())
        assert len(self.turns) >= count or event.wait(TIMEOUT), f"{len(self.turns)} of {count} turns"


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    scheduler = Scheduler(2)
    scheduler.start()
    yield scheduler
    scheduler.stop()


@pytest.fixture
def single_threaded() -> Iterator[Scheduler]:
    """Return a scheduler with one thread, so that turns never overlap."""
    scheduler = Scheduler(1)
    scheduler.start()
    yield scheduler
    scheduler.stop()


def busy(_: FakeActor) -> float:
    time.sleep(0.0005)
    return -math.inf


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
