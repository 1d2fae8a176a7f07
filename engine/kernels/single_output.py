"""The last layer of a mini-batch if it has one neuron, and the layers before have theirs side by side.

A vector then holds the neuron's weights from eight inputs, or its outputs for eight points: rows of eight
neurons, as `batch_by_neurons` has for other layers, would be padded with seven that do not exist.
"""

from typing import Any

from engine.kernels.codes import HUBER, SQUARED
from engine.kernels.jit import helper
from engine.kernels.simd import fma, reduce_add, select_lt
from engine.kernels.simd_math import clamp
from engine.kernels.simd_memory import load, load_splat, splat, store


@helper
def affine_rows(
    workspace: Any, points: int, source: int, step: int, inputs: int, weights: int, bias: int, sums: int
) -> None:
    """Write the weighted sum of each row, one after the other.

    Args:
        workspace: the workspace of the training.
        points: number of rows.
        source: index of the first row; what follows its `inputs` up to a whole vector meets weights of 0.
        step: floats from one row to the next.
        inputs: how many floats of each row are used.
        weights: index of the weights, padded with 0 to whole vectors.
        bias: index of the bias.
        sums: index of the results.
    """
    for point in range(points):
        row = source + point * step
        a = load(workspace, weights) * load(workspace, row)
        for i in range(8, inputs, 8):
            a = fma(load(workspace, weights + i), load(workspace, row + i), a)
        workspace[sums + point] = reduce_add(a) + workspace[bias]


@helper
def single_delta(
    workspace: Any, values: int, slopes: int, head: int, targets: int, present: int, points: int, huber: float
) -> None:
    """Replace the derivatives of the output by those of the mean loss by its sum; 0 behind the last point.

    `present` is the index of eight ones and then eight zeros; the other indexes are of an array with a
    number for each point.
    """
    scale = 1.0 / points
    for at in range(0, points, 8):
        error = load(workspace, values + at) - load(workspace, targets + at)
        if head == SQUARED:
            error = error * load(workspace, slopes + at)
        elif head == HUBER:
            error = clamp(error, -huber, huber)
        lanes = load(workspace, present + 8 - min(8, points - at))
        store(workspace, slopes + at, select_lt(0.5, lanes, error * scale, 0.0))


@helper
def single_gradient(
    workspace: Any, points: int, source: int, step: int, inputs: int, slopes: int,
    gradient: int, bias: int, mask: int,
) -> None:  # fmt: skip
    """Write the gradient by the neuron's weights and its bias.

    Args:
        workspace: the workspace of the training.
        points: number of rows.
        source: index of the first row of inputs.
        step: floats from one row to the next.
        inputs: how many floats of each row are used.
        slopes: index of the derivatives by the sums, one for each point, 0 behind the last.
        gradient: index of the gradient by the weights.
        bias: index of that by the bias.
        mask: index of a row that is 1 for weights and 0 for what pads them.
    """
    for i in range(0, inputs, 8):
        a, b = splat(workspace, 0.0), splat(workspace, 0.0)
        for point in range(0, points - 1, 2):
            row = source + point * step + i
            a = fma(load_splat(workspace, slopes + point), load(workspace, row), a)
            b = fma(load_splat(workspace, slopes + point + 1), load(workspace, row + step), b)
        if points % 2:
            row = source + (points - 1) * step + i
            a = fma(load_splat(workspace, slopes + points - 1), load(workspace, row), a)
        store(workspace, gradient + i, (a + b) * load(workspace, mask + i))
    total = load(workspace, slopes)
    for at in range(8, points, 8):
        total = total + load(workspace, slopes + at)
    workspace[bias] = reduce_add(total)
