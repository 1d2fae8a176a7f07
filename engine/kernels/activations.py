"""Activation functions over stretches of memory, in whole vectors: sums become outputs in place.

One decision for each stretch chooses the function; within it there is none. `engine.nn.activations` has the
same functions in NumPy, and their sources.
"""

import math
from typing import Any

from numba import config, njit

from engine.kernels.codes import (
    ELU,
    GELU,
    LEAKY_RELU,
    RELU,
    SIGMOID,
    SINE,
    SOFTPLUS,
    STEP,
    SWISH,
    TANH,
)
from engine.kernels.simd import everywhere, if_less, largest, load, magnitude, store
from engine.kernels.simd_math import between, exp, inlined, sigmoid, sine_and_cosine, softplus, tanh
from engine.nn.activations import GELU_CUBE, GELU_SLOPE, LEAK

compiled = njit(error_model="numpy", nogil=True)
"""Compile a function that its callers call."""

CACHED = bool(config.CACHE_DIR)
"""Whether compiled code is kept: only in a folder that the loading chose for these very sources.

Numba by itself would take code from the disk that was compiled before another of the sources changed.
"""

FURTHEST = 1e5
"""Beyond this the sine is taken lane by lane, by the system's own function."""


@inlined
def _gelu_tanh(z: Any) -> Any:
    """Return z cut to where the tanh is not yet flat, and the tanh of the GELU's formula."""
    # Beyond 30 the tanh is flat to the last bit; there z^2 must not meet its slope of 0 as an infinity.
    inner = between(z, -30.0, 30.0)
    return inner, tanh((inner * inner * inner * GELU_CUBE + inner) * GELU_SLOPE)


@compiled
def activate(code: int, room: Any, values: int, slopes: int, end: int) -> None:
    """Turn sums into outputs, and put the slopes there beside them.

    Args:
        code: of the activation.
        room: memory, 64-bit floats.
        values: index of the sums, which the outputs replace.
        slopes: index of the slopes.
        end: how many there are, a multiple of 8.
    """
    if code == TANH:
        for i in range(0, end, 8):
            a = tanh(load(room, values + i))
            store(room, values + i, a)
            store(room, slopes + i, 1.0 - a * a)
    elif code == RELU:
        for i in range(0, end, 8):
            z = load(room, values + i)
            store(room, values + i, if_less(z, 0.0, 0.0, z))
            store(room, slopes + i, if_less(0.0, z, everywhere(room, 1.0), 0.0))
    elif code == SIGMOID:
        for i in range(0, end, 8):
            a = sigmoid(load(room, values + i))
            store(room, values + i, a)
            store(room, slopes + i, a * (1.0 - a))
    elif code == LEAKY_RELU:
        for i in range(0, end, 8):
            z = load(room, values + i)
            store(room, values + i, if_less(0.0, z, z, z * LEAK))
            store(room, slopes + i, if_less(0.0, z, everywhere(room, 1.0), LEAK))
    elif code == ELU:
        for i in range(0, end, 8):
            z = load(room, values + i)
            power = exp(if_less(0.0, z, 0.0, z))
            store(room, values + i, if_less(0.0, z, z, power - 1.0))
            store(room, slopes + i, power)
    elif code == STEP:
        for i in range(0, end, 8):
            z = load(room, values + i)
            store(room, values + i, if_less(0.0, z, everywhere(room, 1.0), 0.0))
            store(room, slopes + i, everywhere(room, 0.0))
    elif code == SOFTPLUS:
        for i in range(0, end, 8):
            z = load(room, values + i)
            store(room, values + i, softplus(z))
            store(room, slopes + i, sigmoid(z))
    elif code == SWISH:
        for i in range(0, end, 8):
            z = load(room, values + i)
            s = sigmoid(z)
            store(room, values + i, z * s)
            store(room, slopes + i, s * (z * (1.0 - s) + 1.0))
    elif code == GELU:
        for i in range(0, end, 8):
            z = load(room, values + i)
            inner, t = _gelu_tanh(z)
            slope = (inner * inner * (3 * GELU_CUBE) + 1.0) * GELU_SLOPE
            store(room, values + i, z * 0.5 * (t + 1.0))
            store(room, slopes + i, (inner * (1.0 - t * t) * slope + t + 1.0) * 0.5)
    elif code == SINE:
        for i in range(0, end, 8):
            z = load(room, values + i)
            sine, cosine = sine_and_cosine(z)
            if largest(magnitude(z)) > FURTHEST:
                for j in range(i, i + 8):
                    far = room[values + j]
                    room[values + j] = math.sin(far)
                    room[slopes + j] = math.cos(far)
            else:
                store(room, values + i, sine)
                store(room, slopes + i, cosine)
    else:
        for i in range(0, end, 8):
            store(room, slopes + i, everywhere(room, 1.0))


@compiled
def apply(code: int, room: Any, values: int, end: int, lanes: int) -> None:
    """Turn sums into outputs, in either precision.

    Args:
        code: of the activation.
        room: memory, floats of 64 or 32 bits.
        values: index of the sums, which the outputs replace.
        end: how many there are, a multiple of `lanes`.
        lanes: floats in a vector, 8 or 16.
    """
    if code == TANH:
        for i in range(values, values + end, lanes):
            store(room, i, tanh(load(room, i)))
    elif code == RELU:
        for i in range(values, values + end, lanes):
            z = load(room, i)
            store(room, i, if_less(z, 0.0, 0.0, z))
    elif code == SIGMOID:
        for i in range(values, values + end, lanes):
            store(room, i, sigmoid(load(room, i)))
    elif code == LEAKY_RELU:
        for i in range(values, values + end, lanes):
            z = load(room, i)
            store(room, i, if_less(0.0, z, z, z * LEAK))
    elif code == ELU:
        for i in range(values, values + end, lanes):
            z = load(room, i)
            store(room, i, if_less(0.0, z, z, exp(if_less(0.0, z, 0.0, z)) - 1.0))
    elif code == STEP:
        for i in range(values, values + end, lanes):
            store(room, i, if_less(0.0, load(room, i), everywhere(room, 1.0), 0.0))
    elif code == SOFTPLUS:
        for i in range(values, values + end, lanes):
            store(room, i, softplus(load(room, i)))
    elif code == SWISH:
        for i in range(values, values + end, lanes):
            z = load(room, i)
            store(room, i, z * sigmoid(z))
    elif code == GELU:
        for i in range(values, values + end, lanes):
            z = load(room, i)
            _, t = _gelu_tanh(z)
            store(room, i, z * 0.5 * (t + 1.0))
    elif code == SINE:
        for i in range(values, values + end, lanes):
            z = load(room, i)
            sine, _ = sine_and_cosine(z)
            if largest(magnitude(z)) > FURTHEST:
                for j in range(i, i + lanes):
                    room[j] = math.sin(room[j])
            else:
                store(room, i, sine)
