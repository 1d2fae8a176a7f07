from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.optim.schedules import SCHEDULES

EPOCHS = [0, 1, 2, 3, 5, 10, 50, 99, 100, 101, 150, 200, 1000, 100_000]
FALLING = [name for name in SCHEDULES if name not in ("constant", "warmup")]
# name: factors at 0, 50, 100 and 200 epochs, where 100 bring it to 0.25.
KNOWN = {
    "constant": [1, 1, 1, 1],
    "step": [1, 1, 0.25, 0.0625],
    "exponential": [1, 0.5, 0.25, 0.0625],
    "inverse_time": [1, 0.4, 0.25, 1 / 7],
    "cosine": [1, 0.625, 0.25, 0.25],
    "warmup": [0.25, 0.625, 1, 1],
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_factors_match_known_values(name: str) -> None:
    function = SCHEDULES[name].function
    assert [function(epoch, 100, 0.25) for epoch in (0, 50, 100, 200)] == pytest.approx(KNOWN[name])


@pytest.mark.parametrize("name", FALLING)
def test_a_decaying_rate_reaches_its_factor_after_the_decay_epochs(name: str) -> None:
    for epochs, factor in ((1, 0.5), (7, 1e-6), (100, 0.1), (1_000_000, 0.9)):
        function = SCHEDULES[name].function
        assert function(0, epochs, factor) == 1
        assert function(epochs, epochs, factor) == pytest.approx(factor)
        values = [function(epoch, epochs, factor) for epoch in EPOCHS]
        assert all(later <= earlier for earlier, later in pairwise(values))


def test_a_warm_up_rises_from_the_factor_to_1() -> None:
    function = SCHEDULES["warmup"].function
    values = [function(epoch, 100, 0.1) for epoch in EPOCHS]
    assert values[0] == pytest.approx(0.1)
    assert values == sorted(values)
    assert function(100, 100, 0.1) == function(101, 100, 0.1) == 1


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_factor_of_1_changes_nothing(name: str) -> None:
    assert [SCHEDULES[name].function(epoch, 10, 1.0) for epoch in EPOCHS] == pytest.approx([1] * len(EPOCHS))


@pytest.mark.parametrize("name", FALLING)
def test_decaying_schedules_differ_between_start_and_end(name: str) -> None:
    values = {other: SCHEDULES[other].function(30, 100, 0.1) for other in FALLING}
    assert sum(abs(value - values[name]) < 0.02 for value in values.values()) == 1


@given(
    name=st.sampled_from(list(SCHEDULES)),
    epoch=st.integers(0, 10**9),
    epochs=st.integers(1, 1_000_000),
    factor=st.floats(1e-6, 1),
)
def test_a_factor_is_between_0_and_1(name: str, epoch: int, epochs: int, factor: float) -> None:
    assert 0 <= SCHEDULES[name].function(epoch, epochs, factor) <= 1


def test_the_settings_of_each_schedule_are_config_fields() -> None:
    assert SCHEDULES["constant"].parameters == ()
    for name in SCHEDULES:
        assert set(SCHEDULES[name].parameters) <= set(TrainingConfig.model_fields)
