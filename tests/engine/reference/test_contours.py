"""Contours: as straight as the function is, whatever the activation does to its values."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.nn.network import Network
from engine.reference.contours import EDGE_PARTS, Contour, trace
from engine.reference.heatmaps import ReferenceHeatMaps
from engine.training.build import build_network

RESOLUTION = 100
CELLS_OF_A_PIXEL = RESOLUTION / 320
"""The picture is about 320 pixels wide on a laptop."""


def crossings(contour: Contour, resolution: int) -> np.ndarray:
    """Return the crossings as (n, 2): column and row, in cells from the centre of the first."""
    places = np.cumsum(contour.steps, dtype=np.int64)
    cells, down = places // 2, places % 2
    share = (contour.parts + 0.5) / EDGE_PARTS
    return np.stack([cells % resolution + (1 - down) * share, cells // resolution + down * share], axis=1)


def neuron(activation: str, w1: float, w2: float, bias: float) -> Network:
    """Return a network whose first hidden neuron has these parameters."""
    network = build_network(
        TrainingConfig(hidden_layers=(1,), activation=activation), np.random.default_rng(0)
    )
    network.layers[0].weights[:, 0], network.layers[0].biases[0] = (w1, w2), bias
    return network


def contour_of(network: Network, layer: int = 1, resolution: int = RESOLUTION) -> Contour:
    return ReferenceHeatMaps(network).preview_and_detail(20, layer, 0, resolution).contour


@pytest.mark.parametrize(
    "activation", ["relu", "leaky_relu", "tanh", "sigmoid", "step", "elu", "softplus", "swish", "gelu"]
)
@given(angle=st.floats(0, 6.28), strength=st.sampled_from([1e-3, 0.1, 1.0, 30.0, 1e4]), away=st.floats(-4, 4))
def test_a_neuron_s_cut_deviates_from_a_straight_line_by_less_than_a_fifth_of_a_pixel(
    activation: str, angle: float, strength: float, away: float
) -> None:
    w1, w2 = np.cos(angle), np.sin(angle)
    found = crossings(
        contour_of(neuron(activation, strength * w1, strength * w2, -strength * away)), RESOLUTION
    )
    assert len(found) >= RESOLUTION / 2
    x1 = 12 * (found[:, 0] + 0.5) / RESOLUTION - 6
    x2 = 6 - 12 * (found[:, 1] + 0.5) / RESOLUTION
    cells = np.abs(w1 * x1 + w2 * x2 - away) * RESOLUTION / 12
    assert cells.max() < 0.2 * CELLS_OF_A_PIXEL


def test_a_sine_parts_the_plane_at_each_of_its_zeros() -> None:
    found = crossings(contour_of(neuron("sine", 1.0, 0.0, 0.0)), RESOLUTION)
    x1 = 12 * (found[:, 0] + 0.5) / RESOLUTION - 6
    assert {round(each) for each in x1 / np.pi} == {-1, 0, 1}
    np.testing.assert_allclose(x1, np.round(x1 / np.pi) * np.pi, atol=0.01)


def test_borders_of_classes_are_straight_where_their_sums_are_linear() -> None:
    config = TrainingConfig().changed({"problem": "multiclass", "classes": 3, "hidden_layers": ()})
    network = build_network(config, np.random.default_rng(0))
    network.parameters[:] = [5, -3, 0, 1, 4, -6, 0, 2, -1]
    contour = ReferenceHeatMaps(network).preview_and_detail(20, 1, None, RESOLUTION).contour
    found = crossings(contour, RESOLUTION)
    x1 = 12 * (found[:, 0] + 0.5) / RESOLUTION - 6
    x2 = 6 - 12 * (found[:, 1] + 0.5) / RESOLUTION
    sums = np.sort(
        network.layers[0].weights.T @ np.stack([x1, x2]) + network.layers[0].biases[:, None], axis=0
    )
    between = np.sort(sums[2] - sums[1])  # a third class may win between two cells where three meet
    assert between[-4] < 9 * 12 / RESOLUTION / EDGE_PARTS


def test_one_of_several_classes_is_parted_where_it_begins_to_win() -> None:
    config = TrainingConfig().changed({"problem": "multiclass", "classes": 3, "hidden_layers": ()})
    network = build_network(config, np.random.default_rng(0))
    drawn = ReferenceHeatMaps(network)
    alone = drawn.preview_and_detail(20, 1, 0, 50).contour
    wins = (drawn.classes(50) >> 5) == 0
    assert len(alone.steps) == np.sum(wins[:, 1:] != wins[:, :-1]) + np.sum(wins[1:] != wins[:-1])


def test_an_input_has_no_contour_and_neither_has_a_constant() -> None:
    network = neuron("relu", 0.0, 0.0, 1.0)
    assert len(contour_of(network, 0).steps) == 0
    assert len(contour_of(network, 1).steps) == 0


def test_what_is_not_finite_is_crossed_half_way() -> None:
    sums = np.array([[[np.nan, 1.0], [-np.inf, np.inf]]])
    contour = trace(sums, (sums[0] > 0).astype(np.int64))
    assert contour.steps.tolist() == [0, 4]
    assert contour.parts.tolist() == [EDGE_PARTS // 2, EDGE_PARTS // 2]
