"""One mini-batch, with a layer's neurons side by side in vectors: forward, and back to the gradient.

Each layer's values are rows (points, neurons), the neurons padded to whole vectors of 8. See `memory_layout`.
"""

from typing import Any

from engine.kernels.activations import activate, compiled
from engine.kernels.codes import HUBER, SOFTMAX, SQUARED
from engine.kernels.dropout import drop
from engine.kernels.memory_layout import (
    BIASES,
    CODE,
    INPUTS,
    NEURONS,
    SLOPES,
    SOURCE,
    STEP,
    TURNED,
    VALUES,
    WEIGHTS,
    WIDTH,
    Spot,
)
from engine.kernels.simd import everywhere, fma, largest, load, spread, store, total, transpose
from engine.kernels.simd_math import between, exp


@compiled
def turn(room: Any, layers: Any) -> None:
    """Renew the turned copies of the weights, 8 x 8 at a time."""
    for number in range(1, len(layers)):
        width, height = layers[number, WIDTH], layers[number - 1, WIDTH]
        for i in range(0, height, 8):
            for j in range(0, width, 8):
                transpose(
                    room,
                    layers[number, WEIGHTS] + i * width + j,
                    width,
                    layers[number, TURNED] + j * height + i,
                    height,
                )


@compiled
def weigh(
    room: Any, points: int, source: int, step: int, inputs: int, weights: int, width: int,
    biases: int, values: int, factors: int,
) -> None:  # fmt: skip
    """Multiply rows (points, inputs) by weights (inputs, width), and add biases or multiply by factors.

    Args:
        room: memory.
        points: how many rows.
        source: index of the first row.
        step: from one row to the next.
        inputs: how many numbers of each row count.
        weights: index of the weights.
        width: of a row of weights and of what comes out: a multiple of 8.
        biases: index of what is added to each row, or -1.
        values: index of what comes out.
        factors: index of what each is multiplied by, of the same shape, or -1.
    """
    for block in range(0, width, 8):
        start = load(room, biases + block) if biases >= 0 else everywhere(room, 0.0)
        point = 0
        # Four points at a time: each row of weights is loaded once for them.
        while point + 4 <= points:
            row = source + point * step
            a, b, c, d = start, start, start, start
            for i in range(inputs):
                w = load(room, weights + i * width + block)
                a = fma(w, spread(room, row + i), a)
                b = fma(w, spread(room, row + step + i), b)
                c = fma(w, spread(room, row + 2 * step + i), c)
                d = fma(w, spread(room, row + 3 * step + i), d)
            place = point * width + block
            if factors >= 0:
                a = a * load(room, factors + place)
                b = b * load(room, factors + place + width)
                c = c * load(room, factors + place + 2 * width)
                d = d * load(room, factors + place + 3 * width)
            store(room, values + place, a)
            store(room, values + place + width, b)
            store(room, values + place + 2 * width, c)
            store(room, values + place + 3 * width, d)
            point += 4
        while point < points:
            row = source + point * step
            # Two chains, so that neither waits for itself so long.
            a, b = start, everywhere(room, 0.0)
            for i in range(0, inputs - 1, 2):
                a = fma(load(room, weights + i * width + block), spread(room, row + i), a)
                b = fma(load(room, weights + (i + 1) * width + block), spread(room, row + i + 1), b)
            if inputs % 2:
                i = inputs - 1
                a = fma(load(room, weights + i * width + block), spread(room, row + i), a)
            a = a + b
            place = point * width + block
            if factors >= 0:
                a = a * load(room, factors + place)
            store(room, values + place, a)
            point += 1


@compiled
def gather(
    room: Any, points: int, source: int, step: int, inputs: int, slopes: int, width: int, gradient: int
) -> None:
    """Fill a layer's gradient, laid out as its biases and weights are, from its source and its slopes."""
    for block in range(0, width, 8):
        a = load(room, slopes + block)
        for point in range(1, points):
            a = a + load(room, slopes + point * width + block)
        store(room, gradient + block, a)
        place = gradient + width + block
        i = 0
        while i + 4 <= inputs:
            slope = load(room, slopes + block)
            row = source + i
            a, b = slope * spread(room, row), slope * spread(room, row + 1)
            c, d = slope * spread(room, row + 2), slope * spread(room, row + 3)
            for point in range(1, points):
                slope = load(room, slopes + point * width + block)
                row = source + point * step + i
                a = fma(slope, spread(room, row), a)
                b = fma(slope, spread(room, row + 1), b)
                c = fma(slope, spread(room, row + 2), c)
                d = fma(slope, spread(room, row + 3), d)
            store(room, place + i * width, a)
            store(room, place + (i + 1) * width, b)
            store(room, place + (i + 2) * width, c)
            store(room, place + (i + 3) * width, d)
            i += 4
        while i < inputs:
            a = load(room, slopes + block) * spread(room, source + i)
            for point in range(1, points):
                a = fma(
                    load(room, slopes + point * width + block), spread(room, source + point * step + i), a
                )
            store(room, place + i * width, a)
            i += 1


@compiled
def forward(
    room: Any, layers: Any, spots: Any, shares: Any, data: int, first: int, points: int, epoch: int
) -> None:
    """Fill the values and slopes of all layers, from the mini-batch at `data`."""
    for number in range(len(layers)):
        width, values = layers[number, WIDTH], layers[number, VALUES]
        weigh(
            room, points, layers[number, SOURCE] if number else data, layers[number, STEP],
            layers[number, INPUTS], layers[number, WEIGHTS], width, layers[number, BIASES], values, -1,
        )  # fmt: skip
        activate(layers[number, CODE], room, values, layers[number, SLOPES], points * width)
        if spots[Spot.DROPS] and number < len(layers) - 1 and shares[number] > 0.0:
            drop(
                room, values, layers[number, SLOPES], shares[number], spots, number, len(layers) - 1,
                first, points, layers[number, NEURONS], width, 1, epoch,
            )  # fmt: skip


@compiled
def answer(room: Any, layers: Any, spots: Any, targets: int, points: int, huber: float) -> None:
    """Put the slope of the mean loss by each sum of the last layer in place of the slopes there."""
    head = spots[Spot.HEAD]
    values, slopes = layers[-1, VALUES], layers[-1, SLOPES]
    present = load(room, spots[Spot.PRESENT])
    share = present * (1.0 / points)
    for at in range(0, points * 8, 8):
        value = load(room, values + at)
        if head == SOFTMAX:
            # Lanes beside the classes must neither win nor count.
            value = value + (present - 1.0) * 1e300
            power = exp(value - largest(value)) * present
            value = power / total(power)
        error = value - load(room, targets + at)
        if head == SQUARED:
            error = error * load(room, slopes + at)
        elif head == HUBER:
            error = between(error, -huber, huber)
        store(room, slopes + at, error * share)


@compiled
def backward(room: Any, layers: Any, spots: Any, data: int, points: int) -> None:
    """Carry the slopes of the last layer back, and fill the gradient."""
    for number in range(len(layers) - 1, -1, -1):
        width, slopes = layers[number, WIDTH], layers[number, SLOPES]
        gather(
            room, points, layers[number, SOURCE] if number else data, layers[number, STEP],
            layers[number, INPUTS], slopes, width, spots[Spot.GRADIENT] + layers[number, BIASES],
        )  # fmt: skip
        if number:
            before = layers[number - 1, SLOPES]
            weigh(
                room, points, slopes, width, layers[number, NEURONS],
                layers[number, TURNED], layers[number - 1, WIDTH], -1, before, before,
            )  # fmt: skip
