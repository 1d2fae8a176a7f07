from collections.abc import Mapping

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.nn.network import Network
from engine.reference.feature_maps import feature_maps, filters_of, map_layers
from engine.seeding import Purpose, stream
from engine.training.build import build_network

LAYERS: tuple[Mapping[str, object], ...] = (
    {"kind": "conv", "filters": 3, "size": 2, "activation": "tanh"},
    {"kind": "batch_norm"},
    {"kind": "conv", "filters": 3, "stride": 2, "padding": "valid", "activation": "relu"},
    {"kind": "max_pool", "stride": 1},
    {"kind": "batch_norm"},
    {"kind": "average_pool"},
    {"kind": "dropout", "rate": 0.5},
    {"kind": "flatten"},
    {"kind": "dense", "neurons": 5},
    {"kind": "dropout", "rate": 0.5},
    {"kind": "dense", "neurons": 5},
    {"kind": "residual", "layers": 1},
)


def _network(*layers: Mapping[str, object]) -> Network:
    config = TrainingConfig.model_validate({"problem": "images", "layers": layers, "hidden_layers": []})
    return build_network(config, stream(3, Purpose.WEIGHTS))


def test_each_convolution_dense_and_pooling_layer_is_drawn_between_input_and_output() -> None:
    layers = map_layers(_network(*LAYERS))
    assert [(each.layer, each.kind, tuple(each.shape), each.size, each.filters) for each in layers] == [
        (0, "input", (1, 8, 8), None, None),
        (1, "conv", (3, 8, 8), 2, 1),
        (2, "conv", (3, 3, 3), 3, 3),
        (2, "max_pool", (3, 2, 2), 2, None),
        (2, "average_pool", (3, 1, 1), 2, None),
        (3, "dense", (5, 1, 1), None, None),
        (4, "dense", (5, 1, 1), None, None),
        (5, "output", (10, 1, 1), None, None),
    ]


def test_without_hidden_layers_there_are_input_and_output() -> None:
    assert [each.kind for each in map_layers(_network())] == ["input", "output"]


@pytest.mark.parametrize("layers", [LAYERS, ()])
def test_the_values_are_those_that_the_next_layer_gets(layers: tuple[Mapping[str, object], ...]) -> None:
    network = _network(*layers)
    image = np.random.default_rng(5).random(64)
    values = feature_maps(network, image)
    assert [each.shape for each in values] == [tuple(each.shape) for each in map_layers(network)]
    assert np.array_equal(values[0].ravel(), image)
    assert np.array_equal(values[-1].ravel(), network.forward(image[None])[0])
    if layers:
        # Normalization and residual connections belong to the layer before them.
        drawn = [0, 1, 2, 4, 5, 6]
        outputs = [*network.layer_outputs(image[None])]
        assert [values[drawn[number]].size for number in (1, 4, 5)] == [
            outputs[each].size for each in (0, 2, 3)
        ]
        for number, layer in ((1, 0), (5, 2), (6, 3)):
            assert values[number].ravel() == pytest.approx(outputs[layer][0])


def test_the_pixels_are_shown_as_the_network_gets_them() -> None:
    network = _network(*LAYERS)
    network.scaling = network.scaling._replace(mean=np.full(64, 0.25), deviation=np.full(64, 0.5))
    assert feature_maps(network, np.full(64, 0.75))[0] == pytest.approx(np.ones((1, 8, 8)))


def test_a_convolution_applies_its_filters_to_windows() -> None:
    network = _network({"kind": "conv", "filters": 2, "size": 3, "padding": "valid", "activation": "linear"})
    image = np.random.default_rng(1).random((8, 8))
    (filters,) = filters_of(network)
    assert filters.shape == (2, 1, 3, 3)
    maps = feature_maps(network, image.ravel())[1]
    expected = (filters[1, 0] * image[2:5, 4:7]).sum() + network.layers[0].biases[1]
    assert maps[1, 2, 4] == pytest.approx(expected)


def test_the_filters_of_later_convolutions_have_a_channel_for_each_map() -> None:
    assert [each.shape for each in filters_of(_network(*LAYERS))] == [(3, 1, 2, 2), (3, 3, 3, 3)]
