"""Compiled pictures against those of the reference, in both precisions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.errors import NoSuchNeuron
from engine.kernels.run_heatmaps import CompiledHeatMaps
from engine.nn.network import Network
from engine.reference.heatmaps import ReferenceHeatMaps
from engine.reference.node_grids import NodeGrids
from engine.training.build import build_network
from tests.engine.compiled import loaded  # noqa: F401 - a fixture
from tests.engine.making import configs


def network_of(config: TrainingConfig, largest: float, seed: int = 0) -> Network:
    """Return a network with random parameters up to a size."""
    network = build_network(config, np.random.default_rng(seed))
    network.parameters[:] = np.random.default_rng(seed).uniform(-largest, largest, network.parameters.size)
    return network


def apart(one: np.ndarray, other: np.ndarray) -> int:
    """Return the largest difference of two pictures, in levels."""
    return int(np.abs(one.astype(int) - other).max())


@given(
    config=configs(largest_layer=11),
    largest=st.sampled_from([0.3, 1.0, 30.0]),
    resolution=st.sampled_from([1, 7, 20, 37]),
    seed=st.integers(0, 99),
)
@settings(max_examples=80)
def test_pictures_are_the_reference_s_within_one_level(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    network = network_of(config, largest, seed)
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    coarse = compiled.preview(resolution)
    assert coarse.dtype == np.int8
    expected = reference.preview(resolution)
    assert coarse.shape == expected.shape
    # Where a step or a class jumps, a rounding can decide.
    steep = {"step", "sine"} & {*config.activations}
    assert np.mean(np.abs(coarse.astype(int) - expected) > 1) <= (0.02 if steep else 0.0)
    for layer in range(len(network.layers) + 1):
        fine, same = compiled.detail(layer, 0, resolution), reference.detail(layer, 0, resolution)
        assert steep or apart(fine.levels, same.levels) <= 1
        assert steep or fine.scale == pytest.approx(same.scale, rel=1e-4)
    if config.outputs > 1:
        classes, winners = compiled.classes(resolution), reference.classes(resolution)
        assert classes.shape == winners.shape
        assert np.mean((classes >> 5) != (winners >> 5)) <= 0.02
        same_class = (classes >> 5) == (winners >> 5)
        levels = classes[same_class] & 31, (winners & 31)[same_class]
        assert steep or not same_class.any() or apart(*levels) <= 1


@pytest.mark.parametrize(
    "name", ["tanh", "relu", "sigmoid", "elu", "softplus", "swish", "gelu", "leaky_relu"]
)
@pytest.mark.parametrize("layers", [(4, 2), (8, 8, 8), (8,) * 6])
def test_with_weights_up_to_10_a_32_bit_picture_is_within_one_level(
    name: str, layers: tuple[int, ...]
) -> None:
    config = TrainingConfig(hidden_layers=layers, activation=name)
    network = network_of(config, 10.0 / np.sqrt(len(layers) * 8))
    network.parameters[0] = 10.0
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    assert NodeGrids(network).input_grids(100).dtype == np.float32
    fine = compiled.detail(len(layers) + 1, 0, 100)
    expected = reference.detail(len(layers) + 1, 0, 100)
    assert apart(fine.levels, expected.levels) <= 1


def test_what_is_not_finite_is_drawn_as_the_reference_does() -> None:
    network = network_of(TrainingConfig(hidden_layers=(3,), activation="relu"), 1.0)
    network.parameters[:] = 0
    network.parameters[0] = network.parameters[-1] = 1e308  # and 0 times infinity is nan
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    np.testing.assert_array_equal(compiled.preview(20), reference.preview(20))
    assert compiled.detail(1, 0, 20).scale == reference.detail(1, 0, 20).scale == 1.0


def test_a_faint_picture_is_made_stronger() -> None:
    network = network_of(TrainingConfig(hidden_layers=()), 1e-4)
    picture = CompiledHeatMaps(network).detail(1, 0, 20)
    assert np.abs(picture.levels).max() == 127
    assert picture.scale == pytest.approx(ReferenceHeatMaps(network).detail(1, 0, 20).scale, rel=2e-6)


def test_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(NoSuchNeuron):
        CompiledHeatMaps(network_of(TrainingConfig(), 1.0)).detail(1, 4, 20)
