import itertools
import math

import pytest

from server.runtime.pacing import MAX_CATCH_UP, FrameClock, Pace, Rate


def run(
    pace: Pace, seconds: float, *, cost: float = 0.0, stall: tuple[float, float] = (math.inf, 0)
) -> list[tuple[float, int]]:
    """Run all epochs when they are due; return the times and the number of epochs done at each."""
    now, done = 0.0, []
    pace.start(now)
    while now < seconds:
        if now >= stall[0]:
            now, stall = now + stall[1], (math.inf, 0)
        due = pace.due(now)
        if due >= 1:
            epochs = int(min(due, 1000))
            pace.done(epochs)
            now += cost
            done.append((now, epochs))
        now = max(now + 1e-6, pace.next_due(now))
    return done


@pytest.mark.parametrize("speed", [1, 7.5, 60, 61, 240, 1000, 100_000])
def test_epochs_become_due_at_the_speed(speed: float) -> None:
    done = run(Pace(speed, grain=1 / 120), 4)
    assert sum(epochs for _, epochs in done) == pytest.approx(1 + 4 * speed, rel=0.02, abs=1)


def test_at_60_a_second_epochs_become_due_one_by_one() -> None:
    done = run(Pace(60, grain=1 / 120), 2, cost=0.002)
    assert {epochs for _, epochs in done} == {1}
    gaps = [after - before for (before, _), (after, _) in itertools.pairwise(done)]
    assert max(gaps) == pytest.approx(min(gaps), abs=0.0021)


def test_at_high_speeds_several_epochs_become_due_together() -> None:
    assert len(run(Pace(50_000, grain=1 / 120), 1)) <= 130


def test_the_first_epoch_is_due_at_once() -> None:
    pace = Pace(0.5, grain=0.01)
    pace.start(10)
    assert pace.due(10) == 1
    pace.done(1)
    assert pace.due(10) == 0
    assert pace.next_due(10) == pytest.approx(12)


def test_lost_time_is_not_caught_up() -> None:
    done = run(Pace(100, grain=1 / 120), 5, stall=(2, 1.5))
    assert max(epochs for _, epochs in done) <= 1 + 100 * MAX_CATCH_UP
    assert sum(epochs for _, epochs in done) <= 100 * 3.5 + 10


def test_a_clock_that_goes_backwards_has_no_effect() -> None:
    pace = Pace(60, grain=0.01)
    pace.start(100)
    pace.done(1)
    assert pace.due(50) == 0


def test_at_unlimited_speed_an_epoch_is_always_due() -> None:
    pace = Pace(None, grain=0.01)
    assert pace.due(1) == math.inf
    pace.done(5)
    assert pace.next_due(1) == 1


def test_a_pause_does_not_count() -> None:
    pace = Pace(10, grain=0.01)
    assert pace.is_stopped
    pace.start(0)
    pace.done(1)
    pace.stop()
    assert pace.is_stopped
    assert pace.due(100) == 1  # begins again as if started


def taken(clock: FrameClock, times: list[float]) -> list[float]:
    """Return the times at which frames are allowed, among the times of requests."""
    passed = []
    for now in times:
        if clock.due <= now:
            clock.mark_started(now)
            passed.append(now)
    return passed


def test_frames_keep_to_the_rate_on_average() -> None:
    passed = taken(FrameClock(60), [tick / 1000 for tick in range(10_000)])
    assert len(passed) == pytest.approx(600, abs=2)


def test_slightly_late_requests_still_get_the_frame_rate() -> None:
    times = [tick / 60 + (0.004 if tick % 2 else 0) for tick in range(600)]
    assert len(taken(FrameClock(60), times)) == 600


def test_frames_are_never_close_together_even_after_a_pause() -> None:
    clock = FrameClock(50)
    passed = taken(clock, [0.0, *[1 + tick / 1000 for tick in range(500)]])
    gaps = [after - before for before, after in itertools.pairwise(passed)]
    assert min(gaps) >= 0.5 / 50
    assert len(passed) <= 1 + 0.5 * 50 + 2


def test_a_frame_that_takes_long_delays_the_next() -> None:
    clock = FrameClock(50)
    clock.mark_started(1.0, 0.1)
    assert clock.due == clock.floor == pytest.approx(1.5)
    clock.mark_started(2.0, 0.001)
    assert clock.floor == pytest.approx(2.01)
    clock.mark_started(3.0, 0.008)
    assert clock.floor == pytest.approx(3.01), "a little is no reason to wait"


def test_the_measured_rate_follows_the_work() -> None:
    rate = Rate(window=0.1)
    for tick in range(100):
        rate.count(tick / 100, 5)
    assert rate.value == pytest.approx(500, rel=0.1)


def test_a_pause_does_not_change_the_measured_rate() -> None:
    rate = Rate(window=0.1)
    for tick in range(100):
        rate.count(tick / 100, 5)
    before = rate.value
    rate.count(1000, 1)
    assert rate.value == before
