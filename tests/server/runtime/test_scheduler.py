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


class Player:
    """An actor that notes its turns and does as it is told."""

    def __init__(self, work: Callable[["Player"], float | None], *, is_light: bool = False) -> None:
        self.is_light = is_light
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
        event = self.reached.setdefault(count, threading.Event())
        if len(self.turns) < count:
            assert event.wait(TIMEOUT), f"{len(self.turns)} of {count} turns"


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    scheduler = Scheduler(2)
    scheduler.start()
    yield scheduler
    scheduler.stop()


@pytest.fixture
def lonely() -> Iterator[Scheduler]:
    """Return one with a single thread, whose turns come strictly one after another."""
    scheduler = Scheduler(1)
    scheduler.start()
    yield scheduler
    scheduler.stop()


def busy(_: Player) -> float:
    time.sleep(0.0005)
    return -math.inf


def test_a_woken_actor_has_its_turn_and_then_rests(scheduler: Scheduler) -> None:
    player, other = Player(lambda _: None), Player(lambda _: None)
    task = ScheduledTask(player)
    for count in (1, 2):
        scheduler.wake(task)
        player.wait(count)
    scheduler.wake(ScheduledTask(other))
    other.wait(1)
    assert player.turns == [True, True]


def test_busy_actors_share_the_turns_fairly(lonely: Scheduler) -> None:
    players = [Player(busy) for _ in range(10)]
    for player in players:
        lonely.wake(ScheduledTask(player))
    players[0].wait(100)
    lonely.stop()
    counts = [len(player.turns) for player in players]
    assert max(counts) - min(counts) <= 1


def test_an_actor_is_never_served_by_two_threads(scheduler: Scheduler) -> None:
    player = Player(busy)
    task = ScheduledTask(player)
    for _ in range(2000):
        scheduler.wake(task)
    player.wait(200)
    assert not player.overlapped


def test_being_woken_while_working_gives_another_turn(scheduler: Scheduler) -> None:
    entered, leave = threading.Event(), threading.Event()

    def work(player: Player) -> None:
        if len(player.turns) == 1:
            entered.set()
            assert leave.wait(TIMEOUT)

    player = Player(work)
    task = ScheduledTask(player)
    scheduler.wake(task)
    assert entered.wait(TIMEOUT)
    scheduler.wake(task)
    scheduler.wake(task)
    leave.set()
    player.wait(2)
    done = Player(lambda _: None)
    scheduler.wake(ScheduledTask(done))
    done.wait(1)
    assert len(player.turns) == 2


def test_a_woken_actor_goes_before_those_in_line(lonely: Scheduler) -> None:
    order: list[Player] = []
    woken = Player(order.append)

    def work(player: Player) -> float:
        order.append(player)
        if len(order) == 30:
            lonely.wake(ScheduledTask(woken))
        return -math.inf

    for player in [Player(work) for _ in range(20)]:
        lonely.wake(ScheduledTask(player))
    woken.wait(1)
    assert order.index(woken) == 30


def test_one_that_is_woken_without_pause_gets_little_more_than_its_share(lonely: Scheduler) -> None:
    stop = threading.Event()
    pushy, modest = Player(busy), [Player(busy) for _ in range(5)]
    task = ScheduledTask(pushy)

    def push() -> None:
        while not stop.wait(0.0001):
            lonely.wake(task)

    pushing = threading.Thread(target=push)
    for player in modest:
        lonely.wake(ScheduledTask(player))
    pushing.start()
    modest[0].wait(50)
    stop.set()
    pushing.join()
    lonely.stop()
    assert len(pushy.turns) <= (MAX_URGENT_TURNS + 1) * (min(len(player.turns) for player in modest) + 1)
    assert Counter(pushy.turns)[False] >= 10, "it has its turns in line as well"


def test_a_timer_gives_the_turn_at_its_time(scheduler: Scheduler) -> None:
    times: list[float] = []

    def work(player: Player) -> float | None:
        times.append(time.monotonic())
        return time.monotonic() + 0.05 if len(player.turns) < 4 else None

    player = Player(work)
    scheduler.wake(ScheduledTask(player))
    player.wait(4)
    assert all(after - before >= 0.05 for before, after in itertools.pairwise(times))
    assert player.turns == [True, False, False, False]


def test_a_turn_before_the_timer_replaces_it(scheduler: Scheduler) -> None:
    def work(player: Player) -> float | None:
        return time.monotonic() + 0.1 if len(player.turns) == 1 else None

    player = Player(work)
    task = ScheduledTask(player)
    scheduler.wake(task)
    player.wait(1)
    scheduler.wake(task)
    player.wait(2)
    late = Player(lambda player: time.monotonic() + 0.2 if len(player.turns) == 1 else None)
    scheduler.wake(ScheduledTask(late))
    late.wait(2)
    assert len(player.turns) == 2


def test_an_earlier_timer_is_not_overslept(scheduler: Scheduler) -> None:
    def later(seconds: float) -> Player:
        return Player(lambda player: time.monotonic() + seconds if len(player.turns) == 1 else None)

    slow, quick = later(60), later(0.02)
    scheduler.wake(ScheduledTask(slow))
    slow.wait(1)
    scheduler.wake(ScheduledTask(quick))
    quick.wait(2)


def test_a_removed_actor_has_no_more_turns(scheduler: Scheduler) -> None:
    player, other = Player(busy), Player(busy)
    task = ScheduledTask(player)
    scheduler.wake(task)
    scheduler.wake(ScheduledTask(other))
    player.wait(3)
    scheduler.remove(task)
    other.wait(len(other.turns) + 5)
    count = len(player.turns)
    scheduler.wake(task)
    other.wait(len(other.turns) + 5)
    assert len(player.turns) == count


def test_a_turn_that_fails_is_logged_and_the_thread_goes_on(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_: Player) -> None:
        raise ZeroDivisionError

    broken = Player(work)
    task = ScheduledTask(broken)
    for count in (1, 2, 3):
        scheduler.wake(task)
        broken.wait(count)
    fine = Player(lambda _: None)
    scheduler.wake(ScheduledTask(fine))
    fine.wait(1)
    assert "a turn failed" in caplog.text


def test_stopping_ends_the_threads_and_it_can_start_again() -> None:
    before = threading.active_count()
    scheduler = Scheduler(3)
    for _ in range(2):
        scheduler.start()
        player = Player(busy)
        scheduler.wake(ScheduledTask(player))
        player.wait(2)
        assert threading.active_count() == before + 3
        scheduler.stop()
        assert threading.active_count() == before


def test_light_actors_have_one_thread_between_them() -> None:
    scheduler = Scheduler(3)
    scheduler.start()
    inside: set[Player] = set()
    together = 0

    def work(player: Player) -> float:
        nonlocal together
        inside.add(player)
        if len(player.turns) > 1:  # the first turn tells what it is
            together = max(together, sum(other.is_light and len(other.turns) > 1 for other in set(inside)))
        time.sleep(0.0005)
        inside.discard(player)
        return -math.inf if len(player.turns) % 3 else time.monotonic() + 0.001

    is_light = [Player(work, is_light=True) for _ in range(6)]
    heavy = [Player(work) for _ in range(3)]
    for player in is_light + heavy:
        scheduler.wake(ScheduledTask(player))
    for player in is_light + heavy:
        player.wait(60)
    scheduler.stop()
    assert together == 1


def test_light_and_heavy_take_turns_on_one_thread(lonely: Scheduler) -> None:
    players = [Player(busy, is_light=number % 2 == 0) for number in range(10)]
    for player in players:
        lonely.wake(ScheduledTask(player))
    players[0].wait(60)
    lonely.stop()
    counts = [len(player.turns) for player in players]
    assert max(counts) - min(counts) <= 2


def test_what_waits_for_the_one_thread_is_not_forgotten() -> None:
    scheduler = Scheduler(2)
    scheduler.start()
    entered, leave = threading.Event(), threading.Event()

    def block(player: Player) -> None:
        if len(player.turns) == 2:
            entered.set()
            assert leave.wait(TIMEOUT)

    blocking, waiting = Player(block, is_light=True), Player(lambda _: None, is_light=True)
    task, other = ScheduledTask(blocking), ScheduledTask(waiting)
    for player, place in ((blocking, task), (waiting, other)):
        scheduler.wake(place)
        player.wait(1)
    scheduler.wake(task)
    assert entered.wait(TIMEOUT)
    scheduler.wake(other)
    heavy = Player(lambda _: None)
    scheduler.wake(ScheduledTask(heavy))
    heavy.wait(1)
    assert len(waiting.turns) == 1
    leave.set()
    waiting.wait(2)
    scheduler.stop()


@pytest.mark.anyio
async def test_mail_never_waits_for_a_turn_that_does_not_come() -> None:
    waker, arrived = wakeup_of(asyncio.get_running_loop()), asyncio.Event()
    scheduler = Scheduler(1, clock=lambda: 0.0)  # no time passes, so nothing is told for its sake
    gone = ScheduledTask(Player(lambda _: None))

    def work(player: Player) -> None:
        if len(player.turns) == 2:
            scheduler.wake(gone)
            scheduler.remove(gone)
            waker.call_soon(arrived.set)

    player = Player(work)
    task = ScheduledTask(player)
    scheduler.start()
    for count in (1, 2):
        scheduler.wake(task)
        await asyncio.to_thread(player.wait, count)
    async with asyncio.timeout(TIMEOUT):
        await arrived.wait()
    scheduler.stop()
