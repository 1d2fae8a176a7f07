"""Compiled heat maps of networks with layers of all kinds compared with those of the reference."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.kernels import compile_cache, registry
from engine.kernels.run_heatmaps import CompiledHeatMaps
from engine.nn.network import Network
from engine.reference.heatmaps import ReferenceHeatMaps
from engine.training import backend
from engine.training.build import build_network
from tests.engine.chain_configs import chain_configs
from tests.engine.kernels.test_heatmaps import fraction_different, is_smooth
from tests.engine.loop_pair import kernels_loaded  # noqa: F401 - a fixture

pytestmark = pytest.mark.medium


@pytest.fixture(scope="module", autouse=True)
def chains_loaded() -> None:
    """Wait until the kernels of chains are compiled."""
    assert all(map(compile_cache.wait_for, registry.ON_DEMAND))


def network_of(config: TrainingConfig, largest: float, seed: int) -> Network:
    """Return a network with random parameters and statistics; `largest` decides about the precision."""
    network = build_network(config, np.random.default_rng(seed))
    rng = np.random.default_rng(seed)
    network.parameters *= rng.uniform(0.5, 1.5, network.parameters.size)
    network.buffers *= rng.uniform(0.3, 3, network.buffers.size)
    network.parameters[-1] = largest
    return network


SMOOTH = chain_configs().filter(is_smooth)
OUTPUT_SCALES = st.sampled_from([0.3, 1e6])
RESOLUTIONS = st.sampled_from([1, 7, 20, 37])
SEEDS = st.integers(0, 99)


@given(config=SMOOTH, largest=OUTPUT_SCALES, resolution=RESOLUTIONS, seed=SEEDS)
@settings(max_examples=40)
@pytest.mark.slow
def test_heat_maps_of_any_chain_are_the_reference_s(
    config: TrainingConfig, largest: float, resolution: int, seed: int
) -> None:
    network = network_of(config, largest, seed)
    compiled, reference = CompiledHeatMaps(network), ReferenceHeatMaps(network)
    assert isinstance(backend.heat_maps(network, config), CompiledHeatMaps)
    preview, expected = compiled.preview(resolution), reference.preview(resolution)
    assert preview.dtype == np.int8
    assert fraction_different(preview, expected) <= 0.02
    for layer in range(len(network.layers) + 1):
        neuron = network.shape[layer] - 1 if layer else 0
        detail, same = compiled.detail(layer, neuron, resolution), reference.detail(layer, neuron, resolution)
        assert fraction_different(detail.levels, same.levels) <= 0.02
        assert detail.scale == pytest.approx(same.scale, rel=1e-3, abs=1e-5)


@given(config=chain_configs(problem="multiclass").filter(is_smooth), largest=OUTPUT_SCALES, seed=SEEDS)
@settings(max_examples=20)
@pytest.mark.slow
def test_classes_of_any_chain_are_the_reference_s(config: TrainingConfig, largest: float, seed: int) -> None:
    network = network_of(config, largest, seed)
    compiled, reference = CompiledHeatMaps(network).classes(20), ReferenceHeatMaps(network).classes(20)
    assert np.mean((compiled >> 5) == (reference >> 5)) >= 0.98


@given(config=SMOOTH, data=st.data(), seed=SEEDS)
@settings(max_examples=40)
@pytest.mark.slow
def test_contours_of_any_chain_are_nearly_the_reference_s(
    config: TrainingConfig, data: st.DataObject, seed: int
) -> None:
    network = network_of(config, 0.3, seed)
    layer = data.draw(st.integers(1, len(network.layers)))
    neuron: int | None = data.draw(st.integers(0, network.shape[layer] - 1))
    if network.shape[-1] > 1 and data.draw(st.booleans()):
        layer, neuron = len(network.layers), None
    compiled = CompiledHeatMaps(network).preview_and_detail(10, layer, neuron, 30)
    expected = ReferenceHeatMaps(network).preview_and_detail(10, layer, neuron, 30)
    assert fraction_different(compiled.preview, expected.preview) <= 0.02
    ours, theirs = compiled.contour.steps.tolist(), expected.contour.steps.tolist()
    # Where the sum is 0 but for rounding, cells may fall on either side.
    assert abs(len(ours) - len(theirs)) <= 40
