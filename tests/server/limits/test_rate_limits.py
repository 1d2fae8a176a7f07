import pytest

from server.limits import rate_limits
from server.limits.rate_limits import Buckets


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_then_so_many_a_second() -> None:
    clock = Clock()
    kept = Buckets(10, 2, clock)
    assert [kept.add("10.0.0.1") for _ in range(10)] == [0] * 10
    assert kept.add("10.0.0.1") == pytest.approx(0.5)
    assert kept.add("10.0.0.2") == 0, "another's bucket is another"
    clock.now += 0.5
    assert kept.add("10.0.0.1") == 0
    assert kept.add("10.0.0.1") > 0
    kept.take_back("10.0.0.1")
    assert kept.add("10.0.0.1") == 0


def test_neighbours_share_one() -> None:
    kept = Buckets(1, 1, Clock())
    assert kept.add("2001:db8:1:2::9") == 0
    assert kept.add("2001:db8:1:2::7") > 0


def test_a_clock_that_goes_back_empties_nothing() -> None:
    clock = Clock()
    kept = Buckets(1, 1, clock)
    kept.add("10.0.0.1")
    clock.now = 0
    assert kept.add("10.0.0.1") > 0


def test_it_does_not_remember_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MOST_REMEMBERED", 3)
    clock = Clock()
    kept = Buckets(1, 1, clock)
    for number in range(3):
        kept.add(f"10.0.0.{number}")
    clock.now += 0.5
    kept.add("10.0.0.3")
    assert len(kept) == 1, "all count still, so all are forgiven"
    clock.now += 0.75
    kept.add("10.0.0.4")
    kept.add("10.0.0.5")
    clock.now += 0.5
    kept.add("10.0.0.6")
    assert len(kept) == 3, "those that count no more are forgotten first"
    assert kept.add("10.0.0.4") > 0
