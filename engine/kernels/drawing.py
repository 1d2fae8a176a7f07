"""Heat maps of neurons in compiled code: a forward pass over the plane, quantized to 8 bits per cell.

`engine.reference.heatmaps` has the same in NumPy, and defines the levels.
"""

from typing import Any

from numba import types

from engine.kernels.codes import ALL, LINEAR, ONE, WINNER
from engine.kernels.contours import copy_row, cuts_at_sum, lead, sides_of_sign, trace
from engine.kernels.inference import affine, apply_to_rows, softmax
from engine.kernels.jit import helper
from engine.kernels.memory_layout import BAND
from engine.kernels.simd import absolute, reduce_max, round_to_even, select_lt, select_nan
from engine.kernels.simd_math import clamp
from engine.kernels.simd_memory import lanes, load, pointer, splat, store, store_bytes

MAX_CONFIDENCE, MIN_SCALE, MAX_SCALE = 31.0, 1e-6, 1e30
"""As in `engine.reference.heatmaps`."""


@helper
def quantize(values: Any, first: int, factor: float, levels: Any, target: int, count: int) -> None:
    """Write `factor` times the values as signed bytes, limited to -127..127; nan becomes 0."""
    for at in range(0, count, lanes(values)):
        value = select_nan(clamp(load(values, first + at) * factor, -127.0, 127.0), 0.0)
        store_bytes(levels, target + at, round_to_even(value))


@helper
def rescale(values: Any, first: int, count: int) -> None:
    """Replace probabilities p by 2p - 1."""
    for at in range(first, first + count, lanes(values)):
        p = load(values, at)
        store(values, at, p + p - 1.0)


@helper
def classify(
    values: Any, first: int, classes: int, levels: Any, sides: Any, target: int, points: int
) -> None:
    """Write rows of probabilities, `BAND` apart, as bytes, class << 5 | level, and the classes as floats."""
    chance = 1.0 / classes
    for at in range(0, points, lanes(values)):
        best = select_nan(load(values, first + at), 0.0)
        winner = best * 0.0
        for j in range(1, classes):
            p = select_nan(load(values, first + j * BAND + at), 0.0)
            winner = select_lt(best, p, splat(values, float(j)), winner)
            best = select_lt(best, p, p, best)
        confidence = clamp((best - chance) / (1.0 - chance), 0.0, 1.0)
        store_bytes(levels, target + at, winner * 32.0 + round_to_even(confidence * MAX_CONFIDENCE))
        store(sides, target + at, winner)


@helper
def scale_of(values: Any, count: int, max_scale: float) -> float:
    """Return the largest absolute value, limited to `MIN_SCALE`..`max_scale`."""
    strongest = splat(values, 0.0)
    for at in range(0, count, lanes(values)):
        size = select_nan(absolute(load(values, at)), 0.0)
        strongest = select_lt(strongest, size, size, strongest)
    return min(max(float(reduce_max(strongest)), MIN_SCALE), max_scale)


@helper
def draw(
    parameters: Any, shape: Any, codes: Any, layers: int, probability: bool, several: bool, widest: int,
    inputs: Any, points: int, depth: int, neuron: int, what: int, scratch: Any, values: Any, levels: Any,
    sums: Any, sides: Any,
) -> float:  # fmt: skip
    """Write the levels of a heat map, or of all of them; return its scale (1 if `what` is not `ONE`).

    Args:
        parameters: the flat vector, in the precision of all the floats here.
        shape: neurons of each layer, inputs first.
        codes: codes of the activations of each layer after the inputs.
        layers: number of layers after the inputs.
        probability: whether the outputs are probabilities.
        several: whether there are several outputs, with a softmax over them.
        widest: number of neurons, or inputs, of the widest layer.
        inputs: (inputs, points): the inputs at the cells.
        points: number of cells, a multiple of the lanes of a vector.
        depth: index of the layer whose neuron is drawn.
        neuron: index of the neuron.
        what: `ALL`, `ONE` or `WINNER`.
        scratch: 2 times `widest` times `BAND` floats.
        values: one float for each point.
        levels: (drawn neurons, points): bytes.
        sums: the sums whose sign or maximum parts the cells: one for each point, or (outputs, points) if
            `what` is `WINNER`.
        sides: the class of each point, if `what` is `WINNER`.
    """
    last, half = layers - 1, widest * BAND
    # The softmax needs all classes of an output; any other neuron is computed alone.
    alone = what == ONE and not (several and depth - 1 == last)
    for start in range(0, points, BAND):
        end = min(BAND, points - start)
        source, target, weights, row = half, 0, 0, 0
        for number in range(depth):
            neurons = shape[number + 1]
            first, count = (neuron, 1) if alone and number == depth - 1 else (0, neurons)
            joint = several and number == last
            # The first layer reads the cells' inputs.
            given = inputs if number == 0 else scratch
            place, step = (start, points) if number == 0 else (source, BAND)
            affine(
                parameters, weights, shape[number], neurons, first, count,
                given, place, step, scratch, target, BAND, end,
            )  # fmt: skip
            drawn = target + (0 if alone else neuron) * BAND
            shown = what == ONE and number == depth - 1
            if shown and joint:
                lead(scratch, target, neurons, BAND, neuron, sums, start, end)
            elif shown and cuts_at_sum(codes[number]):
                copy_row(scratch, drawn, sums, start, end)
            elif joint and what == WINNER:
                for j in range(neurons):
                    copy_row(scratch, target + j * BAND, sums, j * points + start, end)
            apply_to_rows(LINEAR if joint else codes[number], scratch, target, count, BAND, end)
            if shown and not joint and not cuts_at_sum(codes[number]):
                copy_row(scratch, drawn, sums, start, end)
            if joint:
                softmax(scratch, target, neurons, BAND, end)
            if what == ALL:
                for j in range(neurons):
                    if probability and number == last:
                        rescale(scratch, target + j * BAND, end)
                    quantize(scratch, target + j * BAND, 127.0, levels, (row + j) * points + start, end)
                row += neurons
            weights += (shape[number] + 1) * neurons
            source, target = target, source
        if what == ONE:
            copy_row(scratch, source + (0 if alone else neuron) * BAND, values, start, end)
        elif what == WINNER:
            classify(scratch, source, shape[layers], levels, sides, start, end)
    if what != ONE:
        return 1.0
    if probability and depth - 1 == last:
        rescale(values, 0, points)
    scale = scale_of(values, points, 1.0)
    quantize(values, 0, 127.0 / scale, levels, 0, points)
    return scale


def paint(
    parameters_: Any, shape_: Any, codes_: Any, probability: bool, several: bool, widest: int,
    preview_inputs: Any, preview_points: int, preview_levels: Any,
    detail_inputs: Any, detail_points: int, detail_levels: Any,
    depth: int, neuron: int, what: int, scratch_: Any, values_: Any,
    sums_: Any, sides_: Any, size: int, steps_: Any, parts_: Any,
) -> float:  # fmt: skip
    """Draw the previews of all neurons, then the detail of one; return the scale of the detail.

    `heatmaps` and `heatmaps_double` compile it.

    The arguments are those of `drawing.draw`, as flat arrays, and of `contours.trace`. Either number of
    points may be 0, which leaves that part out. The contour of the detail is left out if `size` is 0.
    """
    parameters, shape, codes, layers = pointer(parameters_), pointer(shape_), pointer(codes_), len(codes_)
    scratch, values = pointer(scratch_), pointer(values_)
    sums, sides = pointer(sums_), pointer(sides_)
    scale = 1.0
    for part in range(2):
        preview = part == 0
        points = preview_points if preview else detail_points
        if points > 0:
            scale = draw(
                parameters, shape, codes, layers, probability, several, widest,
                pointer(preview_inputs) if preview else pointer(detail_inputs), points,
                layers if preview else depth, 0 if preview else neuron, ALL if preview else what,
                scratch, values, pointer(preview_levels) if preview else pointer(detail_levels), sums, sides,
            )  # fmt: skip
    if size > 0:
        if what == ONE:
            sides_of_sign(sums, sides, detail_points)
        rows = shape[layers] if what == WINNER else 1
        trace(sums, rows, detail_points, sides, detail_points, size, pointer(steps_), pointer(parts_))
    return scale


def signature(number: Any) -> Any:
    """Return the signature of `paint` for a type of floats."""
    floats, ints = number[::1], types.int64[::1]
    grid = (types.Array(number, 1, "C", readonly=True), types.int64, types.uint8[::1])
    return types.float64(
        floats, ints, ints, types.boolean, types.boolean, types.int64, *grid, *grid, *[types.int64] * 3,
        floats, floats, floats, floats, types.int64, types.uint16[::1], types.uint8[::1],
    )  # fmt: skip
