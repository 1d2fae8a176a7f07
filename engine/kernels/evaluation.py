"""Losses and accuracies of points, in compiled code. `engine.reference.metrics` has the same in NumPy."""

import math
from typing import Any

from numba import types

from engine.kernels.codes import HUBER, LINEAR, SOFTMAX, SQUARED
from engine.kernels.inference import affine, apply_to_rows, softmax
from engine.kernels.jit import call_of, helper
from engine.kernels.memory_layout import BAND


@helper
def _loss(
    head: int, scratch: Any, sums: int, outputs: int, targets: Any, target: int, classes: int, huber: float
) -> float:
    """Return the loss of a point, from the indexes of its pre-activations, outputs and targets."""
    z, a, t = scratch[sums], scratch[outputs], targets[target]
    if head == SQUARED:
        return 0.5 * (a - t) * (a - t)
    if head == HUBER:
        size = abs(a - t)
        inner = size if not size >= huber else huber
        return inner * (size - 0.5 * inner)
    if head == SOFTMAX:
        highest = scratch[sums]
        for j in range(1, classes):
            if scratch[sums + j * BAND] > highest:
                highest = scratch[sums + j * BAND]
        total = expected = 0.0
        for j in range(classes):
            total += math.exp(scratch[sums + j * BAND] - highest)
            expected += targets[target + j] * scratch[sums + j * BAND]
        return highest + math.log(total) - expected
    positive = z if not z <= 0.0 else 0.0
    return positive + math.log1p(math.exp(-abs(z))) - t * z


@helper
def _correct(scratch: Any, outputs: int, targets: Any, target: int, classes: int, threshold: float) -> bool:
    """Return whether a point is classified correctly."""
    if classes == 1:
        return bool((scratch[outputs] >= threshold) == (targets[target] >= threshold))
    winner = truth = 0
    for j in range(1, classes):
        # As in NumPy, nan counts as the maximum, and of equal outputs the first.
        best = scratch[outputs + winner * BAND]
        if not scratch[outputs + j * BAND] <= best and not math.isnan(best):
            winner = j
        if targets[target + j] > targets[target + truth]:
            truth = j
    return winner == truth


@helper
def _forward(
    parameters: Any, shape: Any, codes: Any, layers: int, head: int, scratch: Any, widest: int, points: int
) -> int:
    """Compute the outputs of points whose inputs are in the first third of the scratch memory.

    Returns the index of the last layer's pre-activations. The outputs are in the last third.
    """
    source, target, weights = 0, widest * BAND, 0
    for number in range(layers):
        inputs, neurons = shape[number], shape[number + 1]
        affine(
            parameters, weights, inputs, neurons, 0, neurons,
            scratch, source, BAND, scratch, target, BAND, points,
        )  # fmt: skip
        apply_to_rows(
            LINEAR if number == layers - 1 else codes[number], scratch, target, neurons, BAND, points
        )
        weights += (inputs + 1) * neurons
        source, target = target, source
    outputs, classes = 2 * widest * BAND, shape[layers]
    for i in range(classes * BAND):
        scratch[outputs + i] = scratch[source + i]
    if head == SOFTMAX:
        softmax(scratch, outputs, classes, BAND, points)
    else:
        apply_to_rows(codes[layers - 1], scratch, outputs, classes, BAND, points)
    return source


@helper
def load_band(inputs: Any, features: int, start: int, here: int, scratch: Any) -> None:
    """Write the inputs of the points from `start` on as rows, the first of the scratch memory."""
    for i in range(features):
        for lane in range((here + 7) // 8 * 8):
            # Lanes beyond the last point repeat it.
            scratch[i * BAND + lane] = inputs[(start + min(lane, here - 1)) * features + i]


@helper
def add_band(
    head: int, huber: float, threshold: float, scratch: Any, first_sum: int, first_output: int,
    targets: Any, classes: int, start: int, here: int, split: int, result: Any, at: int,
) -> None:  # fmt: skip
    """Add losses, and the number of correct points, of `here` points to the four numbers of a result.

    `first_sum` and `first_output` are the indexes of their pre-activations and outputs; the other arguments
    are those of `evaluate`.
    """
    for side in range(2):
        first, beyond = (start, min(split, start + here)) if side == 0 else (max(split, start), start + here)
        loss = correct = 0.0
        if head == SQUARED:  # the most common case has a faster loop over the first output
            for point in range(first, beyond):
                a, t = scratch[first_output + point - start], targets[point * classes]
                loss += 0.5 * (a - t) * (a - t)
                correct += 1.0 if (a >= threshold) == (t >= threshold) else 0.0
            first = beyond
        for point in range(first, beyond):
            sums, outputs = first_sum + point - start, first_output + point - start
            loss += _loss(head, scratch, sums, outputs, targets, point * classes, classes, huber)
            correct += (
                1.0 if _correct(scratch, outputs, targets, point * classes, classes, threshold) else 0.0
            )
        result[at + side] += loss
        result[at + 2 + side] += correct


@helper
def divide_by_counts(result: Any, at: int, points: int, split: int) -> None:
    """Divide the sums over training points and test points by their numbers."""
    for side in range(2):
        count = float(split if side == 0 else points - split)
        result[at + side] /= count
        result[at + 2 + side] /= count


def evaluate(
    parameters: Any, shape: Any, codes: Any, layers: int, head: int, huber: float, threshold: float,
    inputs: Any, targets: Any, points: int, split: int, scratch: Any, result: Any, at: int,
) -> None:  # fmt: skip
    """Write training loss, test loss, training accuracy and test accuracy. `metrics` compiles it.

    Args:
        parameters: the flat vector of the network.
        shape: neurons of each layer, inputs first.
        codes: codes of the activations of each layer after the inputs.
        layers: number of layers after the inputs.
        head: code of output and loss.
        huber: where the Huber loss becomes linear.
        threshold: output that separates two classes.
        inputs: (points, inputs)
        targets: (points, outputs)
        points: number of points: training points, then test points.
        split: number of training points.
        scratch: 3 times the widest layer times `BAND` floats.
        result: the array to write to.
        at: index of the first of the four numbers in it.
    """
    widest = shape[0]
    for number in range(layers):
        widest = max(widest, shape[number + 1])
    features, classes = shape[0], shape[layers]
    for i in range(4):
        result[at + i] = 0.0
    for start in range(0, points, BAND):
        here = min(BAND, points - start)
        load_band(inputs, features, start, here, scratch)
        first_sum = _forward(parameters, shape, codes, layers, head, scratch, widest, (here + 7) // 8 * 8)
        first_output = 2 * widest * BAND
        add_band(
            head, huber, threshold, scratch, first_sum, first_output, targets, classes, start, here, split,
            result, at,
        )  # fmt: skip
    divide_by_counts(result, at, points, split)


_floats, _ints = types.CPointer(types.float64), types.CPointer(types.int64)

SIGNATURE = types.void(
    *(_floats, _ints, _ints, types.int64, types.int64, types.float64, types.float64),
    *(_floats, _floats, types.int64, types.int64, _floats, _floats, types.int64),
)
"""Of `evaluate`."""

call_evaluate = call_of(SIGNATURE)
"""Calls the compiled `evaluate`, for the entries that use it."""
