"""Batch normalization (Ioffe and Szegedy 2015) and layer normalization (Ba, Kiros and Hinton 2016).

Both follow PyTorch's conventions: epsilon 1e-5 in the divisor; batch normalization divides by the standard
deviation of the mini-batch, and takes its mean and its unbiased variance into the running ones with momentum
0.1. Values are then multiplied by a learned scale, and a learned shift is added.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.nn.layer_kinds.kind import Buffer, Given, Own, Parameter, Values

EPSILON = 1e-5
MOMENTUM = 0.1
"""Share of the mini-batch's statistics in the new running ones."""


def _scale_and_shift(neurons: int) -> tuple[Parameter, ...]:
    return Parameter("scale", (neurons,), 1.0), Parameter("shift", (neurons,), 0.0)


@dataclass(frozen=True)
class BatchNormalization:
    """Normalizes each neuron over the points of a mini-batch, in an evaluation with the running statistics.

    A mini-batch of one point has no variance: it is normalized with the running statistics, and leaves them
    as they are.
    """

    neurons: int
    skips: None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Scale and shift, (neurons,) each."""
        return _scale_and_shift(self.neurons)

    @property
    def buffers(self) -> tuple[Buffer, ...]:
        """Running mean and running variance, (neurons,) each."""
        return Buffer("mean", (self.neurons,), 0.0), Buffer("variance", (self.neurons,), 1.0)

    def forward(self, x: Values, given: Given, /) -> tuple[Values, Any]:
        """Return normalized values, as `LayerKind.forward` describes."""
        scale, shift = given.parameters
        running_mean, running_variance = given.buffers
        count = len(x)
        by_batch = given.mode.training and count > 1
        if by_batch:
            mean = x.mean(axis=0)
            centred = x - mean
            variance = (centred * centred).mean(axis=0)
            running_mean += MOMENTUM * (mean - running_mean)
            running_variance += MOMENTUM * (variance * (count / (count - 1)) - running_variance)
        else:
            centred, variance = x - running_mean, running_variance
        inverse = 1 / np.sqrt(variance + EPSILON)
        normal = centred * inverse
        return normal * scale + shift, (normal, inverse, by_batch)

    def backward(self, gradient: Floats, tape: Any, own: Own, /) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes; through the batch's statistics, too."""
        normal, inverse, by_batch = tape
        by_scale = (gradient * normal).sum(axis=0)
        by_shift = gradient.sum(axis=0)
        own.gradients[0][:], own.gradients[1][:] = by_scale, by_shift
        if by_batch:
            gradient = gradient - (by_shift + normal * by_scale) / len(normal)
        return gradient * (own.parameters[0] * inverse), None


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

    def forward(self, x: Values, given: Given, /) -> tuple[Values, Any]:
        """Return normalized values, as `LayerKind.forward` describes."""
        centred = x - x.mean(axis=1, keepdims=True)
        variance = (centred * centred).mean(axis=1, keepdims=True)
        inverse = 1 / np.sqrt(variance + EPSILON)
        normal = centred * inverse
        return normal * given.parameters[0] + given.parameters[1], (normal, inverse)

    def backward(self, gradient: Floats, tape: Any, own: Own, /) -> tuple[Floats, Floats | None]:
        """Return gradients as `LayerKind.backward` describes."""
        normal, inverse = tape
        own.gradients[0][:] = (gradient * normal).sum(axis=0)
        own.gradients[1][:] = gradient.sum(axis=0)
        by_normal = gradient * own.parameters[0]
        mean = by_normal.mean(axis=1, keepdims=True)
        along = (by_normal * normal).mean(axis=1, keepdims=True)
        return (by_normal - mean - normal * along) * inverse, None
