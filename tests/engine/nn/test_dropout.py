from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.nn.dropout import factors, mix
from tests.engine.plain import is_dropped, splitmix64_finalizer

PLACE: dict[str, Any] = {
    "epoch": 0,
    "layer": 0,
    "layers": 1,
    "points": range(200),
    "count": 200,
    "neurons": 50,
}


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_mix_is_the_finalizer_of_splitmix64(values: list[int]) -> None:
    assert mix(np.array(values, dtype=np.uint64)).tolist() == [
        splitmix64_finalizer(value) for value in values
    ]


def test_mix_matches_numbers_of_the_original_splitmix64() -> None:
    # The first outputs of the generator for the seed 1234567, as its authors publish them.
    counters = 1234567 + 0x9E3779B97F4A7C15 * np.arange(1, 4, dtype=object)
    numbers = mix(np.array([number % 2**64 for number in counters], dtype=np.uint64))
    assert numbers.tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@given(
    key=st.integers(0, 2**64 - 1),
    rate=st.sampled_from([0.1, 0.5, 0.9]),
    epoch=st.integers(0, 10**7),
    layer=st.integers(0, 3),
    start=st.integers(0, 20),
)
def test_each_neuron_is_dropped_by_its_own_random_number(
    key: int, rate: float, epoch: int, layer: int, start: int
) -> None:
    found = factors(
        key, rate, epoch=epoch, layer=layer, layers=4, points=range(start, start + 3), count=23, neurons=5
    )
    for row, point in enumerate(range(start, start + 3)):
        for neuron in range(5):
            counter = ((epoch * 4 + layer) * 23 + point) * 5 + neuron + 1
            kept = 0.0 if is_dropped(key, rate, counter) else 1 / (1 - rate)
            assert found[row, neuron] == kept


@pytest.mark.parametrize("rate", [0.1, 0.2, 0.5, 0.9])
def test_the_dropout_rate_is_met_and_the_mean_is_kept(rate: float) -> None:
    found = factors(99, rate, **PLACE)
    assert set(np.unique(found)) == {0, 1 / (1 - rate)}
    # 10,000 numbers: within five standard deviations.
    assert (found == 0).mean() == pytest.approx(rate, abs=5 * np.sqrt(rate * (1 - rate) / found.size))
    assert found.mean() == pytest.approx(1, abs=5 * np.sqrt(rate / (1 - rate) / found.size))


def test_dropout_is_independent_between_points_neurons_epochs_layers_and_keys() -> None:
    places: list[tuple[int, dict[str, Any]]] = [
        (1, {}),
        (2, {}),
        (1, {"epoch": 1}),
        (1, {"epoch": 2, "layers": 2}),
        (1, {"layer": 3, "layers": 4}),
    ]
    drawn = [factors(key, 0.5, **PLACE | changes) for key, changes in places]
    for samples in ([array.ravel() for array in drawn], list(drawn[0]), list(drawn[0].T)):
        correlations = np.asarray(np.corrcoef(samples)) - np.eye(len(samples))
        assert np.abs(correlations).max() < 5.5 / np.sqrt(len(samples[0]))


def test_a_dropout_rate_of_0_keeps_all_neurons() -> None:
    assert (factors(5, 0.0, **PLACE) == 1).all()


@pytest.mark.parametrize("cut", [1, 7, 199])
def test_dropout_does_not_depend_on_how_the_points_are_split(cut: int) -> None:
    parts = [factors(7, 0.5, **PLACE | {"points": points}) for points in (range(cut), range(cut, 200))]
    np.testing.assert_array_equal(np.concatenate(parts), factors(7, 0.5, **PLACE))
