"""One mini-batch with a layer's neurons side by side in vectors: forward pass, backward pass and gradient.

The values of a layer are rows (points, neurons), the neurons padded to whole vectors of 8; but an output of a
single neuron has a width of 1, and its points follow each other: see `single_output`. `memory_layout` has all
places.
"""

from typing import Any

from numba import types

from engine.kernels.activations import activate
from engine.kernels.codes import HUBER, SOFTMAX, SQUARED
from engine.kernels.dropout import apply_dropout
from engine.kernels.fields import (
    BIASES,
    CODE,
    COLUMNS,
    DATA,
    DATA_STEP,
    DROPOUT,
    GRADIENT,
    HEAD,
    INPUTS,
    LAYERS,
    MASK,
    NEURONS,
    PRESENT,
    SLOPES,
    SOURCE,
    STEP,
    TARGETS,
    TRANSPOSED,
    VALUES,
    WEIGHTS,
    WIDTH,
)
from engine.kernels.jit import call_of, helper
from engine.kernels.simd import fma, reduce_add, reduce_max
from engine.kernels.simd_math import clamp, exp
from engine.kernels.simd_memory import load, load_splat, splat, store, transpose
from engine.kernels.single_output import affine_rows, single_delta, single_gradient


@helper
def transpose_weights(workspace: Any, layers: Any, header: Any) -> None:
    """Update the transposed copies of the weights, in blocks of 8 x 8."""
    for number in range(1, header[LAYERS]):
        row = number * COLUMNS
        width, height = layers[row + WIDTH], layers[row - COLUMNS + WIDTH]
        if width == 1:  # it is a row as it is
            continue
        for i in range(0, height, 8):
            for j in range(0, width, 8):
                transpose(
                    workspace,
                    layers[row + WEIGHTS] + i * width + j,
                    width,
                    layers[row + TRANSPOSED] + j * height + i,
                    height,
                )


@helper
def affine(
    workspace: Any, points: int, source: int, step: int, inputs: int, weights: int, width: int,
    biases: int, values: int, factors: int,
) -> None:  # fmt: skip
    """Multiply rows (points, inputs) by weights (inputs, width), and add biases or multiply by factors.

    Args:
        workspace: the workspace of the training.
        points: number of rows.
        source: index of the first row.
        step: floats from one row to the next.
        inputs: how many floats of each row are used.
        weights: index of the weights.
        width: floats in a row of weights and in a row of results, a multiple of 8.
        biases: index of a row that is added to each row of results, or -1.
        values: index of the results.
        factors: index of factors on the results, of the same shape, or -1.
    """
    for block in range(0, width, 8):
        start = load(workspace, biases + block) if biases >= 0 else splat(workspace, 0.0)
        point = 0
        # Four points at a time: each row of weights is loaded once for them.
        while point + 4 <= points:
            row = source + point * step
            a, b, c, d = start, start, start, start
            for i in range(inputs):
                w = load(workspace, weights + i * width + block)
                a = fma(w, load_splat(workspace, row + i), a)
                b = fma(w, load_splat(workspace, row + step + i), b)
                c = fma(w, load_splat(workspace, row + 2 * step + i), c)
                d = fma(w, load_splat(workspace, row + 3 * step + i), d)
            place = point * width + block
            if factors >= 0:
                a = a * load(workspace, factors + place)
                b = b * load(workspace, factors + place + width)
                c = c * load(workspace, factors + place + 2 * width)
                d = d * load(workspace, factors + place + 3 * width)
            store(workspace, values + place, a)
            store(workspace, values + place + width, b)
            store(workspace, values + place + 2 * width, c)
            store(workspace, values + place + 3 * width, d)
            point += 4
        # Then two at a time, each in two sums, so that additions overlap.
        while point + 2 <= points:
            row = source + point * step
            a, b, c, d = start, start, splat(workspace, 0.0), splat(workspace, 0.0)
            for i in range(0, inputs - 1, 2):
                w = load(workspace, weights + i * width + block)
                a = fma(w, load_splat(workspace, row + i), a)
                b = fma(w, load_splat(workspace, row + step + i), b)
                w = load(workspace, weights + (i + 1) * width + block)
                c = fma(w, load_splat(workspace, row + i + 1), c)
                d = fma(w, load_splat(workspace, row + step + i + 1), d)
            if inputs % 2:
                w = load(workspace, weights + (inputs - 1) * width + block)
                a = fma(w, load_splat(workspace, row + inputs - 1), a)
                b = fma(w, load_splat(workspace, row + step + inputs - 1), b)
            a, b = a + c, b + d
            place = point * width + block
            if factors >= 0:
                a = a * load(workspace, factors + place)
                b = b * load(workspace, factors + place + width)
            store(workspace, values + place, a)
            store(workspace, values + place + width, b)
            point += 2
        if point < points:
            row = source + point * step
            # Two sums, so that their additions can overlap.
            a, b = start, splat(workspace, 0.0)
            for i in range(0, inputs - 1, 2):
                a = fma(load(workspace, weights + i * width + block), load_splat(workspace, row + i), a)
                b = fma(
                    load(workspace, weights + (i + 1) * width + block), load_splat(workspace, row + i + 1), b
                )
            if inputs % 2:
                i = inputs - 1
                a = fma(load(workspace, weights + i * width + block), load_splat(workspace, row + i), a)
            a = a + b
            place = point * width + block
            if factors >= 0:
                a = a * load(workspace, factors + place)
            store(workspace, values + place, a)


@helper
def weight_gradient(
    workspace: Any, points: int, source: int, step: int, inputs: int, slopes: int, width: int, gradient: int
) -> None:
    """Write a layer's gradient, laid out like its biases and weights, from its inputs and its deltas."""
    for block in range(0, width, 8):
        a = load(workspace, slopes + block)
        for point in range(1, points):
            a = a + load(workspace, slopes + point * width + block)
        store(workspace, gradient + block, a)
        place = gradient + width + block
        i = 0
        while i + 4 <= inputs:
            slope = load(workspace, slopes + block)
            row = source + i
            a, b = slope * load_splat(workspace, row), slope * load_splat(workspace, row + 1)
            c, d = slope * load_splat(workspace, row + 2), slope * load_splat(workspace, row + 3)
            for point in range(1, points):
                slope = load(workspace, slopes + point * width + block)
                row = source + point * step + i
                a = fma(slope, load_splat(workspace, row), a)
                b = fma(slope, load_splat(workspace, row + 1), b)
                c = fma(slope, load_splat(workspace, row + 2), c)
                d = fma(slope, load_splat(workspace, row + 3), d)
            store(workspace, place + i * width, a)
            store(workspace, place + (i + 1) * width, b)
            store(workspace, place + (i + 2) * width, c)
            store(workspace, place + (i + 3) * width, d)
            i += 4
        while i < inputs:
            a = load(workspace, slopes + block) * load_splat(workspace, source + i)
            for point in range(1, points):
                a = fma(
                    load(workspace, slopes + point * width + block),
                    load_splat(workspace, source + point * step + i),
                    a,
                )
            store(workspace, place + i * width, a)
            i += 1


@helper
def forward(
    workspace: Any, layers: Any, header: Any, dropout: Any, data: int, first: int, points: int, epoch: int
) -> None:
    """Compute the outputs and derivatives of all layers.

    Args:
        workspace: the workspace of the training.
        layers: the layer table.
        header: the header.
        dropout: the dropout rate of each hidden layer.
        data: index of the mini-batch's inputs.
        first: index of the mini-batch's first point in the training set.
        points: number of points in the mini-batch.
        epoch: number of finished epochs.
    """
    for number in range(header[LAYERS]):
        row = number * COLUMNS
        width, values = layers[row + WIDTH], layers[row + VALUES]
        source, step, inputs = (
            layers[row + SOURCE] if number else data,
            layers[row + STEP],
            layers[row + INPUTS],
        )
        weights, biases = layers[row + WEIGHTS], layers[row + BIASES]
        if width == 1:
            affine_rows(workspace, points, source, step, inputs, weights, biases, values)
        else:
            affine(workspace, points, source, step, inputs, weights, width, biases, values, -1)
        activate(layers[row + CODE], workspace, values, layers[row + SLOPES], (points * width + 7) // 8 * 8)
        if header[DROPOUT] and number < header[LAYERS] - 1 and dropout[number] > 0.0:
            apply_dropout(
                workspace, values, layers[row + SLOPES], dropout[number], header, number, header[LAYERS] - 1,
                first, points, layers[row + NEURONS], width, 1, epoch,
            )  # fmt: skip


@helper
def output_delta(workspace: Any, layers: Any, header: Any, first: int, points: int, huber: float) -> None:
    """Replace the last layer's derivatives by those of the mean loss by its pre-activations."""
    head = header[HEAD]
    row = (header[LAYERS] - 1) * COLUMNS
    width, values, slopes = layers[row + WIDTH], layers[row + VALUES], layers[row + SLOPES]
    targets = header[TARGETS] + first * width
    if width == 1:
        single_delta(workspace, values, slopes, head, targets, header[PRESENT], points, huber)
        return
    present = load(workspace, header[PRESENT])
    scale = present * (1.0 / points)
    for at in range(0, points * 8, 8):
        value = load(workspace, values + at)
        if head == SOFTMAX:
            # Padding must not change the maximum or the sum.
            value = value + (present - 1.0) * 1e300
            power = exp(value - reduce_max(value)) * present
            value = power / reduce_add(power)
        error = value - load(workspace, targets + at)
        if head == SQUARED:
            error = error * load(workspace, slopes + at)
        elif head == HUBER:
            error = clamp(error, -huber, huber)
        store(workspace, slopes + at, error * scale)


@helper
def backward(workspace: Any, layers: Any, header: Any, data: int, points: int) -> None:
    """Propagate the last layer's derivatives back through all layers, and write the gradient."""
    for number in range(header[LAYERS] - 1, -1, -1):
        row = number * COLUMNS
        width, slopes = layers[row + WIDTH], layers[row + SLOPES]
        source, step, inputs = (
            layers[row + SOURCE] if number else data,
            layers[row + STEP],
            layers[row + INPUTS],
        )
        gradient = header[GRADIENT] + layers[row + BIASES]
        if width == 1:
            weights = layers[row + WEIGHTS]
            single_gradient(
                workspace, points, source, step, inputs, slopes,
                header[GRADIENT] + weights, gradient, header[MASK] + weights,
            )  # fmt: skip
        else:
            weight_gradient(workspace, points, source, step, inputs, slopes, width, gradient)
        if number:
            before = layers[row - COLUMNS + SLOPES]
            affine(
                workspace, points, slopes, width, layers[row + NEURONS],
                layers[row + TRANSPOSED], layers[row - COLUMNS + WIDTH], -1, before, before,
            )  # fmt: skip


def gradient(
    workspace: Any, layers: Any, header: Any, dropout: Any, first: int, points: int, epoch: int, huber: float
) -> None:  # fmt: skip
    """Write the gradient of a mini-batch. `gradient_by_neurons` compiles it.

    Args:
        workspace: the workspace of the training.
        layers: the layer table.
        header: the header.
        dropout: the dropout rate of each hidden layer.
        first: index of the mini-batch's first point in the training set.
        points: number of points in the mini-batch.
        epoch: number of finished epochs.
        huber: where the Huber loss becomes linear.
    """
    data = header[DATA] + first * header[DATA_STEP]
    transpose_weights(workspace, layers, header)
    forward(workspace, layers, header, dropout, data, first, points, epoch)
    output_delta(workspace, layers, header, first, points, huber)
    backward(workspace, layers, header, data, points)


_floats, _ints = types.CPointer(types.float64), types.CPointer(types.int64)

SIGNATURE = types.void(
    *(_floats, _ints, _ints, _floats),
    *(types.int64, types.int64, types.int64, types.float64),
)
"""Of `gradient`."""

call_gradient = call_of(SIGNATURE)
"""Calls the compiled `gradient`, for `train`."""
