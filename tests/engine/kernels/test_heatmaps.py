"""Compiled heat maps compared with those of the reference, in both precisions."""

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
from tests.engine.factories import configs
from tests.engine.loop_pair import kernels_loaded  # noqa: F401 - a fixture
from tests.support.examples import examples


def network_of(config: TrainingConfig, largest: float, seed: int = 0) -> Network:
    """Return a network with random parameters up to a size."""
    network = build_network(config, np.random.default_rng(seed))
    network.parameters[:] = np.random.default_rng(seed).uniform(-largest, largest, network.parameters.size)
    return network


def largest_difference(one: np.ndarray, other: np.ndarray) -> int:
    """Return the largest difference of two heat maps, in levels."""
    return int(np.abs(one.astype(int) - other).max())


def fraction_different(one: np.ndarray, other: np.ndarray) -> float:
    """Return the fraction of pixels that differ by more than one level."""
    assert one.shape == other.shape
    return float(np.mean(np.abs(one.astype(int) - other) > 1))


def is_steep(config: TrainingConfig) -> bool:
    """Return whether an activation is so steep that rounding errors decide some pixels."""
    return not {"step", "sine"}.isdisjoint(config.activations)


def is_smooth(config: TrainingConfig) -> bool:
    return not is_steep(config)


CONFIGS = configs(largest_layer=11)
CLASSES = configs(largest_layer=11, problem="multiclass")
OUTPUT_SCALES = st.sampled_from([0.3, 1.0, 30.0])
RESOLUTIONS = st.sampled_from([1, 7, 20, 37])
SEEDS = st.integers(0, 99)


@given(config=CONFIGS.filter(is_smooth), largest=OUTPUT_SCALES, resolution=RESOLUTIONS, seed=SEEDS)
@settings(max_examples=examples(60))
def test_heat_maps_of_smooth_networks_are_within_one_level_of_the_reference(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    network = network_of(config, largest, seed)
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    preview, expected = compiled.preview(resolution), reference.preview(resolution)
    assert preview.dtype == np.int8
    assert preview.shape == expected.shape
    assert largest_difference(preview, expected) <= 1
    for layer in range(len(network.layers) + 1):
        detail, same = compiled.detail(layer, 0, resolution), reference.detail(layer, 0, resolution)
        assert largest_difference(detail.levels, same.levels) <= 1
        assert detail.scale == pytest.approx(same.scale, rel=1e-4)


@given(config=CONFIGS.filter(is_steep), largest=OUTPUT_SCALES, resolution=RESOLUTIONS, seed=SEEDS)
@settings(max_examples=examples(40))
def test_previews_of_steep_networks_differ_from_the_reference_in_few_pixels(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    network = network_of(config, largest, seed)
    preview = CompiledHeatMaps(network).preview(resolution)
    assert preview.dtype == np.int8
    assert fraction_different(preview, ReferenceHeatMaps(network).preview(resolution)) <= 0.02


def classes_of(network: Network, resolution: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both class maps and the mask of pixels with the same class; assert that these are nearly all."""
    compiled = CompiledHeatMaps(network).classes(resolution)
    reference = ReferenceHeatMaps(network).classes(resolution)
    assert compiled.shape == reference.shape
    same = (compiled >> 5) == (reference >> 5)
    assert np.mean(same) >= 0.98, "at the boundary of two classes rounding errors can decide"
    return compiled, reference, same


@given(config=CLASSES.filter(is_smooth), largest=OUTPUT_SCALES, resolution=RESOLUTIONS, seed=SEEDS)
@settings(max_examples=examples(40))
def test_classes_of_smooth_networks_are_the_reference_s_with_levels_within_one(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    compiled, reference, same = classes_of(network_of(config, largest, seed), resolution)
    assert largest_difference(compiled[same] & 31, reference[same] & 31) <= 1


@given(config=CLASSES.filter(is_steep), largest=OUTPUT_SCALES, resolution=RESOLUTIONS, seed=SEEDS)
@settings(max_examples=examples(20))
def test_classes_of_steep_networks_are_the_reference_s(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    classes_of(network_of(config, largest, seed), resolution)


@pytest.mark.parametrize(
    "name", ["tanh", "relu", "sigmoid", "elu", "softplus", "swish", "gelu", "leaky_relu"]
)
@pytest.mark.parametrize("layers", [(4, 2), (8, 8, 8), (8,) * 6])
def test_with_weights_up_to_10_a_32_bit_heat_map_is_within_one_level(
    name: str, layers: tuple[int, ...]
) -> None:
    config = TrainingConfig(hidden_layers=layers, activation=name)
    network = network_of(config, 10.0 / np.sqrt(len(layers) * 8))
    network.parameters[0] = 10.0
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    assert NodeGrids(network).input_grids(100).dtype == np.float32
    fine = compiled.detail(len(layers) + 1, 0, 100)
    expected = reference.detail(len(layers) + 1, 0, 100)
    assert largest_difference(fine.levels, expected.levels) <= 1


def test_non_finite_values_are_drawn_as_by_the_reference() -> None:
    network = network_of(TrainingConfig(hidden_layers=(3,), activation="relu"), 1.0)
    network.parameters[:] = 0
    network.parameters[0] = network.parameters[-1] = 1e308  # and 0 times infinity is nan
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    np.testing.assert_array_equal(compiled.preview(20), reference.preview(20))
    assert compiled.detail(1, 0, 20).scale == reference.detail(1, 0, 20).scale == 1.0


def test_a_faint_heat_map_is_amplified() -> None:
    network = network_of(TrainingConfig(hidden_layers=()), 1e-4)
    heat_map = CompiledHeatMaps(network).detail(1, 0, 20)
    assert np.abs(heat_map.levels).max() == 127
    assert heat_map.scale == pytest.approx(ReferenceHeatMaps(network).detail(1, 0, 20).scale, rel=2e-6)


@given(
    config=st.one_of(CONFIGS, CLASSES),
    largest=OUTPUT_SCALES,
    resolution=st.sampled_from([1, 7, 20, 37]),
    seed=SEEDS,
)
@settings(max_examples=examples(60))
def test_contours_are_the_reference_s_within_one_part(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    network = network_of(config, largest, seed)
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    last = len(network.layers)
    nodes = [(1, 0), (last, network.shape[-1] - 1), *([(last, None)] if network.shape[-1] > 1 else [])]
    for layer, neuron in nodes:
        found, expected = (
            maps.preview_and_detail(7, layer, neuron, resolution).contour for maps in (compiled, reference)
        )
        places, same = np.cumsum(found.steps, dtype=int), np.cumsum(expected.steps, dtype=int)
        both = np.isin(places, same)
        assert np.sum(~both) + np.sum(~np.isin(same, places)) <= 0.05 * len(same) + 2, "rounding decides few"
        if is_smooth(config) or layer == 1:
            parts, wanted = found.parts[both].astype(int), expected.parts[np.isin(same, places)].astype(int)
            assert np.sum(np.abs(parts - wanted) > 1) <= 0.02 * len(parts) + 1


def test_an_unknown_node_raises() -> None:
    with pytest.raises(NoSuchNeuron):
        CompiledHeatMaps(network_of(TrainingConfig(), 1.0)).detail(1, 4, 20)
