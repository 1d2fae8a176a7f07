"""Layers of images: values against plain loops, gradients against differences, shapes that do not fit."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from engine.config import TrainingConfig
from engine.data.image_shape import ImageShape
from engine.layer_columns import chain
from engine.layer_settings import LayerSetting
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import head
from engine.nn.layer_kinds.kind import PropagationMode
from engine.nn.layer_kinds.normalization import EPSILON, MOMENTUM
from engine.nn.network import Network
from tests.engine.factories import numerical_gradient
from tests.support.examples import examples

Layers = Any
"""A list of settings of layers."""

SHAPE = ImageShape(2, 5, 7)
LAYER = TypeAdapter(tuple[LayerSetting, ...])


def conv(filters: int, size: int = 3, **settings: Any) -> dict[str, Any]:
    return {"kind": "conv", "filters": filters, "size": size, **settings}


def pool(kind: str, size: int = 2, **settings: Any) -> dict[str, Any]:
    return {"kind": f"{kind}_pool", "size": size, **settings}


BATCH_NORM, BEFORE = {"kind": "batch_norm"}, {"kind": "batch_norm", "before_activation": True}
FLATTEN = {"kind": "flatten"}

CHAINS: dict[str, Layers] = {
    "same": [conv(3)],
    "valid": [conv(3, padding="valid")],
    "even window": [conv(2, 2), conv(2, 4)],
    "stride": [conv(3, 3, stride=2)],
    "stride without zeros": [conv(2, 2, stride=3, padding="valid")],
    "one pixel": [conv(4, 1), conv(2, 1)],
    "max pool": [conv(2), pool("max")],
    "overlapping max pool": [conv(2), pool("max", 3, stride=1)],
    "gaps between windows": [conv(2), pool("max", 2, stride=3)],
    "average pool": [conv(2), pool("average", 3, stride=2)],
    "dense behind": [conv(2), pool("max"), FLATTEN, {"kind": "dense", "neurons": 3}],
    "batch norm after": [conv(3), BATCH_NORM, pool("max")],
    "batch norm before": [conv(2), BEFORE, conv(3), BEFORE],
    "layer norm": [conv(2), {"kind": "layer_norm"}],
    "residual": [conv(2), {"kind": "residual", "layers": 1}, conv(2), conv(2), {"kind": "residual"}],
    "dense alone": [{"kind": "dense", "neurons": 3}],
}


def network_of(layers: Layers, activation: str = "tanh", shape: ImageShape = SHAPE, seed: int = 0) -> Network:
    """Return a network of three classes with random parameters and buffers."""
    hidden = chain(shape, LAYER.validate_python(layers), activation)
    network = Network((), hidden, "softmax", 3, shape)
    rng = np.random.default_rng(seed)
    network.parameters[:] = rng.uniform(-0.7, 0.7, network.parameters.size)
    network.buffers[:] = rng.uniform(0.5, 1.5, network.buffers.size)
    return network


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize(
    "activation",
    [
        name if name in {"tanh", "relu"} else pytest.param(name, marks=pytest.mark.slow)
        for name in ACTIVATIONS
    ],
)
@pytest.mark.parametrize(("count", "training"), [(5, True), (1, True), (3, False)])
def test_gradients_are_those_of_differences(name: str, activation: str, count: int, training: bool) -> None:
    network, mode = network_of(CHAINS[name], activation), PropagationMode(training=training)
    rng = np.random.default_rng(1)
    inputs, targets = rng.normal(size=(count, SHAPE.values)), np.eye(3)[rng.integers(3, size=count)]
    ours, kept = head("softmax", "cross_entropy", 0.3), network.buffers.copy()

    def mean_loss(parameters: np.ndarray) -> float:
        network.parameters[:], network.buffers[:] = parameters, kept
        forward = network.propagate(inputs, mode)
        return float(ours.loss(forward.values[-1], forward.output, targets).mean())

    at = network.parameters.copy()
    some = rng.permutation(at.size)[:40]

    def along(values: np.ndarray) -> float:
        moved = at.copy()
        moved[some] = values
        return mean_loss(moved)

    measured = numerical_gradient(along, at[some])
    network.parameters[:], network.buffers[:] = at, kept
    gradient = network.backward(network.propagate(inputs, mode), targets, ours)
    np.testing.assert_allclose(gradient[some], measured, atol=1e-7)
    assert np.abs(gradient).max() > 1e-5


@given(
    channels=st.integers(1, 3),
    sides=st.tuples(st.integers(1, 7), st.integers(1, 7)),
    filters=st.integers(1, 3),
    size=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.sampled_from(["same", "valid"]),
)
@settings(max_examples=examples(60))
def test_a_convolution_has_the_weighted_sums_of_all_windows(
    channels: int, sides: tuple[int, int], filters: int, size: int, stride: int, padding: str
) -> None:
    shape = ImageShape(channels, *sides)
    layers = [conv(filters, size, stride=stride, padding=padding, activation="linear")]
    if padding == "valid" and size > min(sides):
        with pytest.raises(ValueError, match="a window of at most"):
            network_of(layers, shape=shape)
        return
    network = network_of(layers, shape=shape)
    weights, biases = network.layers[0]
    images = np.random.default_rng(2).normal(size=(2, *shape))
    before, after = ((size - 1) // 2, size // 2) if padding == "same" else (0, 0)
    padded = np.pad(images, ((0, 0), (0, 0), (before, after), (before, after)))
    rows = range(0, padded.shape[2] - size + 1, stride)
    columns = range(0, padded.shape[3] - size + 1, stride)
    expected = np.array(
        [
            [
                [
                    [
                        (image[:, i : i + size, j : j + size].ravel() * weights[:, f]).sum() + biases[f]
                        for j in columns
                    ]
                    for i in rows
                ]
                for f in range(filters)
            ]
            for image in padded
        ]
    )
    values = network.propagate(images.reshape(2, -1)).values[1]
    np.testing.assert_allclose(values, expected.reshape(2, -1), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("kind", "function"), [("max", np.max), ("average", np.mean)])
@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 1), (2, 3)])
def test_pooling_takes_the_largest_or_the_mean_of_each_window(
    kind: str, function: Any, size: int, stride: int | None
) -> None:
    step = stride or size
    network = network_of([conv(2, 1, activation="linear"), pool(kind, size, stride=stride)])
    values = network.propagate(np.random.default_rng(3).normal(size=(2, SHAPE.values))).values
    maps, pooled = values[2].reshape(2, 2, 5, 7), values[3]
    rows, columns = range(0, 5 - size + 1, step), range(0, 7 - size + 1, step)
    expected = [
        function(maps[n, c, i : i + size, j : j + size])
        for n in range(2)
        for c in range(2)
        for i in rows
        for j in columns
    ]
    np.testing.assert_allclose(pooled.ravel(), expected, rtol=1e-12)


def test_batch_norm_of_images_has_the_statistics_of_each_channel() -> None:
    network = network_of([conv(3, activation="linear"), BATCH_NORM])
    mean, variance = (slot.view(network.buffers) for slot in network.buffer_slots[2])
    mean[:], variance[:] = 0, 1
    values = network.propagate(
        np.random.default_rng(1).normal(2, 3, (4, SHAPE.values)), PropagationMode(training=True)
    ).values
    maps = values[1].reshape(4, 3, -1)
    np.testing.assert_allclose(mean, MOMENTUM * maps.mean(axis=(0, 2)), rtol=1e-12)
    unbiased = maps.transpose(1, 0, 2).reshape(3, -1).var(axis=1, ddof=1)
    np.testing.assert_allclose(variance, 1 - MOMENTUM + MOMENTUM * unbiased, rtol=1e-12)
    scale, shift = (slot.view(network.parameters)[:, None] for slot in network.slots[2])
    deviation = np.sqrt(maps.var(axis=(0, 2)) + EPSILON)[:, None]
    expected = (maps - maps.mean(axis=(0, 2))[:, None]) / deviation * scale + shift
    np.testing.assert_allclose(values[3], expected.reshape(4, -1), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([pool("max")], "for layer 1, max_pool: a dense or conv layer before it"),
        ([conv(2), *[pool("max")] * 4], "for layer 5, max_pool: maps larger than 1x1 before it"),
        ([conv(2), pool("max", 3), pool("average", 3)], "for layer 3, average_pool: a window of at most 2x2"),
        ([conv(2), pool("max"), conv(2, 5, padding="valid")], "for layer 3, conv: a window of at most 4x4"),
        ([conv(2), FLATTEN, conv(2)], "for layer 3, conv: an image or feature maps before it"),
        ([{"kind": "dense", "neurons": 3}, pool("max")], "for layer 2, max_pool: an image or feature maps"),
        ([conv(2), FLATTEN, FLATTEN], "for layer 3, flatten: an image or feature maps before it"),
        (
            [conv(2), conv(3), {"kind": "residual", "layers": 1}],
            "outputs, not 3 maps of 8x8",
        ),
        ([conv(2), {"kind": "dense", "neurons": 3}, {"kind": "residual", "layers": 1}], "and 2 maps of 8x8"),
        ([conv(0)], "greater than or equal to 1"),
        ([conv(2, 9)], "less than or equal to 8"),
        ([conv(2, padding="some")], "'same' or 'valid'"),
        ([conv(2, stride=0)], "greater than or equal to 1"),
    ],
)
def test_layers_that_do_not_fit_are_refused_with_layer_and_reason(layers: Layers, expected: str) -> None:
    with pytest.raises(ValidationError) as error:
        TrainingConfig(problem="images", layers=layers)
    assert expected in str(error.value)


def test_layers_of_images_are_refused_for_points_of_the_plane() -> None:
    chosen: Layers = [conv(2)]
    with pytest.raises(ValidationError, match="for layer 1, conv: an image or feature maps before it"):
        TrainingConfig(layers=chosen)


def test_flattening_changes_no_value_and_dense_layers_do_without_it() -> None:
    inputs = np.random.default_rng(0).normal(size=(3, SHAPE.values))
    dense = {"kind": "dense", "neurons": 4}
    with_it, without = (network_of([conv(2), *more, dense]).forward(inputs) for more in ([FLATTEN], []))
    np.testing.assert_array_equal(with_it, without)
