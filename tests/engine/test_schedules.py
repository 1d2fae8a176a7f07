import pytest

from engine.schedules import SCHEDULES


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_begins_at_1_and_never_grows(name: str) -> None:
    factors = [SCHEDULES[name](epoch) for epoch in (0, 1, 2, 10, 100, 1000, 100_000)]
    assert factors[0] == 1
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] >= 0


def test_constant_stays() -> None:
    assert SCHEDULES["constant"](100_000) == 1
