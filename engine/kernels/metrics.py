"""Losses and shares of right points, in compiled code. `engine.reference.metrics` has the same in NumPy."""

import math
from typing import Any

import numpy as np
from numba import njit, types

from engine.kernels.activations import CACHED, apply, compiled
from engine.kernels.codes import HUBER, LINEAR, SOFTMAX, SQUARED
from engine.kernels.inference import layer, softmax
from engine.kernels.memory_layout import BAND


@compiled
def _loss(
    head: int, room: Any, sums: int, outputs: int, targets: Any, point: int, classes: int, huber: float
) -> float:
    z, a, t = room[sums], room[outputs], targets[point, 0]
    if head == SQUARED:
        return 0.5 * (a - t) * (a - t)
    if head == HUBER:
        size = abs(a - t)
        inner = size if not size >= huber else huber
        return inner * (size - 0.5 * inner)
    if head == SOFTMAX:
        highest = room[sums]
        for j in range(1, classes):
            if room[sums + j * BAND] > highest:
                highest = room[sums + j * BAND]
        whole = right = 0.0
        for j in range(classes):
            whole += math.exp(room[sums + j * BAND] - highest)
            right += targets[point, j] * room[sums + j * BAND]
        return highest + math.log(whole) - right
    positive = z if not z <= 0.0 else 0.0
    return positive + math.log1p(math.exp(-abs(z))) - t * z


@compiled
def _right(room: Any, outputs: int, targets: Any, point: int, classes: int, middle: float) -> bool:
    if classes == 1:
        return bool((room[outputs] >= middle) == (targets[point, 0] >= middle))
    winner = truth = 0
    for j in range(1, classes):
        # A nan wins, as it does for NumPy; of two things alike the first.
        best = room[outputs + winner * BAND]
        if not room[outputs + j * BAND] <= best and not math.isnan(best):
            winner = j
        if targets[point, j] > targets[point, truth]:
            truth = j
    return winner == truth


_floats, _table, _ints = types.float64[::1], types.float64[:, ::1], types.int64[::1]
SIGNATURE = types.void(
    _floats, _ints, _ints, types.int64, types.float64, types.float64,
    _table, _table, types.int64, _floats, _floats,
)  # fmt: skip


@njit(SIGNATURE, error_model="numpy", nogil=True, cache=CACHED)
def measure(
    parameters: Any, shape: Any, codes: Any, head: int, huber: float, middle: float,
    inputs: Any, targets: Any, split: int, room: Any, result: Any,
) -> None:  # fmt: skip
    """Put train loss, test loss, train accuracy and test accuracy into `result` (4,).

    Args:
        parameters: the flat vector.
        shape: neurons of each layer, inputs first.
        codes: of the activations of each layer after the inputs.
        head: code of output and loss.
        huber: where Huber's loss turns straight.
        middle: where one class ends and the other begins.
        inputs: (n, inputs).
        targets: (n, outputs).
        split: so many points train.
        room: memory: 3 times the widest layer times `BAND` floats.
        result: where the four numbers go.
    """
    points, layers, widest = len(inputs), len(codes), len(room) // (3 * BAND)
    classes = shape[layers]
    # The last layer's sums are kept; its outputs stand behind them.
    last = 2 * widest * BAND
    for i in range(4):
        result[i] = 0.0
    for start in range(0, points, BAND):
        here = min(BAND, points - start)
        end = (here + 7) // 8 * 8
        for i in range(shape[0]):
            for lane in range(end):
                # Lanes beside the last point repeat it.
                room[i * BAND + lane] = inputs[start + min(lane, here - 1), i]
        source, target, weights = 0, widest * BAND, 0
        for number in range(layers):
            ends = number == layers - 1
            code = LINEAR if ends else codes[number]
            layer(
                parameters, weights, shape[number], shape[number + 1], code,
                room, source, BAND, room, target, end, 8,
            )  # fmt: skip
            weights += (shape[number] + 1) * shape[number + 1]
            source, target = target, source
        for i in range(classes * BAND):
            room[last + i] = room[source + i]
        if head == SOFTMAX:
            softmax(room, last, classes, end, 8)
        else:
            for j in range(classes):
                apply(codes[layers - 1], room, last + j * BAND, end, 8)
        for side in range(2):
            first, beyond = (
                (start, min(split, start + here)) if side == 0 else (max(split, start), start + here)
            )
            loss = right = 0.0
            if head == SQUARED:  # mostly it is, and this is quicker
                for point in range(first, beyond):
                    a, t = room[last + point - start], targets[point, 0]
                    loss += 0.5 * (a - t) * (a - t)
                    right += 1.0 if (a >= middle) == (t >= middle) else 0.0
                first = beyond
            for point in range(first, beyond):
                sums, outputs = source + point - start, last + point - start
                loss += _loss(head, room, sums, outputs, targets, point, classes, huber)
                right += 1.0 if _right(room, outputs, targets, point, classes, middle) else 0.0
            result[side] += loss
            result[2 + side] += right
    for side in range(2):
        count = np.float64(split if side == 0 else points - split)
        result[side] /= count
        result[2 + side] /= count
