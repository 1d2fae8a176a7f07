"""Random configs of networks with layers of all kinds."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.image_shape import ImageShape
from engine.data.images import SHAPE
from engine.nn.activations import ACTIVATIONS
from engine.nn.layer_kinds.kind import PropagationMode
from engine.nn.layer_kinds.normalization import BatchNormalization, LayerNormalization
from engine.nn.network import Network
from tests.engine.factories import configs

NORMALIZATIONS = ("batch_norm", "layer_norm")


@st.composite
def stacks(draw: st.DrawFn, /, *, largest_layer: int = 9, most_layers: int = 4) -> list[dict[str, Any]]:
    """Draw the setting `layers`, with at least one layer that is neither dense nor dropout."""
    layers: list[dict[str, Any]] = []
    count = draw(st.integers(1, most_layers))
    for number in range(1, count + 1):
        layers.append(
            {
                "kind": "dense",
                "neurons": draw(st.integers(1, largest_layer)),
                "activation": draw(st.sampled_from([None, *ACTIVATIONS])),
            }
        )
        before = draw(st.lists(st.sampled_from(NORMALIZATIONS), max_size=1))
        layers += [{"kind": kind, "before_activation": True} for kind in before]
        block = {"kind": "residual", "layers": draw(st.integers(1, number))}
        choices: list[dict[str, Any]] = [{"kind": kind} for kind in NORMALIZATIONS]
        choices += [block, {"kind": "dropout", "rate": draw(st.sampled_from([0.0, 0.2, 0.6]))}]
        layers += draw(st.lists(st.sampled_from(choices), max_size=3, unique_by=lambda layer: layer["kind"]))
    if all(layer["kind"] in ("dense", "dropout") for layer in layers):
        layers.append({"kind": draw(st.sampled_from(NORMALIZATIONS))})
    return layers


@st.composite
def chain_configs(draw: st.DrawFn, /, **fixed: Any) -> TrainingConfig:
    """Draw a valid config with such layers; the settings in `fixed` are used as given."""
    size = draw(st.integers(2, 40))
    plain: dict[str, Any] = {"layer_activations": [], "hidden_layers": [], "dropout": [], "batch_size": size}
    config = draw(configs(**(plain | fixed)))
    return config.changed({"layers": draw(stacks())})


@st.composite
def image_stacks(draw: st.DrawFn, /) -> list[dict[str, Any]]:
    """Draw the setting `layers` of a network of images: convolutions, then dense layers, perhaps none."""
    layers: list[dict[str, Any]] = []
    shapes: list[ImageShape | None] = [SHAPE]
    for _ in range(draw(st.integers(0, 3))):
        shapes.append(_convolution(draw, layers, shapes))
    if draw(st.booleans()) and layers:
        layers.append({"kind": "flatten"})
        shapes[-1] = None
    for _ in range(draw(st.integers(0, 2))):
        layers.append({"kind": "dense", "neurons": draw(st.integers(1, 20)), "activation": _activation(draw)})
        shapes.append(None)
        layers += _after(draw, shapes)
    return layers


def _activation(draw: st.DrawFn) -> str | None:
    return draw(st.sampled_from([None, *ACTIVATIONS]))


def _convolution(
    draw: st.DrawFn, layers: list[dict[str, Any]], shapes: list[ImageShape | None]
) -> ImageShape:
    """Add a convolution, with what may follow it; return the shape of the maps."""
    before = shapes[-1]
    assert before is not None
    same = draw(st.booleans())
    size = draw(st.integers(1, 8 if same else min(before.height, before.width)))
    stride, filters = draw(st.integers(1, 3)), draw(st.integers(1, 9))
    padding, names = "same" if same else "valid", draw(st.lists(st.sampled_from(NORMALIZATIONS), max_size=1))
    layers.append(
        {
            "kind": "conv",
            "filters": filters,
            "size": size,
            "stride": stride,
            "padding": padding,
            "activation": _activation(draw),
        }
    )
    layers += [{"kind": kind, "before_activation": True} for kind in names]
    shape = before.after(filters, size, stride, size - 1 if same else 0)
    layers += _after(draw, [*shapes, shape])
    if min(shape.height, shape.width) > 1 and draw(st.booleans()):
        size = draw(st.integers(1, min(shape.height, shape.width)))
        stride = draw(st.integers(1, 3))
        kind = draw(st.sampled_from(["max_pool", "average_pool"]))
        layers.append({"kind": kind, "size": size, "stride": stride})
        shape = shape.after(filters, size, stride, 0)
    return shape


def _after(draw: st.DrawFn, shapes: list[ImageShape | None]) -> list[dict[str, Any]]:
    """Draw what follows the last column; `shapes` are those of all columns, and first of the inputs."""
    choices: list[dict[str, Any]] = [{"kind": kind} for kind in NORMALIZATIONS]
    choices.append({"kind": "dropout", "rate": draw(st.sampled_from([0.2, 0.6]))})
    blocks = [block for block in range(1, len(shapes)) if shapes[-1 - block] == shapes[-1]]
    if blocks:
        choices.append({"kind": "residual", "layers": draw(st.sampled_from(blocks))})
    return draw(st.lists(st.sampled_from(choices), max_size=2, unique_by=lambda layer: layer["kind"]))


@st.composite
def image_configs(draw: st.DrawFn, /, **fixed: Any) -> TrainingConfig:
    """Draw a valid config of a network of images; the settings in `fixed` are used as given."""
    plain: dict[str, Any] = {
        "problem": "images",
        "layer_activations": [],
        "hidden_layers": [],
        "dropout": [],
        "batch_size": draw(st.integers(2, 40)),
    }
    return draw(configs(**(plain | fixed))).changed({"layers": draw(image_stacks())})


def divides_by_little(network: Network, inputs: Floats, batch_size: int) -> bool:
    """Return whether the normalisations of a network together magnify what they get more than 2,000 times.

    Values that would be equal are then rounding errors, magnified until they count; so are gradients that
    would be 0. Two correct implementations need not agree.
    """
    tried = network.copy()
    with np.errstate(all="ignore"):
        for start in range(0, len(inputs), batch_size):
            factor = 1.0
            tapes = tried.propagate(inputs[start : start + batch_size], PropagationMode(training=True)).tapes
            for layer, tape in zip(tried.chain, tapes, strict=True):
                if isinstance(layer, BatchNormalization | LayerNormalization):
                    factor *= max(1.0, tape[1].max())
            if not factor < 2000:
                return True
    return False
