"""Losses of single outputs, each beside its derivative. The loss of a set of points is the mean over them."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.arrays import Floats


@dataclass(frozen=True)
class Loss:
    """`function(outputs, targets)` and its `derivative` by the outputs; all arrays are of one shape."""

    function: Callable[[Floats, Floats], Floats]
    derivative: Callable[[Floats, Floats], Floats]


def squared_error(outputs: Floats, targets: Floats) -> Floats:
    """0.5 (o - t)^2."""
    error = outputs - targets
    return 0.5 * error * error


def squared_error_derivative(outputs: Floats, targets: Floats) -> Floats:
    """Error o - t."""
    return outputs - targets


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(squared_error, squared_error_derivative),
}
