"""The values of a chain of layers of any kinds in an evaluation, in either precision.

Values are rows, one for each neuron, whose points are adjacent and which begin `BAND` floats apart.
`chain_fields` has the columns of the table, `chain_layout.evaluation_table` makes it.
"""

from typing import Any

from engine.kernels.chain_fields import (
    BUFFERS,
    CODE,
    INPUTS,
    KIND,
    NEURONS,
    PARAMETERS,
    PROJECTS,
    SKIP,
    SKIPPED,
    SOURCE,
    VALUES,
)
from engine.kernels.chain_products import add_product, add_rows, copy_rows
from engine.kernels.codes import ACTIVATION, BATCH_NORM, DENSE, LAYER_NORM, RESIDUAL
from engine.kernels.inference import affine, apply_to_rows
from engine.kernels.jit import helper
from engine.kernels.memory_layout import BAND
from engine.kernels.normalizing import normalize_by_running, normalize_points


@helper
def infer(parameters: Any, table: Any, row: int, scratch: Any, points: int) -> None:
    """Compute the values of a layer from those of the layers before it.

    Args:
        parameters: the flat vector of the parameters, then the buffers.
        table: the table.
        row: index of the layer's row.
        scratch: the memory of all values.
        points: number of points, a multiple of the lanes of a vector, at most `BAND`.
    """
    kind, neurons = table[row + KIND], table[row + NEURONS]
    source, values, own = table[row + SOURCE], table[row + VALUES], table[row + PARAMETERS]
    if kind == DENSE:
        affine(
            parameters, own, table[row + INPUTS], neurons, 0, neurons,
            scratch, source, BAND, scratch, values, BAND, points,
        )  # fmt: skip
        return
    if source != values:
        copy_rows(scratch, source, values, neurons, BAND, points)
    if kind == ACTIVATION:
        apply_to_rows(table[row + CODE], scratch, values, neurons, BAND, points)
    elif kind == BATCH_NORM:
        normalize_by_running(parameters, own, table[row + BUFFERS], scratch, values, neurons, BAND, points)
    elif kind == LAYER_NORM:
        normalize_points(parameters, own, scratch, values, neurons, BAND, points, -1, -1)
    elif kind == RESIDUAL:
        if table[row + PROJECTS]:
            skipped = table[row + SKIPPED]
            add_product(parameters, own, skipped, neurons, scratch, table[row + SKIP], values, BAND, points)
        else:
            add_rows(scratch, table[row + SKIP], values, neurons, BAND, points)
