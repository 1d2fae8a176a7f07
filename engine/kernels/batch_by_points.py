"""One mini-batch with its points side by side in vectors: forward pass, backward pass and gradient.

The values of a layer are rows (neurons, points), the points padded to whole vectors of 8. See
`memory_layout`.
"""

from typing import Any

from engine.kernels.activations import activate
from engine.kernels.codes import HUBER, SOFTMAX, SQUARED
from engine.kernels.dropout import apply_dropout
from engine.kernels.fields import (
    CODE,
    COLUMNS,
    DROPOUT,
    GRADIENT,
    HEAD,
    INPUTS,
    LAYERS,
    NEURONS,
    OUTPUTS,
    PARTS,
    SIZE,
    SLOPES,
    SOURCE,
    VALUES,
    WEIGHTS,
)
from engine.kernels.inference import affine, softmax
from engine.kernels.jit import helper
from engine.kernels.simd import fma, select_lt
from engine.kernels.simd_math import clamp
from engine.kernels.simd_memory import load, load_splat, reduce_add_rows, store


@helper
def forward(
    workspace: Any,
    layers: Any,
    header: Any,
    dropout: Any,
    data: int,
    step: int,
    first: int,
    points: int,
    epoch: int,
) -> None:
    """Compute the outputs and derivatives of all layers.

    Args:
        workspace: the workspace of the training.
        layers: the layer table.
        header: the header.
        dropout: the dropout rate of each hidden layer.
        data: index of the mini-batch's inputs.
        step: floats in a row.
        first: index of the mini-batch's first point in the training set.
        points: number of points in the mini-batch.
        epoch: number of finished epochs.
    """
    hidden = header[LAYERS] - 1
    for number in range(hidden + 1):
        row = number * COLUMNS
        inputs, neurons = layers[row + INPUTS], layers[row + NEURONS]
        source = layers[row + SOURCE] if number else data
        values, slopes = layers[row + VALUES], layers[row + SLOPES]
        affine(
            workspace, layers[row + WEIGHTS], inputs, neurons, 0, neurons,
            workspace, source, step, workspace, values, step, step,
        )  # fmt: skip
        activate(layers[row + CODE], workspace, values, slopes, neurons * step)
        if header[DROPOUT] and number < hidden and dropout[number] > 0.0:
            apply_dropout(
                workspace, values, slopes, dropout[number], header, number, hidden,
                first, points, neurons, 1, step, epoch,
            )  # fmt: skip


@helper
def output_delta(
    workspace: Any, values: int, slopes: int, header: Any, targets: int, step: int, points: int, huber: float
) -> None:
    """Replace the last layer's derivatives by those of the mean loss by its pre-activations.

    `values` and `slopes` are the indexes of the outputs and the derivatives.
    """
    head, outputs = header[HEAD], header[OUTPUTS]
    present = targets + outputs * step
    if head == SOFTMAX:
        softmax(workspace, values, outputs, step, step)
    scale = 1.0 / points
    for j in range(outputs):
        for at in range(0, step, 8):
            place = j * step + at
            error = load(workspace, values + place) - load(workspace, targets + place)
            if head == SQUARED:
                error = error * load(workspace, slopes + place)
            elif head == HUBER:
                error = clamp(error, -huber, huber)
            store(
                workspace, slopes + place, select_lt(0.5, load(workspace, present + at), error * scale, 0.0)
            )


@helper
def write_partial_sums(
    workspace: Any, part: int, source: int, inputs: int, slopes: int, neurons: int, step: int
) -> None:
    """Write the gradient by weights: for each a vector of partial sums, whose lanes are added at the end.

    The rows of the inputs begin at `source`, those of the derivatives by the sums at `slopes`.
    """
    for i in range(inputs):
        for j in range(neurons):
            row, column = source + i * step, slopes + j * step
            total = load(workspace, row) * load(workspace, column)
            for at in range(8, step, 8):
                total = fma(load(workspace, row + at), load(workspace, column + at), total)
            store(workspace, part, total)
            part += 8


@helper
def write_bias_sums(workspace: Any, part: int, slopes: int, neurons: int, step: int) -> None:
    """Write the gradient by biases, as `write_partial_sums` does."""
    for j in range(neurons):
        total = load(workspace, slopes + j * step)
        for at in range(8, step, 8):
            total = total + load(workspace, slopes + j * step + at)
        store(workspace, part, total)
        part += 8


@helper
def backward(workspace: Any, layers: Any, header: Any, data: int, step: int) -> None:
    """Propagate the last layer's derivatives back through all layers, and write the gradient."""
    parts = header[PARTS]
    for number in range(header[LAYERS] - 1, -1, -1):
        inputs, neurons = layers[number * COLUMNS + INPUTS], layers[number * COLUMNS + NEURONS]
        weights, slopes = layers[number * COLUMNS + WEIGHTS], layers[number * COLUMNS + SLOPES]
        source = layers[number * COLUMNS + SOURCE] if number else data
        write_partial_sums(workspace, parts + weights * 8, source, inputs, slopes, neurons, step)
        write_bias_sums(workspace, parts + (weights + inputs * neurons) * 8, slopes, neurons, step)
        if number:
            before = layers[(number - 1) * COLUMNS + SLOPES]
            for i in range(inputs):
                for at in range(0, step, 8):
                    slope = load(workspace, slopes + at) * load_splat(workspace, weights + i * neurons)
                    for j in range(1, neurons):
                        slope = fma(
                            load(workspace, slopes + j * step + at),
                            load_splat(workspace, weights + i * neurons + j),
                            slope,
                        )
                    place = before + i * step + at
                    store(workspace, place, slope * load(workspace, place))
    for at in range(0, header[SIZE], 8):
        store(workspace, header[GRADIENT] + at, reduce_add_rows(workspace, parts + at * 8))
