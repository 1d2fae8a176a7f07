"""Activation functions over ranges of memory, in whole vectors: pre-activations are replaced by outputs.

Each function is written once and returns outputs and derivatives (slopes); where derivatives are not used,
the compiler removes their computation. `activate` and `apply` choose the function once for a whole range.
`engine.nn.activations` has the same functions in NumPy, and names their sources.
"""

import math
from typing import Any

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
from engine.kernels.jit import helper, inlined
from engine.kernels.simd import absolute, reduce_max, select_lt
from engine.kernels.simd_math import clamp, exp, sigmoid, sine_and_cosine, softplus, tanh
from engine.kernels.simd_memory import lanes, load, splat, store
from engine.nn.activations import GELU_CUBE, GELU_SLOPE, LEAK

MAX_VECTOR_SINE = 1e5
"""For larger values the sine is computed lane by lane, with the system's function."""


@inlined
def _tanh(z: Any, _one: Any) -> Any:
    a = tanh(z)
    return a, 1.0 - a * a


@inlined
def _relu(z: Any, one: Any) -> Any:
    return select_lt(z, 0.0, 0.0, z), select_lt(0.0, z, one, 0.0)


@inlined
def _sigmoid(z: Any, _one: Any) -> Any:
    a = sigmoid(z)
    return a, a * (1.0 - a)


@inlined
def _leaky_relu(z: Any, one: Any) -> Any:
    return select_lt(0.0, z, z, z * LEAK), select_lt(0.0, z, one, LEAK)


@inlined
def _elu(z: Any, _one: Any) -> Any:
    power = exp(select_lt(0.0, z, 0.0, z))
    return select_lt(0.0, z, z, power - 1.0), power


@inlined
def _step(z: Any, one: Any) -> Any:
    return select_lt(0.0, z, one, 0.0), one * 0.0


@inlined
def _softplus(z: Any, _one: Any) -> Any:
    return softplus(z), sigmoid(z)


@inlined
def _swish(z: Any, _one: Any) -> Any:
    s = sigmoid(z)
    return z * s, s * (z * (1.0 - s) + 1.0)


@inlined
def _gelu(z: Any, _one: Any) -> Any:
    # Beyond 30 the tanh is constant to the last bit. Without clipping, z^2 could overflow: infinity * 0.
    inner = clamp(z, -30.0, 30.0)
    t = tanh((inner * inner * inner * GELU_CUBE + inner) * GELU_SLOPE)
    slope = (inner * inner * (3 * GELU_CUBE) + 1.0) * GELU_SLOPE
    return z * 0.5 * (t + 1.0), (inner * (1.0 - t * t) * slope + t + 1.0) * 0.5


@helper
def _activate_sine(workspace: Any, values: int, slopes: int, count: int) -> None:
    for i in range(0, count, 8):
        z = load(workspace, values + i)
        if reduce_max(absolute(z)) > MAX_VECTOR_SINE:
            for j in range(i, i + 8):
                far = workspace[values + j]
                workspace[values + j] = math.sin(far)
                workspace[slopes + j] = math.cos(far)
        else:
            sine, cosine = sine_and_cosine(z)
            store(workspace, values + i, sine)
            store(workspace, slopes + i, cosine)


@helper
def activate(code: int, workspace: Any, values: int, slopes: int, count: int) -> None:
    """Replace pre-activations by outputs, and write the derivatives.

    Args:
        code: the code of the activation.
        workspace: 64-bit floats.
        values: index of the pre-activations, then of the outputs.
        slopes: index of the derivatives.
        count: number of pre-activations, a multiple of 8.
    """
    one = splat(workspace, 1.0)
    if code == TANH:
        for i in range(0, count, 8):
            output, slope = _tanh(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == RELU:
        for i in range(0, count, 8):
            output, slope = _relu(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == SIGMOID:
        for i in range(0, count, 8):
            output, slope = _sigmoid(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == LEAKY_RELU:
        for i in range(0, count, 8):
            output, slope = _leaky_relu(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == ELU:
        for i in range(0, count, 8):
            output, slope = _elu(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == STEP:
        for i in range(0, count, 8):
            output, slope = _step(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == SOFTPLUS:
        for i in range(0, count, 8):
            output, slope = _softplus(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == SWISH:
        for i in range(0, count, 8):
            output, slope = _swish(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == GELU:
        for i in range(0, count, 8):
            output, slope = _gelu(load(workspace, values + i), one)
            store(workspace, values + i, output)
            store(workspace, slopes + i, slope)
    elif code == SINE:
        _activate_sine(workspace, values, slopes, count)
    else:
        for i in range(0, count, 8):
            store(workspace, slopes + i, one)


@helper
def _apply_sine(values: Any, first: int, count: int) -> None:
    for i in range(first, first + count, lanes(values)):
        z = load(values, i)
        if reduce_max(absolute(z)) > MAX_VECTOR_SINE:
            for j in range(i, i + lanes(values)):
                values[j] = math.sin(values[j])
        else:
            store(values, i, sine_and_cosine(z)[0])


@helper
def apply(code: int, values: Any, first: int, count: int) -> None:
    """Replace pre-activations by outputs, in either precision.

    Args:
        code: the code of the activation.
        values: 64-bit or 32-bit floats.
        first: index of the first pre-activation.
        count: number of pre-activations, a multiple of `lanes(values)`.
    """
    one = splat(values, 1.0)
    step = lanes(values)
    if code == TANH:
        for i in range(first, first + count, step):
            store(values, i, _tanh(load(values, i), one)[0])
    elif code == RELU:
        for i in range(first, first + count, step):
            store(values, i, _relu(load(values, i), one)[0])
    elif code == SIGMOID:
        for i in range(first, first + count, step):
            store(values, i, _sigmoid(load(values, i), one)[0])
    elif code == LEAKY_RELU:
        for i in range(first, first + count, step):
            store(values, i, _leaky_relu(load(values, i), one)[0])
    elif code == ELU:
        for i in range(first, first + count, step):
            store(values, i, _elu(load(values, i), one)[0])
    elif code == STEP:
        for i in range(first, first + count, step):
            store(values, i, _step(load(values, i), one)[0])
    elif code == SOFTPLUS:
        for i in range(first, first + count, step):
            store(values, i, _softplus(load(values, i), one)[0])
    elif code == SWISH:
        for i in range(first, first + count, step):
            store(values, i, _swish(load(values, i), one)[0])
    elif code == GELU:
        for i in range(first, first + count, step):
            store(values, i, _gelu(load(values, i), one)[0])
    elif code == SINE:
        _apply_sine(values, first, count)
