import numpy as np
import pytest

from engine.initializers import INITIALIZERS


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_are_inputs_by_neurons_and_repeatable(name: str) -> None:
    first, again = (INITIALIZERS[name].weights(7, 5, np.random.default_rng(3)) for _ in range(2))
    assert first.shape == (7, 5)
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, again)


def test_uniform_fills_its_range_evenly() -> None:
    weights = INITIALIZERS["uniform"].weights(100, 100, np.random.default_rng(0))
    assert weights.min() >= -0.5
    assert weights.max() <= 0.5
    counts, _ = np.histogram(weights, bins=10, range=(-0.5, 0.5))
    assert counts.min() > 850
    assert INITIALIZERS["uniform"].bias == 0.1


def test_zeros_are_zeros_and_so_are_their_biases() -> None:
    assert not INITIALIZERS["zeros"].weights(3, 2, np.random.default_rng(0)).any()
    assert INITIALIZERS["zeros"].bias == 0
