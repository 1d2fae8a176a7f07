from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.features import FEATURES, compute
from engine.data.scaling import fit
from engine.errors import InvalidValue
from engine.nn import dropout
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import head
from engine.nn.layer_kinds.kind import EVALUATION, PropagationMode
from engine.nn.layers import dense_layers
from engine.nn.losses import softmax
from engine.nn.network import Network
from engine.training.build import build_network
from tests.engine.factories import HEADS, numerical_gradient, problem_of, random_points, random_targets

SQUARED = head("tanh", "squared_error", 0.3)


def network_of(
    *hidden: int,
    inputs: int = 2,
    activations: str | tuple[str, ...] = "tanh",
    output: str = "tanh",
    outputs: int = 1,
    rates: Sequence[float] = (),
    seed: int = 0,
) -> Network:
    names = (activations,) * len(hidden) if isinstance(activations, str) else activations
    layers = dense_layers(inputs, hidden, names, rates)
    network = Network([f"input {index}" for index in range(inputs)], layers, output, outputs)
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


def test_several_classes_have_an_output_each() -> None:
    network = network_of(2, output="softmax", outputs=3)
    network.parameters[:] = np.arange(15)
    assert network.shape == (2, 2, 3)
    np.testing.assert_array_equal(network.layers[1].weights, [[6, 7, 8], [9, 10, 11]])
    np.testing.assert_array_equal(network.layers[1].biases, [12, 13, 14])


def test_layer_weights_and_biases_are_views_of_the_parameters() -> None:
    network = network_of(3)
    network.layers[0].weights[1, 2] = 42
    assert network.parameters[5] == 42


def test_weights_mask_leaves_biases_out() -> None:
    assert network_of(3).weights_mask().tolist() == [True] * 6 + [False] * 3 + [True] * 3 + [False]


def test_forward_matches_values_computed_by_hand() -> None:
    network = network_of(2, activations="relu", output="linear")
    # Hidden: relu(1*2 + 3*(-1) + 0.5) = 0 and relu(-1*2 + 1*(-1) + 4) = 1; output: 5*0 - 2*1 + 0.25.
    network.parameters[:] = [1, -1, 3, 1, 0.5, 4, 5, -2, 0.25]
    np.testing.assert_allclose(network.forward(np.array([[2.0, -1.0]])), [[-1.5 - 0.25]])
    np.testing.assert_allclose(network.forward(np.array([[2.0, 0.0]])), [[5 * 2.5 - 2 * 2 + 0.25]])


def test_forward_is_z_equals_a_w_plus_b_then_g_layer_by_layer() -> None:
    names = ("relu", "sine", "softplus")
    network = network_of(4, 3, 5, inputs=5, activations=names, output="softmax", outputs=3)
    values = inputs = np.random.default_rng(1).normal(size=(6, 5))
    for (weights, biases), name in zip(network.layers, names, strict=False):
        values = ACTIVATIONS[name].function(values @ weights + biases)
    values = softmax(values @ network.layers[3].weights + network.layers[3].biases)
    np.testing.assert_allclose(network.forward(inputs), values, rtol=1e-13)
    assert network.forward(inputs).shape == (6, 3)
    np.testing.assert_allclose(network.forward(inputs).sum(axis=1), 1)


@pytest.mark.parametrize(("activation", "end"), list(product(ACTIVATIONS, HEADS)))
@pytest.mark.parametrize("hidden", [(), (3,), (3, 2), (2, 3, 2)])
def test_backward_matches_finite_differences_of_the_mean_loss(
    activation: str, end: tuple[str, str], hidden: tuple[int, ...]
) -> None:
    several = 3 if end[0] == "softmax" else 1
    network = network_of(*hidden, inputs=3, activations=activation, output=end[0], outputs=several, seed=5)
    check_gradient(network, end)


@pytest.mark.parametrize("first", ACTIVATIONS)
@pytest.mark.parametrize("second", ACTIVATIONS)
def test_backward_supports_a_different_activation_for_each_layer(first: str, second: str) -> None:
    network = network_of(3, 2, inputs=3, activations=(first, second), output="linear", seed=5)
    check_gradient(network, ("linear", "squared_error"))


@pytest.mark.parametrize("classes", range(2, 9))
def test_backward_supports_several_classes(classes: int) -> None:
    network = network_of(3, inputs=3, output="softmax", outputs=classes, seed=5)
    check_gradient(network, ("softmax", "cross_entropy"))


@pytest.mark.parametrize(("activation", "end"), list(product(ACTIVATIONS, HEADS)))
def test_backward_with_dropout_matches_finite_differences_with_the_same_neurons_dropped(
    activation: str, end: tuple[str, str]
) -> None:
    several = 3 if end[0] == "softmax" else 1
    network = network_of(
        4, 3, inputs=3, activations=activation, output=end[0], outputs=several, rates=(0.5, 0.3), seed=5
    )
    masks = [
        dropout.factors(
            77, rate, epoch=3, layer=layer, layers=2, points=range(7), count=7, neurons=(4, 3)[layer]
        )
        for layer, rate in enumerate((0.5, 0.3))
    ]
    assert all((mask == 0).any() and (mask != 0).any() for mask in masks)
    check_gradient(
        network, end, PropagationMode(dropout_factors=lambda number, _rate, _neurons: masks[number])
    )


def check_gradient(network: Network, end: tuple[str, str], mode: PropagationMode = EVALUATION) -> None:
    """Assert that the gradient of the mean loss is that of differences."""
    rng = np.random.default_rng(6)
    classes = network.shape[-1]
    inputs, ours = rng.uniform(-2, 2, (7, 3)), head(*end, 0.3)
    targets = network.output.targets(random_targets(problem_of(end[0]), classes, 7, rng), classes)

    def mean_loss(parameters: np.ndarray) -> float:
        network.parameters[:] = parameters
        forward = network.propagate(inputs, mode)
        return float(ours.loss(forward.values[-1], forward.output, targets).mean())

    at = network.parameters.copy()
    measured = numerical_gradient(mean_loss, at)
    network.parameters[:] = at
    gradient = network.backward(network.propagate(inputs, mode), targets, ours)
    np.testing.assert_allclose(gradient, measured, atol=2e-8)
    assert np.abs(gradient).max() > 1e-4


@given(shift=st.integers(1, 30), seed=st.integers(0, 100))
def test_the_gradient_of_a_batch_is_the_mean_over_its_points(shift: int, seed: int) -> None:
    network = network_of(3, seed=seed)
    rng = np.random.default_rng(seed)
    inputs, targets = rng.normal(size=(shift + 1, 2)), rng.normal(size=(shift + 1, 1))
    gradient = network.backward(network.propagate(inputs), targets, SQUARED).copy()
    single = [
        network.backward(network.propagate(inputs[i : i + 1]), targets[i : i + 1], SQUARED).copy()
        for i in range(shift + 1)
    ]
    np.testing.assert_allclose(gradient, np.mean(single, axis=0), atol=1e-13)


def test_one_step_of_one_weight_matches_values_computed_by_hand() -> None:
    """From w = 5, x = 2, target 6: the output is 10, the gradient 8, and a step of 0.1 gives w = 4.2."""
    network = network_of(inputs=1, output="linear")
    network.parameters[:] = [5, 0]
    forward = network.propagate(np.array([[2.0]]))
    gradient = network.backward(forward, np.array([[6.0]]), head("linear", "squared_error", 0.3))
    assert forward.outputs[-1] == 10
    assert gradient[0] == 8
    assert 5 - 0.1 * gradient[0] == pytest.approx(4.2)


def test_a_forward_pass_stores_the_values_pre_activations_and_outputs_of_each_layer() -> None:
    network = network_of(3, 2, activations="relu", rates=(0.4, 0.0))
    inputs, mask = np.random.default_rng(0).normal(size=(4, 2)), np.array([[0.0, 2.0, 2.0]] * 4)
    forward = network.propagate(inputs, PropagationMode(dropout_factors=lambda *_: mask))
    first, second, dropped, *_ = forward.values[1:]
    assert forward.values[0] is inputs
    np.testing.assert_array_equal(forward.pre_activations[0], first)
    np.testing.assert_array_equal(forward.outputs[0], second)
    np.testing.assert_array_equal(second, np.maximum(first, 0))
    np.testing.assert_array_equal(dropped, second * mask)
    np.testing.assert_array_equal(forward.outputs[1], np.maximum(forward.pre_activations[1], 0))


def test_no_gradient_passes_a_step_activation() -> None:
    network = network_of(3, 2, activations=("tanh", "step"), output="linear", seed=3)
    forward = network.propagate(np.random.default_rng(0).normal(size=(9, 2)))
    network.backward(forward, np.ones((9, 1)), head("linear", "squared_error", 0.3))
    first, second, output = network.layer_views(network.gradient)
    assert not first.weights.any()
    assert not second.weights.any()
    assert not second.biases.any()
    assert output.weights.any()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", ["tanh", "softmax"])
def test_overflow_gives_non_finite_values_without_a_warning(activation: str, output: str) -> None:
    network = network_of(2, 2, activations=activation, output=output, outputs=2)
    network.parameters[:] = 1e200
    with np.errstate(all="raise"):
        network.forward(np.array([[1.0, 1.0], [-1e100, 1e300]]))


def test_pre_activations_that_overflow_are_infinite() -> None:
    network = network_of(2, activations="linear", output="linear")
    network.parameters[:] = 1e200
    assert network.forward(np.array([[1.0, 1.0]])).tolist() == [[np.inf]]


def test_build_network_depends_only_on_the_generator() -> None:
    config = TrainingConfig(hidden_layers=(4, 2), features=("x1", "x2", "x1_x2"))
    one, two = (build_network(config, np.random.default_rng(9)) for _ in range(2))
    assert one.shape == (3, 4, 2, 1)
    assert one.features == config.features
    np.testing.assert_array_equal(one.parameters, two.parameters)
    mask = one.weights_mask()
    assert np.abs(one.parameters[mask]).max() <= 0.5
    assert np.unique(one.parameters[mask]).size == mask.sum()
    assert (one.parameters[~mask] == 0.1).all()


def test_build_network_uses_the_activations_and_loss_of_the_config() -> None:
    config = TrainingConfig(
        problem="multiclass", classes=5, hidden_layers=(4, 2), layer_activations=("relu", "sine")
    )
    network = build_network(config, np.random.default_rng(0))
    assert network.hidden_activations == ("relu", "sine")
    assert network.output_name == "softmax"
    assert network.shape == (2, 4, 2, 5)
    forward = network.propagate(np.random.default_rng(1).normal(size=(8, 2)))
    np.testing.assert_array_equal(forward.outputs[0], np.maximum(forward.pre_activations[0], 0))
    np.testing.assert_array_equal(forward.outputs[1], np.sin(forward.pre_activations[1]))
    np.testing.assert_allclose(forward.outputs[2].sum(axis=1), 1)


def test_the_zeros_initializer_sets_weights_and_biases_to_0() -> None:
    network = build_network(TrainingConfig(initializer="zeros"), np.random.default_rng(0))
    assert not network.parameters.any()


def test_inputs_are_the_scaled_features() -> None:
    network = Network(tuple(FEATURES), (), "tanh")
    points = random_points(30).inputs
    features = compute(tuple(FEATURES), points)
    np.testing.assert_array_equal(network.inputs(points), features)
    network.scaling = fit("standardized", features)
    np.testing.assert_allclose(network.inputs(points).std(axis=0), 1)


@pytest.mark.parametrize(("output", "outputs"), [("sigmoid", 1), ("softmax", 3)])
def test_layer_outputs_equal_those_of_a_forward_pass(output: str, outputs: int) -> None:
    network = network_of(4, 3, activations=("elu", "gelu"), output=output, outputs=outputs)
    inputs = np.random.default_rng(0).normal(size=(6, 2))
    layers = network.layer_outputs(inputs)
    for ours, expected in zip(layers, network.propagate(inputs).outputs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-13)


def test_set_parameters_copies() -> None:
    network, values = network_of(2), np.arange(9.0)
    network.set_parameters(values)
    values[:] = 0
    np.testing.assert_array_equal(network.parameters, np.arange(9))


@pytest.mark.parametrize("values", [np.zeros(8), np.zeros((3, 3)), np.full(9, np.nan), np.full(9, np.inf)])
def test_set_parameters_refuses_a_wrong_size_and_non_finite_values(values: np.ndarray) -> None:
    network = network_of(2)
    before = network.parameters.copy()
    with pytest.raises(InvalidValue, match="parameters: expected"):
        network.set_parameters(values)
    np.testing.assert_array_equal(network.parameters, before)
