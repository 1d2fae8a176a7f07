"""Heat maps of chains of layers of any kinds in compiled code: `drawing` for networks that are not dense."""

from typing import Any

from engine.kernels.chain_fields import (
    CODE,
    COLUMNS,
    ENDS,
    INPUTS,
    KIND,
    NEURONS,
    NUMBER,
    OUTPUTS_PLACE,
    SOURCE,
    VALUES,
)
from engine.kernels.chain_inference import infer
from engine.kernels.chain_products import copy_rows
from engine.kernels.codes import ACTIVATION, ALL, ONE, WINNER
from engine.kernels.contours import copy_row, cuts_at_sum, lead, sides_of_sign, trace
from engine.kernels.drawing import MAX_SCALE, classify, quantize, rescale, scale_of
from engine.kernels.inference import apply_to_rows, softmax
from engine.kernels.jit import helper
from engine.kernels.memory_layout import BAND
from engine.kernels.simd_memory import lanes, load, pointer, store


@helper
def _draw_output(
    table: Any, last: int, probability: bool, several: bool, start: int, end: int, points: int,
    shown: bool, neuron: int, what: int, row: int, scratch: Any, values: Any, levels: Any, sums: Any,
    sides: Any,
) -> None:  # fmt: skip
    """Draw the outputs of a band of cells from their sums, which are in the scratch memory."""
    classes, first, outputs = table[last + NEURONS], table[last + VALUES], table[last + OUTPUTS_PLACE]
    copy_rows(scratch, first, outputs, classes, BAND, end)
    if several:
        softmax(scratch, outputs, classes, BAND, end)
    else:
        apply_to_rows(table[last + CODE], scratch, outputs, classes, BAND, end)
    if what == ALL:
        for j in range(classes):
            if probability:
                rescale(scratch, outputs + j * BAND, end)
            quantize(scratch, outputs + j * BAND, 127.0, levels, (row + j) * points + start, end)
    elif what == WINNER:
        for j in range(classes):
            copy_row(scratch, first + j * BAND, sums, j * points + start, end)
        classify(scratch, outputs, classes, levels, sides, start, end)
    elif shown:
        if several:
            lead(scratch, first, classes, BAND, neuron, sums, start, end)
        else:
            copy_row(scratch, first + neuron * BAND, sums, start, end)
        copy_row(scratch, outputs + neuron * BAND, values, start, end)


@helper
def draw(
    parameters: Any, table: Any, layers: int, probability: bool, several: bool,
    inputs: Any, points: int, depth: int, neuron: int, what: int, scratch: Any, values: Any, levels: Any,
    sums: Any, sides: Any,
) -> float:  # fmt: skip
    """Write the levels of a heat map, or of all of them; return its scale (1 if `what` is not `ONE`).

    The arguments are those of `drawing.draw`, with the flat vector of parameters and buffers, with
    `chain_layout.evaluation_table` in place of the shape, and with its scratch memory.
    """
    last = (layers - 1) * COLUMNS
    for start in range(0, points, BAND):
        end = min(BAND, points - start)
        for i in range(table[INPUTS]):
            for at in range(0, end, lanes(scratch)):
                store(scratch, i * BAND + at, load(inputs, i * points + start + at))
        drawn = 0
        for number in range(layers):
            row = number * COLUMNS
            if number == layers - 1:
                infer(parameters, table, row, scratch, end)
                _draw_output(
                    table, row, probability, several, start, end, points, depth == table[row + NUMBER] + 1,
                    neuron, what, drawn, scratch, values, levels, sums, sides,
                )  # fmt: skip
                break
            place = table[row + VALUES] + neuron * BAND
            shown = what == ONE and table[row + ENDS] != 0 and depth == table[row + NUMBER] + 1
            # An activation that ends the layer cuts the plane where its sum is 0.
            at_sum = shown and table[row + KIND] == ACTIVATION and cuts_at_sum(table[row + CODE])
            if at_sum:
                copy_row(scratch, table[row + SOURCE] + neuron * BAND, sums, start, end)
            infer(parameters, table, row, scratch, end)
            if shown:
                if not at_sum:
                    copy_row(scratch, place, sums, start, end)
                copy_row(scratch, place, values, start, end)
                break
            if what == ALL and table[row + ENDS]:
                for j in range(table[row + NEURONS]):
                    target = (drawn + j) * points + start
                    quantize(scratch, table[row + VALUES] + j * BAND, 127.0, levels, target, end)
                drawn += table[row + NEURONS]
    if what != ONE:
        return 1.0
    is_output = depth == table[last + NUMBER] + 1
    if probability and is_output:
        rescale(values, 0, points)
    scale: float = scale_of(values, points, 1.0 if is_output else MAX_SCALE)
    quantize(values, 0, 127.0 / scale, levels, 0, points)
    return scale


def paint(
    parameters_: Any, table_: Any, codes_: Any, probability: bool, several: bool, _widest: int,
    preview_inputs: Any, preview_points: int, preview_levels: Any,
    detail_inputs: Any, detail_points: int, detail_levels: Any,
    depth: int, neuron: int, what: int, scratch_: Any, values_: Any,
    sums_: Any, sides_: Any, size: int, steps_: Any, parts_: Any,
) -> float:  # fmt: skip
    """Draw the previews of all neurons, then the detail of one; return the scale of the detail.

    `chain_heatmaps` and `chain_heatmaps_double` compile it. The arguments are those of `drawing.paint`, with
    the changes of `draw`; `codes_` is as long as the table has rows.
    """
    parameters, table, layers = pointer(parameters_), pointer(table_), len(codes_)
    scratch, values = pointer(scratch_), pointer(values_)
    sums, sides = pointer(sums_), pointer(sides_)
    scale = 1.0
    for part in range(2):
        preview = part == 0
        points = preview_points if preview else detail_points
        if points > 0:
            scale = draw(
                parameters, table, layers, probability, several,
                pointer(preview_inputs) if preview else pointer(detail_inputs), points,
                depth, neuron, ALL if preview else what,
                scratch, values, pointer(preview_levels) if preview else pointer(detail_levels), sums, sides,
            )  # fmt: skip
    if size > 0:
        if what == ONE:
            sides_of_sign(sums, sides, detail_points)
        rows = table[(layers - 1) * COLUMNS + NEURONS] if what == WINNER else 1
        trace(sums, rows, detail_points, sides, detail_points, size, pointer(steps_), pointer(parts_))
    return scale
