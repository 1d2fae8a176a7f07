"""Penalties on the size of weights, each beside its derivative. Biases are not penalized.

A regularizer is a mixture of L1 and L2. A weight that the L1 penalty would carry across 0 becomes 0 and is
pruned: it stays 0.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats
from engine.errors import InvalidValue, quoted


class Strengths(NamedTuple):
    """The factors on the two penalties."""

    l1: float
    l2: float


def l1(weights: Floats) -> Floats:
    """Return |w|, which drives weights to exactly 0 (Tibshirani 1996)."""
    return np.abs(weights)


def l1_derivative(weights: Floats) -> Floats:
    """Return the sign of w, which is 0 at 0."""
    return np.sign(weights)


def l2(weights: Floats) -> Floats:
    """Return 0.5 w^2, which keeps weights small (Hoerl and Kennard 1970)."""
    return 0.5 * weights * weights


def l2_derivative(weights: Floats) -> Floats:
    """Return w."""
    return weights


REGULARIZERS: dict[str, Callable[[float], Strengths]] = {
    "none": lambda _l1_ratio: Strengths(0, 0),
    "l1": lambda _l1_ratio: Strengths(1, 0),
    "l2": lambda _l1_ratio: Strengths(0, 1),
    # Zou and Hastie 2005
    "elastic_net": lambda l1_ratio: Strengths(l1_ratio, 1 - l1_ratio),
}
"""For each regularizer a function of `l1_ratio` that returns its strengths at a rate of 1."""


def strengths(regularization: str, rate: float, l1_ratio: float) -> Strengths:
    """Return the factors on L1 and L2 of a regularizer at a rate.

    Raises `InvalidValue` if there is no regularizer of that name.
    """
    if regularization not in REGULARIZERS:
        raise InvalidValue("regularization", regularization, quoted(REGULARIZERS))
    unit = REGULARIZERS[regularization](l1_ratio)
    return Strengths(rate * unit.l1, rate * unit.l2)
