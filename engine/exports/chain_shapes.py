"""The chain of a network as frameworks want it: with shapes of images, and with joined activations."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.data.image_shape import ImageShape
from engine.exports.source import Source, Step
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling


class ShapedStep(NamedTuple):
    """A layer with what surrounds it."""

    step: Step
    before: ImageShape | None
    """The shape of the maps that it gets; None: a row of values."""
    activation: str | None
    """Of a dense layer or convolution, the activation that follows directly; None: none does."""
    is_joined: bool
    """Whether it is an activation that the layer before it has."""
    is_source: bool
    """Whether a residual connection begins behind it."""


def shaped_steps(source: Source) -> Iterator[ShapedStep]:
    """Return the layers of a network's chain, in order."""
    steps = list(source.steps())
    sources = {step.layer.skips for step in steps if step.kind == "residual"}
    shape = source.network.image
    joined = False
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        activation = None
        if step.kind in ("dense", "conv") and following is not None and following.kind == "activation":
            activation = following.layer.name
        yield ShapedStep(step, shape, activation, joined, step.place in sources)
        joined = activation is not None
        if isinstance(step.layer, Convolution | MaxPooling | AveragePooling):
            shape = step.layer.shape
        elif step.kind in ("dense", "flatten"):
            shape = None
