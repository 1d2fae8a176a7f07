"""Pictures of the neurons in compiled code: forward over the plane and down to eight bits a cell in one go.

`engine.reference.heatmaps` has the same in NumPy, and says what the levels mean.
"""

from typing import Any

from numba import njit, types

from engine.kernels.activations import CACHED, apply, compiled
from engine.kernels.codes import LINEAR
from engine.kernels.inference import layer, softmax, weigh
from engine.kernels.memory_layout import BAND
from engine.kernels.simd import (
    everywhere,
    if_less,
    if_nan,
    largest,
    load,
    magnitude,
    rounded,
    store,
    store_bytes,
)
from engine.kernels.simd_math import between

CONFIDENCE, FAINTEST = 31.0, 1e-6
"""As in `engine.reference.heatmaps`."""

ALL, ONE, WINNER = -1, -2, -3
"""What is drawn: all neurons of all layers; one neuron; of several classes the winner."""


@compiled
def _quantize(
    room: Any, source: int, factor: float, levels: Any, target: int, count: int, lanes: int
) -> None:
    """Turn values into signed bytes: `factor` times them, cut to -127..127; nan becomes 0."""
    for at in range(0, count, lanes):
        value = if_nan(between(load(room, source + at) * factor, -127.0, 127.0), 0.0)
        store_bytes(levels, target + at, rounded(value))


@compiled
def _draw(room: Any, source: int, end: int, lanes: int) -> None:
    """Turn probabilities p into 2p - 1."""
    for at in range(source, source + end, lanes):
        p = load(room, at)
        store(room, at, p + p - 1.0)


@compiled
def _classify(room: Any, source: int, classes: int, levels: Any, target: int, end: int, lanes: int) -> None:
    """Turn probabilities, rows of `BAND` points, into bytes: class << 5 | level."""
    share = 1.0 / classes
    for at in range(0, end, lanes):
        best = if_nan(load(room, source + at), 0.0)
        winner = best * 0.0
        for j in range(1, classes):
            p = if_nan(load(room, source + j * BAND + at), 0.0)
            winner = if_less(best, p, everywhere(room, float(j)), winner)
            best = if_less(best, p, p, best)
        confidence = between((best - share) / (1.0 - share), 0.0, 1.0)
        store_bytes(levels, target + at, winner * 32.0 + rounded(confidence * CONFIDENCE))


def _paint(
    parameters: Any, shape: Any, codes: Any, probability: bool, several: bool, inputs: Any, points: int,
    lanes: int, depth: int, neuron: int, what: int, room: Any, values: Any, levels: Any,
) -> float:  # fmt: skip
    """Fill `levels`, and return the scale of the picture.

    Args:
        parameters: the flat vector, in the precision of all the floats here.
        shape: neurons of each layer, inputs first.
        codes: of the activations of each layer after the inputs.
        probability: whether the outputs are probabilities.
        several: whether there are several that depend on each other.
        inputs: at the cells, input after input.
        points: cells, a multiple of `lanes`.
        lanes: floats in a vector.
        depth: layers to go through.
        neuron: of the last of these, where one is drawn.
        what: `ALL`, `ONE` or `WINNER`.
        room: memory: 2 times the widest layer times `BAND` floats.
        values: memory for one picture: as many floats as points.
        levels: bytes: as many for each neuron that is drawn.
    """
    last = len(codes) - 1
    half = len(room) // 2
    # The classes of an output depend on each other; any other node is drawn by itself.
    alone = what == ONE and not (several and depth - 1 == last)
    for start in range(0, points, BAND):
        end = min(BAND, points - start)
        source, target, weights, row = half, 0, 0, 0
        for number in range(depth - 1 if alone else depth):
            neurons = shape[number + 1]
            joint = several and number == last
            code = LINEAR if joint else codes[number]
            if number == 0:
                layer(
                    parameters, weights, shape[0], neurons, code,
                    inputs, start, points, room, target, end, lanes,
                )  # fmt: skip
            else:
                layer(
                    parameters, weights, shape[number], neurons, code,
                    room, source, BAND, room, target, end, lanes,
                )  # fmt: skip
            if joint:
                softmax(room, target, neurons, end, lanes)
            if what == ALL:
                for j in range(neurons):
                    if probability and number == last:
                        _draw(room, target + j * BAND, end, lanes)
                    _quantize(room, target + j * BAND, 127.0, levels, (row + j) * points + start, end, lanes)
                row += neurons
            weights += (shape[number] + 1) * neurons
            source, target = target, source
        if alone:
            number = depth - 1
            neurons, code = shape[number + 1], codes[number]
            if number == 0:
                weigh(
                    parameters, weights, shape[0], neurons, neuron,
                    inputs, start, points, values, start, end, lanes,
                )  # fmt: skip
            else:
                weigh(
                    parameters, weights, shape[number], neurons, neuron,
                    room, source, BAND, values, start, end, lanes,
                )  # fmt: skip
            apply(code, values, start, end, lanes)
        elif what == ONE:
            for at in range(0, end, lanes):
                store(values, start + at, load(room, source + neuron * BAND + at))
        elif what == WINNER:
            _classify(room, source, shape[last + 1], levels, start, end, lanes)
    if what != ONE:
        return 1.0
    if probability and depth - 1 == last:
        _draw(values, 0, points, lanes)
    strongest = everywhere(values, 0.0)
    for at in range(0, points, lanes):
        size = if_nan(magnitude(load(values, at)), 0.0)
        strongest = if_less(strongest, size, size, strongest)
    scale = min(max(float(largest(strongest)), FAINTEST), 1.0)
    _quantize(values, 0, 127.0 / scale, levels, 0, points, lanes)
    return scale


def _paint_both(
    parameters: Any, shape: Any, codes: Any, probability: bool, several: bool, lanes: int,
    inputs: Any, points: int, levels: Any, fine_inputs: Any, fine_points: int, fine_levels: Any,
    depth: int, neuron: int, what: int, room: Any, values: Any,
) -> float:  # fmt: skip
    """Draw all neurons coarsely, then one picture finely, and return the scale of that.

    The arguments are those of `paint`; of `inputs`, `points` and `levels` there are two of each.
    """
    _paint_here(
        parameters, shape, codes, probability, several, inputs, points, lanes, len(codes), 0, ALL,
        room, values, levels,
    )  # fmt: skip
    scale: float = _paint_here(
        parameters, shape, codes, probability, several, fine_inputs, fine_points, lanes, depth, neuron, what,
        room, values, fine_levels,
    )  # fmt: skip
    return scale


_paint_here = compiled(_paint)


def _signature(number: Any, *, both: bool = False) -> Any:
    numbers, ints = number[::1], types.int64[::1]
    inputs = types.Array(number, 1, "C", readonly=True)
    if both:
        grid = (inputs, types.int64, types.uint8[::1])
        return types.float64(
            numbers, ints, ints, types.boolean, types.boolean, types.int64, *grid, *grid, *[types.int64] * 3,
            numbers, numbers,
        )  # fmt: skip
    return types.float64(
        numbers, ints, ints, types.boolean, types.boolean, inputs, *[types.int64] * 5,
        numbers, numbers, types.uint8[::1],
    )  # fmt: skip


paint = njit(
    [_signature(types.float32), _signature(types.float64)], error_model="numpy", nogil=True, cache=CACHED
)(_paint)

paint_both = njit(
    [_signature(types.float32, both=True), _signature(types.float64, both=True)],
    error_model="numpy",
    nogil=True,
    cache=CACHED,
)(_paint_both)
