"""Penalties on the size of weights, each beside its derivative. Biases are not penalized."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats


@dataclass(frozen=True)
class Regularizer:
    """`function(weights)`, the penalty of each weight, and its `derivative`; both keep the shape.

    Where `kills`, a weight that the penalty would carry across 0 becomes 0 and is dead: it trains no more.
    """

    function: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]
    kills: bool = False


def none(weights: Floats) -> Floats:
    """No penalty."""
    return np.zeros_like(weights)


def none_derivative(weights: Floats) -> Floats:
    """0 everywhere."""
    return np.zeros_like(weights)


def l1(weights: Floats) -> Floats:
    """|w|: presses weights to exactly 0."""
    return np.abs(weights)


def l1_derivative(weights: Floats) -> Floats:
    """Return the sign of w, which is 0 at 0."""
    return np.sign(weights)


def l2(weights: Floats) -> Floats:
    """0.5 w^2: keeps weights small."""
    return 0.5 * weights * weights


def l2_derivative(weights: Floats) -> Floats:
    """Return w."""
    return weights


REGULARIZERS: dict[str, Regularizer] = {
    "none": Regularizer(none, none_derivative),
    "l1": Regularizer(l1, l1_derivative, kills=True),
    "l2": Regularizer(l2, l2_derivative),
}
