import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS
from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.losses import LOSSES
from engine.network import Network
from tests.engine.making import slope


def network_of(
    *hidden: int, inputs: int = 2, activation: str = "tanh", output: str = "tanh", seed: int = 0
) -> Network:
    network = Network([f"input {index}" for index in range(inputs)], hidden, activation, output)
    network.parameters[:] = np.random.default_rng(seed).uniform(-1, 1, network.parameters.size)
    return network


def test_parameters_are_one_vector_of_weights_then_biases_layer_by_layer() -> None:
    network = network_of(3)
    network.parameters[:] = np.arange(13)
    first, output = network.layers
    assert network.shape == (2, 3, 1)
    np.testing.assert_array_equal(first.weights, [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(first.biases, [6, 7, 8])
    np.testing.assert_array_equal(output.weights, [[9], [10], [11]])
    np.testing.assert_array_equal(output.biases, [12])


def test_layers_are_views() -> None:
    network = network_of(3)
    network.layers[0].weights[1, 2] = 42
    assert network.parameters[5] == 42


def test_weights_mask_leaves_biases_out() -> None:
    assert network_of(3).weights_mask().tolist() == [True] * 6 + [False] * 3 + [True] * 3 + [False]


def test_forward_by_hand() -> None:
    network = network_of(2, activation="relu", output="linear")
    # Hidden: relu(1*2 + 3*(-1) + 0.5) = 0 and relu(-1*2 + 1*(-1) + 4) = 1; output: 5*0 - 2*1 + 0.25.
    network.parameters[:] = [1, -1, 3, 1, 0.5, 4, 5, -2, 0.25]
    np.testing.assert_allclose(network.forward(np.array([[2.0, -1.0]])), [-1.5 - 0.25])
    np.testing.assert_allclose(network.forward(np.array([[2.0, 0.0]])), [5 * 2.5 - 2 * 2 + 0.25])


def test_forward_is_z_equals_a_w_plus_b_then_g() -> None:
    network = network_of(4, 3, inputs=5)
    values = inputs = np.random.default_rng(1).normal(size=(6, 5))
    for weights, biases in network.layers:
        values = np.tanh(values @ weights + biases)
    np.testing.assert_allclose(network.forward(inputs), values[:, 0], rtol=1e-14)


@pytest.mark.parametrize("hidden", [(), (3,), (3, 2), (2, 3, 2)])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backward_is_the_slope_of_the_mean_loss(
    activation: str, output: str, loss: str, hidden: tuple[int, ...]
) -> None:
    network = network_of(*hidden, inputs=3, activation=activation, output=output, seed=5)
    rng = np.random.default_rng(6)
    inputs, targets = rng.uniform(-2, 2, (7, 3)), rng.uniform(0.1, 0.9, (7, 1))

    def mean_loss(parameters: np.ndarray) -> float:
        network.parameters[:] = parameters
        return float(LOSSES[loss].function(network.forward(inputs)[:, None], targets).mean())

    at = network.parameters.copy()
    measured = slope(mean_loss, at)
    network.parameters[:] = at
    gradient = network.backward(network.propagate(inputs), targets, LOSSES[loss])
    np.testing.assert_allclose(gradient, measured, atol=2e-8)
    assert np.abs(gradient).max() > 1e-4


@given(shift=st.integers(1, 30), seed=st.integers(0, 100))
def test_the_gradient_of_a_batch_is_the_mean_over_its_points(shift: int, seed: int) -> None:
    network = network_of(3, seed=seed)
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(shift + 1, 2)), rng.normal(size=(shift + 1, 1))
    loss = LOSSES["squared_error"]
    whole = network.backward(network.propagate(inputs), targets, loss).copy()
    single = [
        network.backward(network.propagate(inputs[i : i + 1]), targets[i : i + 1], loss).copy()
        for i in range(shift + 1)
    ]
    np.testing.assert_allclose(whole, np.mean(single, axis=0), atol=1e-13)


def test_one_weight_by_hand() -> None:
    """From w = 5, x = 2, target 6: the output is 10, the slope at w is 8, and a step of 0.1 gives w = 4.2."""
    network = network_of(inputs=1, output="linear")
    network.parameters[:] = [5, 0]
    forward = network.propagate(np.array([[2.0]]))
    gradient = network.backward(forward, np.array([[6.0]]), LOSSES["squared_error"])
    assert forward.outputs[-1] == 10
    assert gradient[0] == 8
    assert 5 - 0.1 * gradient[0] == pytest.approx(4.2)


def test_overflow_gives_what_is_not_finite_without_warning() -> None:
    network = network_of(2, activation="linear", output="linear")
    network.parameters[:] = 1e200
    assert network.forward(np.array([[1.0, 1.0]])).tolist() == [np.inf]


def test_from_config_draws_with_the_generator_and_repeats() -> None:
    config = TrainingConfig(hidden_layers=(4, 2), features=("x1", "x2", "x1_x2"))
    one, two = (Network.from_config(config, np.random.default_rng(9)) for _ in range(2))
    assert one.shape == (3, 4, 2, 1)
    assert one.features == config.features
    np.testing.assert_array_equal(one.parameters, two.parameters)
    mask = one.weights_mask()
    assert np.abs(one.parameters[mask]).max() <= 0.5
    assert np.unique(one.parameters[mask]).size == mask.sum()
    assert (one.parameters[~mask] == 0.1).all()


def test_zeros_have_neither_weights_nor_biases() -> None:
    network = Network.from_config(TrainingConfig(initializer="zeros"), np.random.default_rng(0))
    assert not network.parameters.any()


def test_hidden_layers_and_output_have_their_own_functions() -> None:
    config = TrainingConfig(activation="relu", output_activation="sigmoid")
    network = Network.from_config(config, np.random.default_rng(0))
    assert network.activations == [ACTIVATIONS["relu"], ACTIVATIONS["relu"], ACTIVATIONS["sigmoid"]]


def test_set_parameters_copies() -> None:
    network, values = network_of(2), np.arange(9.0)
    network.set_parameters(values)
    values[:] = 0
    np.testing.assert_array_equal(network.parameters, np.arange(9))


@pytest.mark.parametrize("values", [np.zeros(8), np.zeros((3, 3)), np.full(9, np.nan), np.full(9, np.inf)])
def test_set_parameters_refuses_another_size_and_what_is_not_finite(values: np.ndarray) -> None:
    network = network_of(2)
    before = network.parameters.copy()
    with pytest.raises(InvalidValue, match="parameters: expected"):
        network.set_parameters(values)
    np.testing.assert_array_equal(network.parameters, before)
