"""A network's outputs for many points in compiled code, in 64-bit or 32-bit floats: no slopes, no dropout.

Points are side by side, a vector being one neuron's values at eight or sixteen of them. Parameters are the
network's flat vector.
"""

from typing import Any

from engine.kernels.activations import apply, compiled
from engine.kernels.memory_layout import BAND
from engine.kernels.simd import fma, if_less, load, spread, store
from engine.kernels.simd_math import exp


@compiled
def weigh(
    parameters: Any, weights: int, inputs: int, neurons: int, neuron: int,
    given: Any, source: int, step: int, room: Any, target: int, end: int, lanes: int,
) -> None:  # fmt: skip
    """Fill the sums of one neuron.

    Args:
        parameters: the flat vector.
        weights: index of the layer's part of it.
        inputs: of the layer.
        neurons: of the layer.
        neuron: which one.
        given: where the inputs stand.
        source: index of the first.
        step: from one input to the next.
        room: where the sums go.
        target: index of the first.
        end: points, a multiple of `lanes`.
        lanes: floats in a vector.
    """
    bias = weights + inputs * neurons + neuron
    first = weights + neuron
    at = 0
    # Four vectors at a time: each weight is loaded once for them.
    while at + 4 * lanes <= end:
        a = spread(parameters, bias)
        b, c, d = a, a, a
        for i in range(inputs):
            w = spread(parameters, first + i * neurons)
            place = source + i * step + at
            a = fma(w, load(given, place), a)
            b = fma(w, load(given, place + lanes), b)
            c = fma(w, load(given, place + 2 * lanes), c)
            d = fma(w, load(given, place + 3 * lanes), d)
        store(room, target + at, a)
        store(room, target + at + lanes, b)
        store(room, target + at + 2 * lanes, c)
        store(room, target + at + 3 * lanes, d)
        at += 4 * lanes
    while at < end:
        a = spread(parameters, bias)
        for i in range(inputs):
            a = fma(spread(parameters, first + i * neurons), load(given, source + i * step + at), a)
        store(room, target + at, a)
        at += lanes


@compiled
def weigh_two(
    parameters: Any, weights: int, inputs: int, neurons: int, neuron: int,
    given: Any, source: int, step: int, room: Any, target: int, end: int, lanes: int,
) -> None:  # fmt: skip
    """Fill the sums of a neuron and of the next: each vector of inputs is loaded once for both."""
    bias = weights + inputs * neurons + neuron
    first = weights + neuron
    at = 0
    while at + 4 * lanes <= end:
        a, e = spread(parameters, bias), spread(parameters, bias + 1)
        b, c, d, f, g, h = a, a, a, e, e, e
        for i in range(inputs):
            v, w = spread(parameters, first + i * neurons), spread(parameters, first + i * neurons + 1)
            place = source + i * step + at
            x = load(given, place)
            a, e = fma(v, x, a), fma(w, x, e)
            x = load(given, place + lanes)
            b, f = fma(v, x, b), fma(w, x, f)
            x = load(given, place + 2 * lanes)
            c, g = fma(v, x, c), fma(w, x, g)
            x = load(given, place + 3 * lanes)
            d, h = fma(v, x, d), fma(w, x, h)
        place = target + at
        store(room, place, a)
        store(room, place + lanes, b)
        store(room, place + 2 * lanes, c)
        store(room, place + 3 * lanes, d)
        place += BAND
        store(room, place, e)
        store(room, place + lanes, f)
        store(room, place + 2 * lanes, g)
        store(room, place + 3 * lanes, h)
        at += 4 * lanes
    while at < end:
        a, e = spread(parameters, bias), spread(parameters, bias + 1)
        for i in range(inputs):
            x = load(given, source + i * step + at)
            a = fma(spread(parameters, first + i * neurons), x, a)
            e = fma(spread(parameters, first + i * neurons + 1), x, e)
        store(room, target + at, a)
        store(room, target + BAND + at, e)
        at += lanes


@compiled
def softmax(room: Any, values: int, classes: int, end: int, lanes: int) -> None:
    """Turn sums, rows of `BAND` points, into probabilities."""
    for at in range(values, values + end, lanes):
        highest = load(room, at)
        for j in range(1, classes):
            z = load(room, at + j * BAND)
            highest = if_less(highest, z, z, highest)
        whole = highest * 0.0
        for j in range(classes):
            power = exp(load(room, at + j * BAND) - highest)
            whole = whole + power
            store(room, at + j * BAND, power)
        for j in range(classes):
            store(room, at + j * BAND, load(room, at + j * BAND) / whole)


@compiled
def layer(
    parameters: Any, weights: int, inputs: int, neurons: int, code: int,
    given: Any, source: int, step: int, room: Any, target: int, end: int, lanes: int,
) -> None:  # fmt: skip
    """Fill the outputs of a layer's neurons: rows of `BAND` points from `target` on."""
    neuron = 0
    while neuron < neurons:
        row = target + neuron * BAND
        if neuron + 1 < neurons:
            weigh_two(
                parameters, weights, inputs, neurons, neuron, given, source, step, room, row, end, lanes
            )
            apply(code, room, row, end, lanes)
            apply(code, room, row + BAND, end, lanes)
            neuron += 2
        else:
            weigh(parameters, weights, inputs, neurons, neuron, given, source, step, room, row, end, lanes)
            apply(code, room, row, end, lanes)
            neuron += 1
