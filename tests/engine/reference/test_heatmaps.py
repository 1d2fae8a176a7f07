import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.errors import NoSuchNeuron
from engine.reference.heatmaps import (
    MAX_CONFIDENCE,
    MIN_SCALE,
    ReferenceHeatMaps,
    encode_classes,
    normalized,
    quantize,
)
from engine.reference.node_grids import NodeGrids
from engine.training.trainer import Trainer


def test_quantize_maps_0_and_nan_to_0_and_clips_at_1() -> None:
    values = np.array([0.0, 1.0, -1.0, 5.0, -np.inf, np.nan, 0.5 / 127.01])
    assert quantize(values).tolist() == [0, 127, -127, 127, -127, 0, 0]


@given(st.lists(st.floats(-1, 1), min_size=1))
def test_a_level_is_within_half_a_step(values: list[float]) -> None:
    np.testing.assert_allclose(quantize(np.array(values)) / 127, values, atol=0.5 / 127 + 1e-12)


@given(
    st.lists(st.floats(-1e30, 1e30), min_size=1),
    st.floats(MIN_SCALE, 1e30),
    st.sampled_from([np.float32, np.float64]),
)
def test_a_heat_map_uses_all_levels(values: list[float], largest: float, precision: type) -> None:
    heat_map = normalized(np.array([*values, largest], dtype=precision))
    strongest = max(map(abs, [*values, largest]))
    assert heat_map.scale == pytest.approx(min(strongest, 1), rel=1e-6)
    assert abs(heat_map.levels).max() == 127


@given(st.lists(st.floats(-MIN_SCALE, MIN_SCALE), min_size=1))
def test_a_weak_heat_map_is_not_amplified_without_limit(values: list[float]) -> None:
    assert normalized(np.array(values)).scale == pytest.approx(MIN_SCALE, rel=1e-6)


def test_nan_is_drawn_as_level_0() -> None:
    picture = normalized(np.array([np.nan, np.inf, -0.5]))
    assert picture.levels.tolist() == [0, 127, -64]
    assert picture.scale == 1


def test_the_class_map_has_the_likeliest_class_and_its_probability() -> None:
    probabilities = np.array(
        [[0.5, 0.25, 0.0, np.nan], [0.25, 0.25, 0.0, 0], [0, 0.25, 1.0, 0], [0.25, 0.25, 0.0, 0]]
    )
    assert encode_classes(probabilities).tolist() == [
        round(MAX_CONFIDENCE / 3),
        0,
        2 * 32 + MAX_CONFIDENCE,
        0,
    ]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"output_activation": "sigmoid", "loss": "cross_entropy"},
        {"problem": "regression", "input_scaling": "standardized"},
        {"problem": "multiclass", "classes": 5, "layer_activations": ("relu", "sine")},
    ],
)
def test_heat_maps_are_the_node_grids_in_eight_bits(settings: dict[str, object]) -> None:
    trainer = Trainer(TrainingConfig().changed(settings))
    trainer.run_epochs(10)
    pictures, surface = ReferenceHeatMaps(trainer.network), NodeGrids(trainer.network)

    def near(levels: np.ndarray, values: np.ndarray) -> None:
        np.testing.assert_allclose(levels.astype(float), 127 * np.clip(values, -1, 1), atol=1)

    near(pictures.inputs(8), surface.inputs(8))
    near(pictures.preview(8), surface.preview(8))
    outputs = trainer.network.shape[-1]
    for layer, neuron in [(1, 3), (3, outputs - 1), (0, 11)]:
        levels, scale = pictures.detail(layer, neuron, 10)
        near(levels, surface.detail(layer, neuron, 10) / scale)
    if outputs > 1:
        winners, exact = pictures.classes(10), encode_classes(surface.classes(10))
        assert (winners >> 5 == exact >> 5).all()
        assert (abs((winners & 31).astype(int) - (exact & 31)) <= 1).all()
    with pytest.raises(NoSuchNeuron):
        pictures.detail(1, 4, 10)


def test_hidden_neurons_behind_other_kinds_of_layers_have_a_scale_beyond_1() -> None:
    plain = Trainer(TrainingConfig(activation="linear")).network
    residual = Trainer(TrainingConfig(activation="linear", residual=(1, 1))).network
    for network, beyond in ((plain, False), (residual, True)):
        network.parameters[:] = 1.5
        pictures, grids = ReferenceHeatMaps(network), NodeGrids(network)
        levels, scale = pictures.detail(1, 0, 10)
        largest = np.abs(grids.detail(1, 0, 10)).max()
        assert largest > 3
        assert scale == pytest.approx(largest if beyond else 1, rel=1e-6)
        assert np.abs(levels).max() == 127
        assert pictures.detail(3, 0, 10).scale <= 1
