"""Outputs: what the last layer makes of its sums, and the losses that fit it.

A `Head` is one output with one loss: all that training and metrics need to know of the network's end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.arrays import Floats
from engine.nn.activations import ACTIVATIONS, sigmoid
from engine.nn.losses import (
    binary_cross_entropy,
    categorical_cross_entropy,
    huber,
    huber_derivative,
    softmax,
    squared_error,
    squared_error_derivative,
)


@dataclass(frozen=True)
class Output:
    """One way for a network to answer."""

    function: Callable[[Floats], Floats]
    """Takes the sums (n, outputs) of the last layer, and keeps the shape."""
    losses: tuple[str, ...]
    """Those that fit, the first being the usual one."""
    threshold: float = 0.0
    """Where one class ends and the other begins."""
    probability: bool = False
    """Whether it answers from 0 to 1."""

    def drawn(self, outputs: Floats) -> Floats:
        """Return outputs on the scale of a drawing, -1..1: a probability p as 2p - 1."""
        return 2 * outputs - 1 if self.probability else outputs

    def targets(self, labels: Floats, classes: int) -> Floats:
        """Return what the outputs (n, outputs) should be for labels (n,).

        Labels are -1 or 1, or any numbers of a regression; for several classes they are 0..classes-1.
        """
        if classes > 1:
            return np.asarray(labels[:, None] == np.arange(classes), dtype=np.float64)
        column = labels[:, None]
        return (column + 1) / 2 if self.probability else column.copy()


@dataclass(frozen=True)
class Head:
    """An output with a loss: `loss` and `delta` take sums, outputs and targets, all (n, outputs)."""

    loss: Callable[[Floats, Floats, Floats], Floats]
    """Gives (n, 1): the loss of each point."""
    delta: Callable[[Floats, Floats, Floats], Floats]
    """Gives (n, outputs): the loss's derivative by the sums."""


OUTPUTS: dict[str, Output] = {
    "tanh": Output(ACTIVATIONS["tanh"].function, ("squared_error",)),
    "sigmoid": Output(sigmoid, ("squared_error", "cross_entropy"), threshold=0.5, probability=True),
    "softmax": Output(softmax, ("cross_entropy",), threshold=0.5, probability=True),
    "linear": Output(ACTIVATIONS["linear"].function, ("squared_error", "huber")),
}

# The outputs that fit a problem; the first is the usual one.
PROBLEMS: dict[str, tuple[str, ...]] = {
    "classification": ("tanh", "sigmoid"),
    "multiclass": ("softmax",),
    "regression": ("linear",),
}


def head(output: str, loss: str, huber_delta: float) -> Head:
    """Return an output with a loss that fits it, by their names."""
    if loss == "cross_entropy":
        entropy = categorical_cross_entropy if output == "softmax" else binary_cross_entropy
        # What makes this pair the usual one: however wrong the answer, the slope never vanishes.
        return Head(lambda z, _a, t: entropy(z, t), lambda _z, a, t: a - t)
    function, derivative = squared_error, squared_error_derivative
    if loss == "huber":
        function, derivative = partial(huber, delta=huber_delta), partial(huber_derivative, delta=huber_delta)
    slope = ACTIVATIONS[output].derivative
    return Head(lambda _z, a, t: function(a, t), lambda z, a, t: derivative(a, t) * slope(z, a))
