"""Penalties on the size of weights, each beside its derivative. Biases are not penalized.

A regularizer is a mixture of two penalties. Under L1, a weight that the penalty would carry across 0 becomes
0 and is dead: it trains no more.
"""

from typing import NamedTuple

import numpy as np

from engine.arrays import Floats


class Strengths(NamedTuple):
    """How much each of the two penalties counts."""

    l1: float
    l2: float


def l1(weights: Floats) -> Floats:
    """|w|: presses weights to exactly 0 (Tibshirani 1996)."""
    return np.abs(weights)


def l1_derivative(weights: Floats) -> Floats:
    """Return the sign of w, which is 0 at 0."""
    return np.sign(weights)


def l2(weights: Floats) -> Floats:
    """0.5 w^2: keeps weights small (Hoerl and Kennard 1970)."""
    return 0.5 * weights * weights


def l2_derivative(weights: Floats) -> Floats:
    """Return w."""
    return weights


REGULARIZERS: tuple[str, ...] = ("none", "l1", "l2", "elastic_net")


def strengths(regularization: str, rate: float, l1_ratio: float) -> Strengths:
    """Return how much L1 and L2 count; the elastic net shares the rate out (Zou and Hastie 2005)."""
    share = {"none": Strengths(0, 0), "l1": Strengths(1, 0), "l2": Strengths(0, 1)}.get(
        regularization, Strengths(l1_ratio, 1 - l1_ratio)
    )
    return Strengths(rate * share.l1, rate * share.l2)
