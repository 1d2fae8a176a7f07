"""Layers of other kinds than dense: gradients, statistics, and the places of their arrays."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import head
from engine.nn.layer_kinds.kind import PropagationMode
from engine.nn.layer_kinds.normalization import EPSILON, MOMENTUM
from engine.nn.network import Network
from engine.seeding import Purpose, stream
from engine.training.build import build_network
from tests.engine.factories import numerical_gradient
from tests.support.examples import examples

Layers = list[dict[str, Any]]

TRAINING = PropagationMode(training=True)


def dense(neurons: int, **settings: Any) -> dict[str, Any]:
    return {"kind": "dense", "neurons": neurons, **settings}


BATCH_NORM, BEFORE = {"kind": "batch_norm"}, {"kind": "batch_norm", "before_activation": True}
LAYER_NORM = {"kind": "layer_norm"}
LAYER_NORM_BEFORE = {"kind": "layer_norm", "before_activation": True}


def residual(layers: int = 1) -> dict[str, Any]:
    return {"kind": "residual", "layers": layers}


CHAINS: dict[str, Layers] = {
    "batch norm after": [dense(3), BATCH_NORM, dense(2), BATCH_NORM],
    "batch norm before": [dense(3), BEFORE, dense(5), BEFORE],
    "layer norm after": [dense(3), LAYER_NORM, dense(2), LAYER_NORM],
    "layer norm before": [dense(5), LAYER_NORM_BEFORE],
    "residual of one": [dense(3), residual(), dense(3), residual()],
    "residual of two": [dense(3), dense(3), residual(2), dense(3), dense(3), residual(2)],
    "projection": [dense(5), dense(2), residual(2), dense(4), residual(1)],
    "overlapping blocks": [dense(3), dense(3), residual(2), dense(3), residual(2), residual(3)],
    "all": [dense(4), BEFORE, dense(3), LAYER_NORM, residual(2), BATCH_NORM, dense(1), residual(3)],
}


def config_of(**settings: Any) -> TrainingConfig:
    return TrainingConfig(**settings)


def network_of(layers: Layers, activation: str = "tanh", seed: int = 3) -> Network:
    """Return a network of three inputs with random parameters."""
    config = config_of(features=("x1", "x2", "x1_x2"), layers=layers, activation=activation)
    network = build_network(config, stream(seed, Purpose.WEIGHTS))
    network.parameters[:] = np.random.default_rng(seed).uniform(-1, 1, network.parameters.size)
    return network


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("training", [True, False])
def test_gradients_are_those_of_differences(name: str, activation: str, training: bool) -> None:
    network, mode = network_of(CHAINS[name], activation), PropagationMode(training=training)
    rng = np.random.default_rng(0)
    inputs, targets, ours = (
        rng.normal(size=(7, 3)),
        rng.normal(size=(7, 1)),
        head("tanh", "squared_error", 0.3),
    )
    network.buffers[:] = rng.uniform(0.5, 1.5, network.buffers.size)
    kept = network.buffers.copy()

    def mean_loss(parameters: np.ndarray) -> float:
        network.parameters[:], network.buffers[:] = parameters, kept
        forward = network.propagate(inputs, mode)
        return float(ours.loss(forward.values[-1], forward.output, targets).mean())

    at = network.parameters.copy()
    measured = numerical_gradient(mean_loss, at)
    network.parameters[:], network.buffers[:] = at, kept
    gradient = network.backward(network.propagate(inputs, mode), targets, ours)
    np.testing.assert_allclose(gradient, measured, atol=5e-8)
    assert np.abs(gradient).max() > 1e-4


def test_batch_norm_uses_the_statistics_of_the_mini_batch_in_training_and_else_running_ones() -> None:
    network = network_of([dense(4, activation="linear"), BATCH_NORM])
    scale, shift = (slot.view(network.parameters) for slot in network.slots[2])
    mean, variance = (slot.view(network.buffers) for slot in network.buffer_slots[2])
    inputs = np.random.default_rng(1).normal(2, 3, (20, 3))
    assert (mean == 0).all()
    assert (variance == 1).all()
    sums = network.propagate(inputs).values[1]
    trained = network.propagate(inputs, TRAINING).outputs[0]
    expected = (sums - sums.mean(axis=0)) / np.sqrt(sums.var(axis=0) + EPSILON) * scale + shift
    np.testing.assert_allclose(trained, expected, rtol=1e-12)
    np.testing.assert_allclose(mean, MOMENTUM * sums.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(variance, 1 - MOMENTUM + MOMENTUM * sums.var(axis=0, ddof=1), rtol=1e-12)
    evaluated = network.propagate(inputs).outputs[0]
    np.testing.assert_allclose(
        evaluated, (sums - mean) / np.sqrt(variance + EPSILON) * scale + shift, rtol=1e-12
    )


def test_a_mini_batch_of_one_point_uses_the_running_statistics_and_leaves_them() -> None:
    network = network_of([dense(3), BATCH_NORM])
    network.propagate(np.random.default_rng(0).normal(size=(9, 3)), TRAINING)
    before, point = network.buffers.copy(), np.ones((1, 3))
    np.testing.assert_array_equal(network.propagate(point, TRAINING).output, network.propagate(point).output)
    np.testing.assert_array_equal(network.buffers, before)


@given(seed=st.integers(0, 1000), count=st.integers(1, 9))
@settings(max_examples=examples(30))
def test_layer_norm_normalizes_each_point_alone(seed: int, count: int) -> None:
    network = network_of([dense(5, activation="linear"), LAYER_NORM], seed=seed)
    inputs = np.random.default_rng(seed).normal(size=(count, 3))
    together = network.propagate(inputs, TRAINING).output
    single = [network.propagate(inputs[index : index + 1]).output[0] for index in range(count)]
    np.testing.assert_allclose(together, single, rtol=1e-10, atol=1e-12)


def test_a_residual_connection_adds_the_inputs_of_its_block() -> None:
    network = network_of([dense(3), dense(3), residual(2)])
    forward = network.propagate(np.random.default_rng(0).normal(size=(4, 3)))
    np.testing.assert_array_equal(forward.outputs[1], forward.values[4] + forward.values[0])


def test_a_residual_connection_projects_where_sizes_differ() -> None:
    network = network_of([dense(5), residual(1)])
    forward = network.propagate(np.random.default_rng(0).normal(size=(4, 3)))
    (projection,) = (slot.view(network.parameters) for slot in network.slots[2])
    assert projection.shape == (3, 5)
    np.testing.assert_allclose(forward.outputs[0], forward.values[2] + forward.values[0] @ projection)


def test_scale_and_shift_begin_at_1_and_0_and_are_not_penalised() -> None:
    config = config_of(layers=[dense(2), BATCH_NORM, dense(3), residual(1)])
    network = build_network(config, stream(0, Purpose.WEIGHTS))
    mask = network.weights_mask()
    names = {(place.kind, place.name): place for place in network.parameter_places}
    scale, shift = names["batch_norm", "scale"], names["batch_norm", "shift"]
    assert network.parameters[scale.start : scale.start + 2].tolist() == [1, 1]
    assert network.parameters[shift.start : shift.start + 2].tolist() == [0, 0]
    assert not mask[scale.start : shift.start + 2].any()
    projection = names["residual", "projection"]
    assert mask[projection.start : projection.start + 6].all()
    assert names["dense", "weights"].layer == 3  # the last of that name: the output's


def test_dense_layers_alone_are_the_same_network_in_both_forms() -> None:
    short = config_of(hidden_layers=(4, 2), layer_activations=("relu", "tanh"), dropout=(0.5, 0.0))
    long = config_of(
        layers=[dense(4, activation="relu"), {"kind": "dropout", "rate": 0.5}, dense(2, activation="tanh")]
    )
    assert short.chain == long.chain
    assert (short.hidden_sizes, short.activations, short.dropout_rates) == (
        long.hidden_sizes,
        long.activations,
        long.dropout_rates,
    )
