import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.features import FEATURES, compute
from engine.errors import NoSuchNeuron
from engine.nn.activations import ACTIVATIONS
from engine.nn.network import Network
from engine.reference.node_grids import MAX_FOR_FLOAT32, NodeGrids, centres, classes_at, value_at
from engine.training.build import build_network
from engine.training.trainer import Trainer
from tests.engine.factories import configs
from tests.support.examples import examples

LEVEL = 1 / 127


def network_of(config: TrainingConfig, reach: float = 1.0, seed: int = 0) -> Network:
    network = build_network(config, np.random.default_rng(seed))
    network.parameters[:] = np.random.default_rng(seed).uniform(-reach, reach, network.parameters.size)
    return network


def nodes_of(network: Network) -> list[tuple[int, int]]:
    return [
        (layer, neuron) for layer in range(1, len(network.shape)) for neuron in range(network.shape[layer])
    ]


def test_row_0_is_the_top_and_column_0_the_left() -> None:
    x1, x2 = NodeGrids(network_of(TrainingConfig())).inputs(4)[:2]
    np.testing.assert_array_equal(x1, [[-4.5, -1.5, 1.5, 4.5]] * 4)
    np.testing.assert_array_equal(x2, x1.T[::-1])


def test_inputs_are_all_features_in_the_order_of_the_table() -> None:
    grids = NodeGrids(network_of(TrainingConfig(features=("sin_x2",)))).inputs(10)
    assert grids.shape == (len(FEATURES), 10, 10)
    np.testing.assert_allclose(
        grids.reshape(len(FEATURES), -1).T, compute(list(FEATURES), centres(10)), rtol=1e-6
    )


@pytest.mark.medium
@given(config=configs(), resolution=st.integers(1, 50), seed=st.integers(0, 100))
@settings(max_examples=examples(40))
def test_grids_are_the_values_at_the_centres(config: TrainingConfig, resolution: int, seed: int) -> None:
    network = network_of(config, seed=seed)
    surface = NodeGrids(network)
    coarse = surface.preview(resolution)
    nodes = nodes_of(network)
    assert coarse.shape == (len(nodes), resolution, resolution)
    row, column = np.random.default_rng(seed).integers(0, resolution, 2)
    x1, x2 = centres(resolution).reshape(resolution, resolution, 2)[row, column]
    for grid, (layer, neuron) in zip(coarse, nodes, strict=True):
        value = value_at(network, layer, neuron, x1, x2)
        if layer == len(network.shape) - 1 and config.output_activation in ("sigmoid", "softmax"):
            value = 2 * value - 1
        assert grid[row, column] == pytest.approx(value, rel=1e-4, abs=1e-4)
        fine = surface.detail(layer, neuron, resolution)
        np.testing.assert_allclose(fine, grid, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("resolution", [20, 100])
def test_detail_grids_are_available_for_any_feature(resolution: int) -> None:
    surface = NodeGrids(network_of(TrainingConfig()))
    for neuron in range(len(FEATURES)):
        fine = surface.detail(0, neuron, resolution)
        np.testing.assert_array_equal(fine, surface.inputs(resolution)[neuron])


def test_the_default_resolutions_are_those_of_the_page() -> None:
    surface = NodeGrids(network_of(TrainingConfig()))
    assert surface.detail(3, 0).shape == (100, 100)
    assert surface.preview().shape == (7, 20, 20)


def test_a_sigmoid_output_is_drawn_from_minus_1_to_1_and_a_hidden_sigmoid_is_not() -> None:
    config = TrainingConfig(activation="sigmoid", output_activation="sigmoid", hidden_layers=(2,))
    network = network_of(config)
    surface = NodeGrids(network)
    network.layers[1].weights[:] = [[8], [-8]]
    hidden, output = surface.preview()[:2], surface.preview()[2]
    assert hidden.min() >= 0
    assert output.min() < 0
    p = network.forward(compute(config.features, centres(20)))
    np.testing.assert_allclose(output.ravel(), 2 * p[:, 0] - 1, atol=1e-6)
    assert value_at(network, 2, 0, 1.0, -2.0) == network.forward(np.array([[1.0, -2.0]]))[0, 0]


@given(config=configs(), x1=st.floats(-6, 6), x2=st.floats(-6, 6))
def test_value_at_agrees_with_forward(config: TrainingConfig, x1: float, x2: float) -> None:
    network = network_of(config)
    expected = network.forward(network.inputs(np.array([[x1, x2]])))[0]
    last = len(network.shape) - 1
    assert [value_at(network, last, neuron, x1, x2) for neuron in range(len(expected))] == expected.tolist()
    np.testing.assert_array_equal(classes_at(network, x1, x2), expected)


def test_value_at_returns_input_features() -> None:
    network = network_of(TrainingConfig())
    values = [value_at(network, 0, neuron, 2.0, -3.0) for neuron in range(len(FEATURES))]
    assert values == [
        *(2, -3, 4, 9, -6, np.sin(2.0), np.sin(-3.0)),
        *(np.cos(2.0), np.cos(-3.0), 8, -27, -1),
    ]


@pytest.mark.parametrize("node", [(-1, 0), (4, 0), (0, -1), (0, 12), (1, 4), (2, 2), (3, 1), (10**30, 0)])
def test_unknown_nodes_raise(node: tuple[int, int]) -> None:
    network = network_of(TrainingConfig())
    with pytest.raises(NoSuchNeuron):
        NodeGrids(network_of(TrainingConfig())).detail(*node)
    with pytest.raises(NoSuchNeuron):
        value_at(network, *node, 0.0, 0.0)


def exact(network: Network) -> np.ndarray:
    """Return the preview grids of all neurons in 64 bits."""
    *hidden, output = network.propagate(network.inputs(centres(20))).outputs
    grids = np.concatenate([*hidden, network.output.drawn(output)], axis=1)
    return grids.T.reshape(-1, 20, 20)


@pytest.mark.medium
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden", [(8, 8), (8,) * 6])
def test_grids_of_trained_networks_are_accurate_to_a_fraction_of_a_level(
    activation: str, hidden: tuple[int, ...]
) -> None:
    config = TrainingConfig(
        dataset="spiral",
        features=tuple(FEATURES),
        activation=activation,
        hidden_layers=hidden,
        learning_rate=0.1,
    )
    trainer = Trainer(config)
    trainer.run_epochs(30)
    trainer.metrics()
    assert np.abs(trainer.network.parameters).max() <= MAX_FOR_FLOAT32
    drawn, true = (
        np.clip(grids, -1, 1) for grids in (NodeGrids(trainer.network).preview(), exact(trainer.network))
    )
    assert drawn.dtype == np.float32
    # Sine layers have large pre-activations, for which 32 bits keep fewer decimals.
    assert np.abs(drawn - true).max() < LEVEL / (10 if activation == "sine" else 100)


def test_large_parameters_are_drawn_in_64_bits() -> None:
    config = TrainingConfig(activation="linear", problem="regression")
    network = network_of(config, reach=1e60)
    grids = NodeGrids(network).preview()
    assert grids.dtype == np.float64
    np.testing.assert_allclose(grids, exact(network), rtol=1e-9)


def test_a_network_that_overflows_is_drawn_without_warning() -> None:
    config = TrainingConfig(activation="linear", problem="regression", hidden_layers=(4, 4, 4, 4))
    network = network_of(config, reach=1e200)
    surface = NodeGrids(network)
    assert surface.preview().shape == (17, 20, 20)
    assert surface.detail(5, 0).shape == (100, 100)
    value_at(network, 5, 0, 1.0, 1.0)


def test_cached_grids_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        NodeGrids(network_of(TrainingConfig())).inputs(20)[0, 0, 0] = 1


def test_classes_are_the_probabilities_at_the_centres() -> None:
    config = TrainingConfig(problem="multiclass", classes=5, hidden_layers=(6,))
    network = network_of(config)
    surface = NodeGrids(network)
    grids = surface.classes(30)
    assert grids.shape == (5, 30, 30)
    np.testing.assert_allclose(grids.sum(axis=0), 1, rtol=1e-5)
    expected = network.forward(network.inputs(centres(30)))
    np.testing.assert_allclose(grids.reshape(5, -1).T, expected, atol=1e-5)
    for neuron in range(5):
        np.testing.assert_allclose(surface.detail(2, neuron, 30), 2 * grids[neuron] - 1, atol=1e-5)
        np.testing.assert_allclose(surface.preview(30)[6 + neuron], 2 * grids[neuron] - 1, atol=1e-5)
    assert classes_at(network, 1.0, -2.0).shape == (5,)


def test_grids_use_scaled_inputs() -> None:
    config = TrainingConfig(input_scaling="standardized", features=("x1_squared", "x2"), hidden_layers=())
    trainer = Trainer(config)
    network = trainer.network
    mean, deviation = network.scaling
    expected = network.forward((compute(network.features, centres(10)) - mean) / deviation)
    np.testing.assert_allclose(NodeGrids(network).detail(1, 0, 10).ravel(), expected[:, 0], atol=1e-6)
