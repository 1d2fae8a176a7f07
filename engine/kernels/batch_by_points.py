"""One mini-batch, with its points side by side in vectors: forward, and back to the gradient.

Each layer's values are rows (neurons, points), the points padded to whole vectors of 8. See `memory_layout`.
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
    VALUES,
    WEIGHTS,
    Spot,
)
from engine.kernels.simd import fma, if_less, load, spread, store, totals
from engine.kernels.simd_math import between, exp


@compiled
def forward(
    room: Any, layers: Any, spots: Any, shares: Any, data: int, step: int, first: int, points: int, epoch: int
) -> None:
    """Fill the values and slopes of all layers, from the mini-batch at `data`; a row takes `step` floats."""
    for number in range(len(layers)):
        inputs, neurons = layers[number, INPUTS], layers[number, NEURONS]
        weights, biases = layers[number, WEIGHTS], layers[number, BIASES]
        source = layers[number, SOURCE] if number else data
        values, slopes = layers[number, VALUES], layers[number, SLOPES]
        for j in range(neurons):
            for at in range(0, step, 8):
                z = spread(room, biases + j)
                for i in range(inputs):
                    z = fma(load(room, source + i * step + at), spread(room, weights + i * neurons + j), z)
                store(room, values + j * step + at, z)
        activate(layers[number, CODE], room, values, slopes, neurons * step)
        if spots[Spot.DROPS] and number < len(layers) - 1 and shares[number] > 0.0:
            drop(
                room, values, slopes, shares[number], spots, number, len(layers) - 1,
                first, points, neurons, 1, step, epoch,
            )  # fmt: skip


@compiled
def answer(room: Any, layers: Any, spots: Any, targets: int, step: int, points: int, huber: float) -> None:
    """Put the slope of the mean loss by each sum of the last layer in place of the slopes there."""
    head, outputs = spots[Spot.HEAD], spots[Spot.OUTPUTS]
    values, slopes = layers[-1, VALUES], layers[-1, SLOPES]
    present = targets + outputs * step
    if head == SOFTMAX:
        for at in range(values, values + step, 8):
            highest = load(room, at)
            for j in range(1, outputs):
                z = load(room, at + j * step)
                highest = if_less(highest, z, z, highest)
            whole = highest * 0.0
            for j in range(outputs):
                power = exp(load(room, at + j * step) - highest)
                whole = whole + power
                store(room, at + j * step, power)
            for j in range(outputs):
                store(room, at + j * step, load(room, at + j * step) / whole)
    share = 1.0 / points
    for j in range(outputs):
        for at in range(0, step, 8):
            place = j * step + at
            error = load(room, values + place) - load(room, targets + place)
            if head == SQUARED:
                error = error * load(room, slopes + place)
            elif head == HUBER:
                error = between(error, -huber, huber)
            store(room, slopes + place, if_less(0.5, load(room, present + at), error * share, 0.0))


@compiled
def backward(room: Any, layers: Any, spots: Any, data: int, step: int) -> None:
    """Carry the slopes of the last layer back, and fill the gradient."""
    parts = spots[Spot.PARTS]
    for number in range(len(layers) - 1, -1, -1):
        inputs, neurons = layers[number, INPUTS], layers[number, NEURONS]
        weights, slopes = layers[number, WEIGHTS], layers[number, SLOPES]
        source = layers[number, SOURCE] if number else data
        # First the sum over every eighth point, of each parameter; the eight are added up at the end.
        part = parts + weights * 8
        for i in range(inputs):
            for j in range(neurons):
                row, column = source + i * step, slopes + j * step
                total = load(room, row) * load(room, column)
                for at in range(8, step, 8):
                    total = fma(load(room, row + at), load(room, column + at), total)
                store(room, part, total)
                part += 8
        for j in range(neurons):
            total = load(room, slopes + j * step)
            for at in range(8, step, 8):
                total = total + load(room, slopes + j * step + at)
            store(room, part, total)
            part += 8
        if number:
            before = layers[number - 1, SLOPES]
            for i in range(inputs):
                for at in range(0, step, 8):
                    slope = load(room, slopes + at) * spread(room, weights + i * neurons)
                    for j in range(1, neurons):
                        slope = fma(
                            load(room, slopes + j * step + at), spread(room, weights + i * neurons + j), slope
                        )
                    place = before + i * step + at
                    store(room, place, slope * load(room, place))
    for at in range(0, spots[Spot.SIZE], 8):
        store(room, spots[Spot.GRADIENT] + at, totals(room, parts + at * 8))
