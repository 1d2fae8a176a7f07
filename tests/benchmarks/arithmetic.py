"""The arithmetic limit of a network: its multiply-adds and exponentials in straight loops over vectors.

No training can be faster with these vector instructions: the loops have nothing else to do, need no padding,
and all that they load is in the nearest cache.
"""

from itertools import pairwise
from typing import Any

import numpy as np
from numba import types

from engine.kernels.jit import entry
from engine.kernels.simd import LANES, fma, reduce_add
from engine.kernels.simd_math import exp_unbounded
from engine.kernels.simd_memory import load, pointer, splat

_CACHED = 1024
"""Floats that the loops read, again and again."""

_floats = types.float64[::1]


@entry(types.float64(_floats, types.int64))
def _multiply_adds(values_: Any, count: int) -> float:
    """Do `count` times eight independent multiply-adds of vectors; return a number that depends on all."""
    values = pointer(values_)
    factor = splat(values, 0.5)
    a = b = c = d = e = f = g = h = splat(values, 0.0)
    at = 0
    for _ in range(count):
        a, b = fma(load(values, at), factor, a), fma(load(values, at + 8), factor, b)
        c, d = fma(load(values, at + 16), factor, c), fma(load(values, at + 24), factor, d)
        e, f = fma(load(values, at + 32), factor, e), fma(load(values, at + 40), factor, f)
        g, h = fma(load(values, at + 48), factor, g), fma(load(values, at + 56), factor, h)
        at = (at + 64) & 1023
    return reduce_add(((a + b) + (c + d)) + ((e + f) + (g + h)))


@entry(types.float64(_floats, types.int64))
def _exponentials(values_: Any, count: int) -> float:
    """Do `count` times four independent exponentials of vectors; return a number that depends on all."""
    values = pointer(values_)
    a = b = c = d = splat(values, 0.0)
    at = 0
    for _ in range(count):
        a, b = a + exp_unbounded(load(values, at)), b + exp_unbounded(load(values, at + 8))
        c, d = c + exp_unbounded(load(values, at + 16)), d + exp_unbounded(load(values, at + 24))
        at = (at + 32) & 1023
    return reduce_add((a + b) + (c + d))


class Arithmetic:
    """The multiply-adds and exponentials of an epoch of a network of dense layers."""

    def __init__(self, shape: tuple[int, ...], points: int, *, exponentials: bool) -> None:
        """Count them.

        Args:
            shape: the neurons of each layer, inputs first and output last.
            points: points of an epoch.
            exponentials: whether the hidden neurons' activation takes one.
        """
        weights = [inputs * neurons for inputs, neurons in pairwise(shape)]
        # Forward pass, gradient by the weights, and gradient by the values of all layers but the inputs.
        self.multiply_adds = (3 * sum(weights) - weights[0]) * points
        self.exponentials = ((sum(shape[1:-1]) if exponentials else 0) + shape[-1]) * points
        self._values = np.random.default_rng(0).random(_CACHED)

    def work(self, count: int) -> None:
        """Do the arithmetic of so many epochs."""
        _multiply_adds(self._values, count * self.multiply_adds // (8 * LANES))
        _exponentials(self._values, count * self.exponentials // (4 * LANES))
