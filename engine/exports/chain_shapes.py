"""The layers of a network in the form that frameworks need: with image shapes, and with fused activations."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.data.image_shape import ImageShape
from engine.exports.source import ChainLayer, Source
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling


class ShapedLayer(NamedTuple):
    """A layer of the chain with its context."""

    step: ChainLayer
    before: ImageShape | None
    """The shape of its input maps; None if its input is a row of values."""
    activation: str | None
    """The activation that directly follows a dense layer or convolution; None if none does."""
    is_joined: bool
    """Whether it is such an activation, which the layer before contains."""
    is_source: bool
    """Whether its output is the source of a residual connection."""


def shaped_layers(source: Source) -> Iterator[ShapedLayer]:
    """Return the layers of a network's chain, in order."""
    steps = list(source.chain_layers())
    sources = {step.layer.skips for step in steps if step.kind == "residual"}
    shape = source.network.image
    joined = False
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        activation = None
        if step.kind in ("dense", "conv") and following is not None and following.kind == "activation":
            activation = following.layer.name
        yield ShapedLayer(step, shape, activation, joined, step.place in sources)
        joined = activation is not None
        if isinstance(step.layer, Convolution | MaxPooling | AveragePooling):
            shape = step.layer.shape
        elif step.kind in ("dense", "flatten"):
            shape = None
