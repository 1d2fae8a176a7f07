"""Batch normalization (Ioffe and Szegedy 2015) and layer normalization (Ba, Kiros and Hinton 2016).

Both follow PyTorch's conventions: epsilon 1e-5 in the divisor; batch normalization divides by the standard
deviation of the mini-batch, and takes its mean and its unbiased variance into the running ones with momentum
0.1. Values are then multiplied by a learned scale, and a learned shift is added.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.nn.layer_kinds.kind import BackwardContext, Buffer, ForwardContext, Parameter, Values

EPSILON = 1e-5
MOMENTUM = 0.1
"""Fraction of the mini-batch's statistics in the new running ones."""


def _scale_and_shift(neurons: int) -> tuple[Parameter, ...]:
    return Parameter("scale", (neurons,), 1.0), Parameter("shift", (neurons,), 0.0)


@dataclass(frozen=True)
class BatchNormalization:
    """Normalizes each neuron over the points of a mini-batch, in an evaluation with the running statistics.

    A mini-batch of one point has no variance: it is normalized with the running statistics, and leaves them
    as they are.
    """

    neurons: int
    positions: int = 1
    """Number of values that are normalized together: in images the pixels of a channel."""
    skips: None = None

    @property
    def channels(self) -> int:
        """Number of groups of values, each with its own statistics: neurons, or channels of images."""
        return self.neurons // self.positions

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Scale and shift, (channels,) each."""
        return _scale_and_shift(self.channels)

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """Running mean and running variance, (channels,) each."""
        return Buffer("mean", (self.channels,), 0.0), Buffer("variance", (self.channels,), 1.0)

    def forward(self, x: Values, context: ForwardContext, /) -> tuple[Values, Any]:
        """Return normalized values, as `LayerKind.forward` describes."""
        scale, shift = (each[:, None] for each in context.parameters)
        running_mean, running_variance = (each[:, None] for each in context.buffers)
        values = x.reshape(len(x), self.channels, self.positions)
        count = len(x) * self.positions
        by_batch = context.mode.training and len(x) > 1
        if by_batch:
            mean = values.mean(axis=(0, 2))[:, None]
            centred = values - mean
            variance = (centred * centred).mean(axis=(0, 2))[:, None]
            running_mean += MOMENTUM * (mean - running_mean)
            running_variance += MOMENTUM * (variance * (count / (count - 1)) - running_variance)
        else:
            centred, variance = values - running_mean, running_variance
        inverse = 1 / np.sqrt(variance + EPSILON)
        normal = centred * inverse
        return (normal * scale + shift).reshape(x.shape), (normal, inverse, by_batch)

    def backward(
        self, gradient: Floats, tape: Any, context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes; through the batch's statistics, too."""
        normal, inverse, by_batch = tape
        by_values = gradient.reshape(normal.shape)
        by_scale, by_shift = (by_values * normal).sum(axis=(0, 2)), by_values.sum(axis=(0, 2))
        context.gradients[0][:], context.gradients[1][:] = by_scale, by_shift
        if by_batch:
            along = by_shift[:, None] + normal * by_scale[:, None]
            by_values = by_values - along / (len(normal) * self.positions)
        return (by_values * (context.parameters[0][:, None] * inverse)).reshape(gradient.shape), None


@dataclass(frozen=True)
class LayerNormalization:
    """Normalizes each point over the neurons of the layer, in training and evaluation alike."""

    neurons: int
    buffers: tuple[Buffer, ...] = ()
    skips: None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Scale and shift, (neurons,) each."""
        return _scale_and_shift(self.neurons)

    def forward(self, x: Values, context: ForwardContext, /) -> tuple[Values, Any]:
        """Return normalized values, as `LayerKind.forward` describes."""
        centred = x - x.mean(axis=1, keepdims=True)
        variance = (centred * centred).mean(axis=1, keepdims=True)
        inverse = 1 / np.sqrt(variance + EPSILON)
        normal = centred * inverse
        return normal * context.parameters[0] + context.parameters[1], (normal, inverse)

    def backward(
        self, gradient: Floats, tape: Any, context: BackwardContext, /
    ) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        normal, inverse = tape
        context.gradients[0][:] = (gradient * normal).sum(axis=0)
        context.gradients[1][:] = gradient.sum(axis=0)
        by_normal = gradient * context.parameters[0]
        mean = by_normal.mean(axis=1, keepdims=True)
        along = (by_normal * normal).mean(axis=1, keepdims=True)
        return (by_normal - mean - normal * along) * inverse, None
