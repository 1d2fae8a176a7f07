"""Layers of a network, with points side by side in vectors, in either precision.

The parameters are a flat vector. Values are rows, one for each input or neuron, whose points are adjacent;
rows begin a fixed number of floats apart.
"""

from typing import Any

from engine.kernels.activations import apply
from engine.kernels.jit import helper
from engine.kernels.simd import fma, select_lt
from engine.kernels.simd_math import exp
from engine.kernels.simd_memory import lanes, load, load_splat, store


@helper
def _two_neurons(
    parameters: Any, column: int, width: int, bias: int, inputs: int,
    memory: Any, source: int, source_step: int, result: Any, target: int, target_step: int, points: int,
) -> None:  # fmt: skip
    """Write the pre-activations of two neurons, so that each vector of inputs is loaded once for both."""
    lane = lanes(result)
    at = 0
    # Four vectors at a time, so that each weight is loaded once for them.
    while at + 4 * lane <= points:
        a, e = load_splat(parameters, bias), load_splat(parameters, bias + 1)
        b, c, d, f, g, h = a, a, a, e, e, e
        for i in range(inputs):
            v, w = load_splat(parameters, column + i * width), load_splat(parameters, column + i * width + 1)
            place = source + i * source_step + at
            x = load(memory, place)
            a, e = fma(v, x, a), fma(w, x, e)
            x = load(memory, place + lane)
            b, f = fma(v, x, b), fma(w, x, f)
            x = load(memory, place + 2 * lane)
            c, g = fma(v, x, c), fma(w, x, g)
            x = load(memory, place + 3 * lane)
            d, h = fma(v, x, d), fma(w, x, h)
        place = target + at
        store(result, place, a)
        store(result, place + lane, b)
        store(result, place + 2 * lane, c)
        store(result, place + 3 * lane, d)
        place += target_step
        store(result, place, e)
        store(result, place + lane, f)
        store(result, place + 2 * lane, g)
        store(result, place + 3 * lane, h)
        at += 4 * lane
    while at < points:
        a, e = load_splat(parameters, bias), load_splat(parameters, bias + 1)
        for i in range(inputs):
            x = load(memory, source + i * source_step + at)
            a = fma(load_splat(parameters, column + i * width), x, a)
            e = fma(load_splat(parameters, column + i * width + 1), x, e)
        store(result, target + at, a)
        store(result, target + target_step + at, e)
        at += lane


@helper
def _one_neuron(
    parameters: Any, column: int, width: int, bias: int, inputs: int,
    memory: Any, source: int, source_step: int, result: Any, target: int, points: int,
) -> None:  # fmt: skip
    lane = lanes(result)
    at = 0
    while at + 4 * lane <= points:
        a = load_splat(parameters, bias)
        b, c, d = a, a, a
        for i in range(inputs):
            w = load_splat(parameters, column + i * width)
            place = source + i * source_step + at
            a = fma(w, load(memory, place), a)
            b = fma(w, load(memory, place + lane), b)
            c = fma(w, load(memory, place + 2 * lane), c)
            d = fma(w, load(memory, place + 3 * lane), d)
        place = target + at
        store(result, place, a)
        store(result, place + lane, b)
        store(result, place + 2 * lane, c)
        store(result, place + 3 * lane, d)
        at += 4 * lane
    while at < points:
        a = load_splat(parameters, bias)
        for i in range(inputs):
            x = load(memory, source + i * source_step + at)
            a = fma(load_splat(parameters, column + i * width), x, a)
        store(result, target + at, a)
        at += lane


@helper
def affine(
    parameters: Any, weights: int, inputs: int, width: int, first: int, neurons: int,
    memory: Any, source: int, source_step: int, result: Any, target: int, target_step: int, points: int,
) -> None:  # fmt: skip
    """Write the pre-activations of some neurons of a layer.

    Args:
        parameters: the flat vector.
        weights: index of the layer's weights, which its biases follow.
        inputs: number of inputs of the layer.
        width: number of neurons of the layer.
        first: index of the first neuron to compute.
        neurons: number of neurons to compute.
        memory: memory of the inputs.
        source: index of the first input's row.
        source_step: floats from one input's row to the next.
        result: memory of the pre-activations.
        target: index of the first neuron's row.
        target_step: floats from one neuron's row to the next.
        points: number of points, a multiple of the lanes of a vector.
    """
    column, bias = weights + first, weights + inputs * width + first
    neuron = 0
    while neuron + 1 < neurons:
        _two_neurons(
            parameters, column + neuron, width, bias + neuron, inputs,
            memory, source, source_step, result, target + neuron * target_step, target_step, points,
        )  # fmt: skip
        neuron += 2
    if neuron < neurons:
        _one_neuron(
            parameters, column + neuron, width, bias + neuron, inputs,
            memory, source, source_step, result, target + neuron * target_step, points,
        )  # fmt: skip


@helper
def softmax(values: Any, first: int, classes: int, step: int, points: int) -> None:
    """Replace pre-activations by probabilities: rows of points, `step` floats apart."""
    for at in range(first, first + points, lanes(values)):
        highest = load(values, at)
        for j in range(1, classes):
            z = load(values, at + j * step)
            highest = select_lt(highest, z, z, highest)
        total = highest * 0.0
        for j in range(classes):
            power = exp(load(values, at + j * step) - highest)
            total = total + power
            store(values, at + j * step, power)
        for j in range(classes):
            store(values, at + j * step, load(values, at + j * step) / total)


@helper
def apply_to_rows(code: int, values: Any, first: int, rows: int, step: int, points: int) -> None:
    """Replace the pre-activations of a layer by outputs: rows of points, `step` floats apart."""
    for row in range(rows):
        apply(code, values, first + row * step, points)
