"""The values of a network of images in an evaluation, eight points at a time, and its losses and accuracies.

`image_chains` compiles both functions. Values are rows of eight points. `chain_fields` has the columns of the
table, `image_layout.evaluation_table` makes it.
"""

from typing import Any

from numba import types

from engine.kernels.activations import apply
from engine.kernels.chain_fields import (
    BUFFERS,
    CODE,
    COLUMNS,
    INFER,
    INPUTS,
    KIND,
    NEURONS,
    OUTPUTS_PLACE,
    PARAMETERS,
    POSITIONS,
    PROJECTS,
    SKIP,
    SKIPPED,
    SOURCE,
    VALUES,
)
from engine.kernels.chain_products import add_product, add_rows, copy_rows
from engine.kernels.codes import (
    ACTIVATION,
    AVERAGE_POOL,
    BATCH_NORM,
    CONV,
    DENSE,
    LAYER_NORM,
    MAX_POOL,
    RESIDUAL,
    SOFTMAX,
)
from engine.kernels.convolving import convolve
from engine.kernels.evaluation import add_band, divide_by_counts
from engine.kernels.inference import apply_to_rows, softmax
from engine.kernels.jit import call_of, helper
from engine.kernels.memory_layout import BAND
from engine.kernels.normalizing import normalize_by_running, normalize_points
from engine.kernels.pooling import pool
from engine.kernels.simd_memory import load, store


@helper
def _infer_layer(parameters: Any, table: Any, row: int, scratch: Any) -> None:
    """Compute the values of a layer from those of the layers before it."""
    kind, neurons, own = table[row + KIND], table[row + NEURONS], table[row + PARAMETERS]
    source, values = table[row + SOURCE], table[row + VALUES]
    if kind in (CONV, DENSE):
        convolve(parameters, table, row, scratch, source, values)
        return
    if kind in (MAX_POOL, AVERAGE_POOL):
        pool(table, row, scratch, source, values, -1)
        return
    if source != values:
        copy_rows(scratch, source, values, neurons, 8, 8)
    if kind == ACTIVATION:
        apply(table[row + CODE], scratch, values, neurons * 8)
    elif kind == BATCH_NORM:
        channels, step = neurons // table[row + POSITIONS], table[row + POSITIONS] * 8
        normalize_by_running(parameters, own, table[row + BUFFERS], scratch, values, channels, step, step)
    elif kind == LAYER_NORM:
        normalize_points(parameters, own, scratch, values, neurons, 8, 8, -1, -1)
    elif kind == RESIDUAL:
        if table[row + PROJECTS]:
            skipped = table[row + SKIPPED]
            add_product(parameters, own, skipped, neurons, scratch, table[row + SKIP], values, 8, 8)
        else:
            add_rows(scratch, table[row + SKIP], values, neurons, 8, 8)


def infer(
    parameters: Any, table: Any, layers: int, inputs: Any, first: int, points: int, scratch: Any,
    sums: Any, at: int, step: int,
) -> None:  # fmt: skip
    """Write the pre-activations of the output for some points.

    Args:
        parameters: the flat vector of parameters and buffers.
        table: the table.
        layers: number of its rows.
        inputs: (n, inputs)
        first: index of the first point.
        points: number of points.
        scratch: as much memory as the table needs.
        sums: memory of the results, rows of points.
        at: index of the first result there.
        step: floats from one row to the next; a row has whole vectors.
    """
    width, last = table[INPUTS], (layers - 1) * COLUMNS
    for start in range(0, points, 8):
        for lane in range(8):
            # Lanes beyond the last point repeat it.
            point = (first + min(start + lane, points - 1)) * width
            for i in range(width):
                scratch[i * 8 + lane] = inputs[point + i]
        for number in range(layers):
            _infer_layer(parameters, table, number * COLUMNS, scratch)
        for j in range(table[last + NEURONS]):
            store(sums, at + j * step + start, load(scratch, table[last + VALUES] + j * 8))


_floats, _ints = types.CPointer(types.float64), types.CPointer(types.int64)

SIGNATURE = types.void(
    *(_floats, _ints, types.int64, _floats, types.int64, types.int64, _floats, _floats, types.int64),
    types.int64,
)
"""Of `infer`."""

_call_infer = call_of(SIGNATURE)


def evaluate(
    parameters: Any, table: Any, _codes: Any, layers: int, head: int, huber: float, threshold: float,
    inputs: Any, targets: Any, points: int, split: int, scratch: Any, result: Any, at: int,
) -> None:  # fmt: skip
    """Write training loss, test loss, training accuracy and test accuracy.

    The arguments are those of `evaluation.evaluate`, with the flat vector of parameters and buffers, and with
    `image_layout.evaluation_table` in place of the shape.
    """
    last = (layers - 1) * COLUMNS
    classes, outputs = table[last + NEURONS], table[last + OUTPUTS_PLACE]
    sums = outputs + classes * BAND
    for i in range(4):
        result[at + i] = 0.0
    for start in range(0, points, BAND):
        here = min(BAND, points - start)
        _call_infer(
            table[INFER], (parameters, table, layers, inputs, start, here, scratch, scratch, sums, BAND)
        )
        end = (here + 7) // 8 * 8
        copy_rows(scratch, sums, outputs, classes, BAND, end)
        if head == SOFTMAX:
            softmax(scratch, outputs, classes, BAND, end)
        else:
            apply_to_rows(table[last + CODE], scratch, outputs, classes, BAND, end)
        add_band(
            head, huber, threshold, scratch, sums, outputs, targets, classes, start, here, split, result, at
        )
    divide_by_counts(result, at, points, split)
