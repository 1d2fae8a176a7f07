import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.nn.initializers import INITIALIZERS
from engine.training.build import build_network

INPUTS, NEURONS = 300, 200
# name: standard deviation, and largest value where there is one.
SPREAD = {
    "uniform": (1 / np.sqrt(12), 0.5),
    "zeros": (0.0, 0.0),
    "small_normal": (0.01, None),
    "xavier_uniform": (np.sqrt(2 / (INPUTS + NEURONS)), np.sqrt(6 / (INPUTS + NEURONS))),
    "xavier_normal": (np.sqrt(2 / (INPUTS + NEURONS)), None),
    "he_uniform": (np.sqrt(2 / INPUTS), np.sqrt(6 / INPUTS)),
    "he_normal": (np.sqrt(2 / INPUTS), None),
}


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_have_shape_inputs_by_neurons_and_depend_only_on_the_seed(name: str) -> None:
    first, again = (INITIALIZERS[name].weights(7, 5, 5, np.random.default_rng(3)) for _ in range(2))
    assert first.shape == (7, 5)
    assert first.dtype == np.float64
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_weights_have_the_expected_deviation_and_maximum(name: str) -> None:
    weights = INITIALIZERS[name].weights(INPUTS, NEURONS, NEURONS, np.random.default_rng(0))
    deviation, limit = SPREAD[name]
    # Over 60,000 numbers both statistics are within five of their standard deviations.
    assert abs(weights.mean()) <= 5 * deviation / np.sqrt(weights.size)
    assert weights.std() == pytest.approx(deviation, rel=0.015)
    largest = np.abs(weights).max()
    assert limit is None or 0.999 * limit <= largest <= limit


@pytest.mark.parametrize("name", [name for name in SPREAD if "normal" in name])
def test_normal_weights_are_normally_distributed(name: str) -> None:
    weights = (
        np.abs(INITIALIZERS[name].weights(INPUTS, NEURONS, NEURONS, np.random.default_rng(1)))
        / SPREAD[name][0]
    )
    for reach, fraction in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        assert (weights < reach).mean() == pytest.approx(fraction, abs=0.01)


@pytest.mark.parametrize("name", [name for name in SPREAD if "uniform" in name])
def test_uniform_weights_are_uniformly_distributed(name: str) -> None:
    weights = INITIALIZERS[name].weights(INPUTS, NEURONS, NEURONS, np.random.default_rng(1))
    reach = SPREAD[name][1]
    assert reach
    counts, _ = np.histogram(weights, bins=10, range=(-reach, reach))
    assert counts.min() > 0.94 * weights.size / 10


@pytest.mark.parametrize(("name", "growth"), [("he_normal", 1), ("he_uniform", 1), ("small_normal", 1e-8)])
def test_he_initialization_keeps_the_scale_of_relu_outputs_through_many_layers(
    name: str, growth: float
) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(200, 64))
    for _ in range(8):
        values = np.maximum(values @ INITIALIZERS[name].weights(64, 64, 64, rng), 0)
    size = np.sqrt((values**2).mean())
    assert (0.3 < size < 3) if growth == 1 else size < growth


def test_initial_biases_are_a_tenth_with_uniform_and_0_otherwise() -> None:
    assert {name: each.bias for name, each in INITIALIZERS.items() if each.bias} == {"uniform": 0.1}


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("bias", [None, -10.0, 0.0, 0.25])
def test_a_network_starts_with_the_configured_bias(name: str, bias: float | None) -> None:
    settings = {} if bias is None else {"initial_bias": bias}
    network = build_network(TrainingConfig(initializer=name, **settings), np.random.default_rng(0))  # type: ignore[arg-type]
    expected = INITIALIZERS[name].bias if bias is None else bias
    assert (network.parameters[~network.weights_mask()] == expected).all()
