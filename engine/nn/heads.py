"""Outputs: the functions of the last layer, the problems that they are for, and their losses."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import AnyFloats, Floats
from engine.errors import InvalidValue, quoted
from engine.nn.activations import ACTIVATIONS, sigmoid
from engine.nn.losses import LOSSES, Head, losses_for, softmax


@dataclass(frozen=True)
class Output:
    """One entry of the table: a function of the last layer, and how its values are interpreted."""

    function: Callable[[Floats], Floats]
    """Returns the outputs (n, outputs) for the pre-activations (n, outputs) of the last layer."""
    losses: tuple[str, ...]
    """Names of the losses that fit; the first is the default."""
    threshold: float = 0.0
    """The value that separates two classes."""
    probability: bool = False
    """Whether the values are probabilities, from 0 to 1."""

    def drawn(self, outputs: AnyFloats) -> AnyFloats:
        """Return outputs on the scale of a heat map, -1..1: a probability p as 2p - 1."""
        return 2 * outputs - 1 if self.probability else outputs

    def targets(self, labels: Floats, classes: int) -> Floats:
        """Return the target outputs (n, outputs) for labels (n,).

        Labels are -1 or 1, any numbers for regression, or 0..classes-1 for several classes.
        """
        if classes > 1:
            return np.asarray(labels[:, None] == np.arange(classes), dtype=np.float64)
        column = labels[:, None]
        return (column + 1) / 2 if self.probability else column.copy()


OUTPUTS: dict[str, Output] = {
    "tanh": Output(ACTIVATIONS["tanh"].function, losses_for("tanh")),
    "sigmoid": Output(sigmoid, losses_for("sigmoid"), threshold=0.5, probability=True),
    "softmax": Output(softmax, losses_for("softmax"), threshold=0.5, probability=True),
    "linear": Output(ACTIVATIONS["linear"].function, losses_for("linear")),
}

PROBLEMS: dict[str, tuple[str, ...]] = {
    "classification": ("tanh", "sigmoid"),
    "multiclass": ("softmax",),
    "regression": ("linear",),
    "images": ("softmax",),
}
"""The outputs that fit each problem; the first is the default."""


def head(output: str, loss: str, huber_delta: float) -> Head:
    """Return an output combined with a loss, by their names.

    Raises `InvalidValue` if the output is unknown, or the loss does not fit it.
    """
    if output not in OUTPUTS:
        raise InvalidValue("output_activation", output, quoted(OUTPUTS))
    if loss not in OUTPUTS[output].losses:
        raise InvalidValue("loss", loss, quoted(OUTPUTS[output].losses))
    return LOSSES[loss].head(output, huber_delta)
