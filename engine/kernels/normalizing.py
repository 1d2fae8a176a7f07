"""Batch and layer normalisation in compiled code, with points side by side.

`engine.nn.layer_kinds.normalization` has the same in NumPy, and names their sources. Values are rows, one for
each neuron, `step` floats apart; each layer replaces them by its results. The tape has the normalised values.

Batch normalization also takes the channels of images, of eight points at a time: then a row has all pixels of
a channel, for these points, and there are several blocks of rows, one for each eight points.
"""

import math
from typing import Any

from engine.kernels.jit import helper
from engine.kernels.simd import fma, reduce_add, select_lt, square_root
from engine.kernels.simd_memory import lanes, load, splat, store
from engine.nn.layer_kinds.normalization import EPSILON, MOMENTUM


@helper
def batch_forward(
    workspace: Any, values: int, rows: int, step: int, blocks: int, positions: int, points: int,
    present: int, present_step: int, parameters: int, buffers: int, tape: int, inverses: int,
) -> None:  # fmt: skip
    """Normalise each neuron over the points of a mini-batch, and take its statistics into the running ones.

    Args:
        workspace: the workspace of the training.
        values: index of the values.
        rows: number of rows in a block: neurons, or channels of images.
        step: floats in a row: the points, padded to whole vectors, or eight for each pixel.
        blocks: number of blocks of rows, one after the other.
        positions: pixels of a channel; 1 if the rows are neurons.
        points: number of points. One alone is normalised with the running statistics, which stay.
        present: index of a row with 1 for each point and 0 for padding.
        present_step: floats from one block's such row to the next.
        parameters: index of the scales, which the shifts follow.
        buffers: index of the running means, which the running variances follow.
        tape: index for the normalised values.
        inverses: index for the inverse deviation of each row.
    """
    count, width = points * positions, step // positions
    for j in range(rows):
        mean, variance = workspace[buffers + j], workspace[buffers + rows + j]
        if points > 1:
            total = splat(workspace, 0.0)
            for block in range(blocks):
                row, mask = values + (block * rows + j) * step, present + block * present_step
                for start in range(row, row + step, width):
                    for at in range(0, width, 8):
                        value = load(workspace, start + at)
                        total = total + select_lt(0.5, load(workspace, mask + at), value, 0.0)
            batch_mean = reduce_add(total) / count
            squares = splat(workspace, 0.0)
            for block in range(blocks):
                row, mask = values + (block * rows + j) * step, present + block * present_step
                for start in range(row, row + step, width):
                    for at in range(0, width, 8):
                        off = load(workspace, start + at) - batch_mean
                        off = select_lt(0.5, load(workspace, mask + at), off, 0.0)
                        squares = fma(off, off, squares)
            batch_variance = reduce_add(squares) / count
            unbiased = batch_variance * (count / (count - 1))
            workspace[buffers + j] = mean + MOMENTUM * (batch_mean - mean)
            workspace[buffers + rows + j] = variance + MOMENTUM * (unbiased - variance)
            mean, variance = batch_mean, batch_variance
        inverse = 1.0 / math.sqrt(variance + EPSILON)
        scale, shift = workspace[parameters + j], workspace[parameters + rows + j]
        workspace[inverses + j] = inverse
        for block in range(blocks):
            start = (block * rows + j) * step
            for at in range(start, start + step, 8):
                normal = (load(workspace, values + at) - mean) * inverse
                store(workspace, tape + at, normal)
                store(workspace, values + at, normal * scale + shift)


@helper
def batch_backward(
    workspace: Any, gradients: int, rows: int, step: int, blocks: int, positions: int, points: int,
    present: int, present_step: int, parameters: int, part: int, tape: int, inverses: int,
) -> None:  # fmt: skip
    """Replace the gradient by the results by that by the values, through the batch's statistics too.

    The gradients by scales and shifts are written as partial sums to `part`, eight floats for each; the other
    arguments are those of `batch_forward`.
    """
    count, width = points * positions, step // positions
    for j in range(rows):
        by_shift = splat(workspace, 0.0)
        by_scale = splat(workspace, 0.0)
        for block in range(blocks):
            start = (block * rows + j) * step
            for at in range(start, start + step, 8):
                slope = load(workspace, gradients + at)
                by_shift = by_shift + slope
                by_scale = fma(slope, load(workspace, tape + at), by_scale)
        store(workspace, part + j * 8, by_scale)
        store(workspace, part + (rows + j) * 8, by_shift)
        factor = workspace[parameters + j] * workspace[inverses + j]
        along, mean = 0.0, 0.0
        if points > 1:
            along, mean = reduce_add(by_scale) / count, reduce_add(by_shift) / count
        for block in range(blocks):
            row, mask = (block * rows + j) * step, present + block * present_step
            for start in range(row, row + step, width):
                for at in range(0, width, 8):
                    slope = load(workspace, gradients + start + at)
                    if points > 1:
                        slope = slope - (load(workspace, tape + start + at) * along + mean)
                    slope = select_lt(0.5, load(workspace, mask + at), slope * factor, 0.0)
                    store(workspace, gradients + start + at, slope)


@helper
def normalize_by_running(
    parameters: Any, scales: int, buffers: int, values: Any, first: int, neurons: int, step: int, points: int
) -> None:
    """Normalise rows of points with the running statistics, in either precision.

    `scales` is the index of the scales, which the shifts follow, `buffers` that of the running means, which
    the variances follow: all are in `parameters`.
    """
    for j in range(neurons):
        mean, variance = parameters[buffers + j], parameters[buffers + neurons + j]
        inverse = 1.0 / math.sqrt(variance + EPSILON)
        scale, shift = parameters[scales + j], parameters[scales + neurons + j]
        for at in range(first + j * step, first + j * step + points, lanes(values)):
            store(values, at, (load(values, at) - mean) * inverse * scale + shift)


@helper
def normalize_points(
    parameters: Any, scales: int, values: Any, first: int, neurons: int, step: int, points: int,
    tape: int, inverses: int,
) -> None:  # fmt: skip
    """Normalise each point over rows of neurons, in either precision, as `normalize_by_running` does.

    If `tape` is not negative, the normalised values and the inverse deviation of each point are written to
    these indexes of the values' memory.
    """
    for at in range(0, points, lanes(values)):
        total = splat(values, 0.0)
        for j in range(neurons):
            total = total + load(values, first + j * step + at)
        mean = total / neurons
        squares = splat(values, 0.0)
        for j in range(neurons):
            off = load(values, first + j * step + at) - mean
            squares = fma(off, off, squares)
        inverse = splat(values, 1.0) / square_root(squares / neurons + EPSILON)
        for j in range(neurons):
            place = j * step + at
            normal = (load(values, first + place) - mean) * inverse
            if tape >= 0:
                store(values, tape + place, normal)
            store(values, first + place, normal * parameters[scales + j] + parameters[scales + neurons + j])
        if tape >= 0:
            store(values, inverses + at, inverse)


@helper
def layer_backward(
    workspace: Any, gradients: int, neurons: int, step: int, parameters: int, part: int, tape: int,
    inverses: int,
) -> None:  # fmt: skip
    """Replace the gradient by the results by that by the values; see `batch_backward` for the arguments."""
    for j in range(neurons):
        by_shift = splat(workspace, 0.0)
        by_scale = splat(workspace, 0.0)
        for at in range(j * step, (j + 1) * step, 8):
            slope = load(workspace, gradients + at)
            by_shift = by_shift + slope
            by_scale = fma(slope, load(workspace, tape + at), by_scale)
        store(workspace, part + j * 8, by_scale)
        store(workspace, part + (neurons + j) * 8, by_shift)
    for at in range(0, step, 8):
        total = splat(workspace, 0.0)
        along = splat(workspace, 0.0)
        for j in range(neurons):
            slope = load(workspace, gradients + j * step + at) * workspace[parameters + j]
            total = total + slope
            along = fma(slope, load(workspace, tape + j * step + at), along)
        mean, along = total / neurons, along / neurons
        inverse = load(workspace, inverses + at)
        for j in range(neurons):
            place = j * step + at
            slope = load(workspace, gradients + place) * workspace[parameters + j]
            slope = (slope - mean - load(workspace, tape + place) * along) * inverse
            store(workspace, gradients + place, slope)
