from hypothesis import given
from hypothesis import strategies as st

from server.storage.lifetimes import FIRST_REMOVAL, MAX_TIME_OFF, LifetimeClock, shift_after_start

TIMES = st.floats(1, 4e9)


@given(latest=TIMES, now=TIMES)
def test_the_time_off_counts_only_if_it_is_plausible(latest: float, now: float) -> None:
    age = now - (latest + shift_after_start(latest, now))
    expected = now - latest if 0 <= now - latest <= MAX_TIME_OFF else 0
    assert abs(age - expected) < 1e-3


def test_an_empty_database_needs_no_shift() -> None:
    assert shift_after_start(0, 1e9) == 0


def test_the_clock_goes_on_steadily_and_jumps_only_when_told() -> None:
    steady, wall = 5.0, 1000.0
    clock = LifetimeClock(clock=lambda: steady, wall=lambda: wall)
    assert clock.now() == 1000
    steady, wall = 15.0, 1010.5
    assert (clock.now(), clock.detect_jump()) == (1010, 0), "small differences are no jump"
    wall = 501_010.0
    assert (clock.now(), clock.detect_jump()) == (1010, 500_000)
    clock.apply_jump(clock.detect_jump())
    assert (clock.now(), clock.detect_jump()) == (501_010, 0)
    assert not clock.may_remove
    steady += FIRST_REMOVAL
    assert clock.may_remove
