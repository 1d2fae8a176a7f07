"""One mini-batch of a network of images: forward pass, backward pass and gradient.

Points are taken in blocks of eight. All values of a block are adjacent: a row of eight floats for each value
of a point. Those of the next block follow.

`chain_fields` has the columns of the table, `image_layout` makes it.
"""

from typing import Any

from engine.kernels.activations import activate
from engine.kernels.batch_by_points import output_delta
from engine.kernels.chain_fields import (
    ADDS,
    BUFFERS,
    CODE,
    COLUMNS,
    DATA_ROWS,
    GRADIENTS,
    INPUTS,
    INVERSES,
    KIND,
    NEURONS,
    NUMBER,
    PARAMETERS,
    POSITIONS,
    PROJECTS,
    SKIP,
    SKIP_ADDS,
    SKIP_GRADIENTS,
    SKIPPED,
    SOURCE,
    SOURCE_GRADIENTS,
    TAPE,
    VALUES,
)
from engine.kernels.chain_products import add_product, add_rows, copy_rows, propagate
from engine.kernels.codes import (
    ACTIVATION,
    AVERAGE_POOL,
    BATCH_NORM,
    CONV,
    DENSE,
    DROPOUT,
    LAYER_NORM,
    MAX_POOL,
    RESIDUAL,
)
from engine.kernels.convolving import add_weight_gradient, convolve, propagate_windows
from engine.kernels.dropout import apply_dropout
from engine.kernels.fields import BATCH_SIZE, DATA, DATA_STEP, GRADIENT, LAYERS, OUTPUTS, PARTS, SIZE
from engine.kernels.jit import helper
from engine.kernels.normalizing import batch_backward, batch_forward, layer_backward, normalize_points
from engine.kernels.outer_products import add_outer_products, add_sums
from engine.kernels.pooling import pool, unpool
from engine.kernels.simd import reduce_add
from engine.kernels.simd_memory import load, splat, store


@helper
def _block_of(table: Any, row: int, column: int, values: int, data: int, data_step: int, block: int) -> int:
    """Return the index of a block of values, `values` for a point, or of inputs if the column says so."""
    if table[row + column] == DATA_ROWS:
        return data + block * data_step
    return int(table[row + column]) + block * values * 8


@helper
def _forward_block(
    workspace: Any, table: Any, row: int, header: Any, dropout: Any, data: int, data_step: int, block: int,
    first: int, points: int, epoch: int,
) -> None:  # fmt: skip
    """Compute the values of a block; of layers but batch normalisation."""
    kind, neurons = table[row + KIND], table[row + NEURONS]
    own = block * neurons * 8
    values, tape, parameters = table[row + VALUES] + own, table[row + TAPE] + own, table[row + PARAMETERS]
    source = _block_of(table, row, SOURCE, table[row + INPUTS], data, data_step, block)
    if kind in (CONV, DENSE):
        convolve(workspace, table, row, workspace, source, values)
    elif kind in (MAX_POOL, AVERAGE_POOL):
        pool(table, row, workspace, source, values, tape)
    else:
        if source != values:
            copy_rows(workspace, source, values, neurons, 8, 8)
        if kind == ACTIVATION:
            activate(table[row + CODE], workspace, values, tape, neurons * 8)
        elif kind == LAYER_NORM:
            inverses = table[row + INVERSES] + block * 8
            normalize_points(workspace, parameters, workspace, values, neurons, 8, 8, tape, inverses)
        elif kind == RESIDUAL:
            skipped = table[row + SKIPPED]
            skip = _block_of(table, row, SKIP, skipped, data, data_step, block)
            if table[row + PROJECTS]:
                add_product(workspace, parameters, skipped, neurons, workspace, skip, values, 8, 8)
            else:
                add_rows(workspace, skip, values, neurons, 8, 8)
        elif kind == DROPOUT:
            for at in range(tape, tape + neurons * 8, 8):
                store(workspace, at, splat(workspace, 1.0))
            number, hidden = table[row + NUMBER], table[(header[LAYERS] - 1) * COLUMNS + NUMBER]
            apply_dropout(
                workspace, values, tape, dropout[number], header, number, hidden,
                first + block * 8, min(8, points - block * 8), neurons, 1, 8, epoch,
            )  # fmt: skip


@helper
def _forward(
    workspace: Any, table: Any, header: Any, dropout: Any, data: int, data_step: int, present: int,
    first: int, points: int, epoch: int,
) -> None:  # fmt: skip
    """Compute the values of all layers."""
    blocks = (points + 7) // 8
    for number in range(header[LAYERS]):
        row = number * COLUMNS
        if table[row + KIND] == BATCH_NORM:
            rows, neurons, positions = _channels(table, row), table[row + NEURONS], table[row + POSITIONS]
            source, values = table[row + SOURCE], table[row + VALUES]
            if source != values:
                copy_rows(workspace, source, values, neurons * blocks, 8, 8)
            batch_forward(
                workspace, values, rows, positions * 8, blocks, positions, points, present, data_step,
                table[row + PARAMETERS], table[row + BUFFERS], table[row + TAPE], table[row + INVERSES],
            )  # fmt: skip
        else:
            for block in range(blocks):
                _forward_block(
                    workspace, table, row, header, dropout, data, data_step, block, first, points, epoch
                )


@helper
def _channels(table: Any, row: int) -> int:
    """Return how many statistics a batch normalisation has: of channels, or neurons."""
    return int(table[row + NEURONS]) // int(table[row + POSITIONS])


@helper
def _copy_or_add(workspace: Any, gradients: int, target: int, rows: int, adds: int) -> None:
    """Copy gradients, or add them to what is there if `adds`."""
    if adds:
        add_rows(workspace, gradients, target, rows, 8, 8)
    else:
        copy_rows(workspace, gradients, target, rows, 8, 8)


@helper
def _add_partial_sums(workspace: Any, header: Any, result: int, count: int) -> None:
    """Add partial sums to the gradient by parameters."""
    for number in range(count):
        total = reduce_add(load(workspace, header[PARTS] + number * 8))
        workspace[header[GRADIENT] + result + number] += total


@helper
def _backward_block(workspace: Any, table: Any, row: int, header: Any, block: int) -> None:
    """Propagate the gradient of a block back through a layer, but for batch normalisation."""
    kind, neurons, parameters = table[row + KIND], table[row + NEURONS], table[row + PARAMETERS]
    own, inputs = block * neurons * 8, table[row + INPUTS]
    gradients, tape, target = table[row + GRADIENTS] + own, table[row + TAPE] + own, DATA_ROWS
    if table[row + SOURCE_GRADIENTS] != DATA_ROWS:
        target = table[row + SOURCE_GRADIENTS] + block * inputs * 8
    if kind in (CONV, DENSE):
        if target != DATA_ROWS:
            propagate_windows(workspace, table, row, gradients, target)
    elif kind in (MAX_POOL, AVERAGE_POOL):
        if target != DATA_ROWS:
            unpool(workspace, table, row, gradients, target, tape)
    else:
        if kind in (ACTIVATION, DROPOUT):
            for at in range(0, neurons * 8, 8):
                slope = load(workspace, gradients + at) * load(workspace, tape + at)
                store(workspace, gradients + at, slope)
        elif kind == LAYER_NORM:
            inverses = table[row + INVERSES] + block * 8
            layer_backward(workspace, gradients, neurons, 8, parameters, header[PARTS], tape, inverses)
            _add_partial_sums(workspace, header, parameters, 2 * neurons)
        elif kind == RESIDUAL and table[row + SKIP_GRADIENTS] != DATA_ROWS:
            skipped, adds = table[row + SKIPPED], table[row + SKIP_ADDS]
            skip = table[row + SKIP_GRADIENTS] + block * skipped * 8
            if table[row + PROJECTS]:
                propagate(workspace, parameters, skipped, neurons, gradients, skip, 8, adds)
            else:
                _copy_or_add(workspace, gradients, skip, neurons, adds)
        if target not in (gradients, DATA_ROWS):
            _copy_or_add(workspace, gradients, target, neurons, table[row + ADDS])


@helper
def _add_weight_gradients(
    workspace: Any, table: Any, row: int, header: Any, data: int, data_step: int, blocks: int
) -> None:
    """Add the gradient by the weights of a convolution, a dense layer or a projection."""
    kind, projects = table[row + KIND], table[row + KIND] == RESIDUAL
    neurons, inputs = table[row + NEURONS], table[row + SKIPPED] if projects else table[row + INPUTS]
    source = table[row + SKIP] if projects else table[row + SOURCE]
    source, step = (data, data_step) if source == DATA_ROWS else (source, inputs * 8)
    gradients, result = table[row + GRADIENTS], header[GRADIENT] + table[row + PARAMETERS]
    if kind == CONV:
        add_weight_gradient(workspace, table, row, source, step, gradients, blocks, result)
    else:
        scratch = header[PARTS]
        add_outer_products(workspace, source, step, inputs, gradients, neurons, blocks, scratch, result)
        if kind == DENSE:
            add_sums(workspace, gradients, neurons, blocks, result + inputs * neurons)


@helper
def _backward(
    workspace: Any, table: Any, header: Any, data: int, data_step: int, present: int, points: int
) -> None:
    """Propagate the derivatives of the last layer back through all layers, and write the gradient."""
    for at in range(header[GRADIENT], header[GRADIENT] + header[SIZE], 8):
        store(workspace, at, splat(workspace, 0.0))
    blocks = (points + 7) // 8
    for number in range(header[LAYERS] - 1, -1, -1):
        row = number * COLUMNS
        kind, gradients, target = table[row + KIND], table[row + GRADIENTS], table[row + SOURCE_GRADIENTS]
        if kind == BATCH_NORM:
            rows, positions = _channels(table, row), table[row + POSITIONS]
            batch_backward(
                workspace, gradients, rows, positions * 8, blocks, positions, points, present, data_step,
                table[row + PARAMETERS], header[PARTS], table[row + TAPE], table[row + INVERSES],
            )  # fmt: skip
            _add_partial_sums(workspace, header, table[row + PARAMETERS], 2 * rows)
            if target != gradients:
                _copy_or_add(workspace, gradients, target, table[row + NEURONS] * blocks, table[row + ADDS])
        else:
            if kind in (CONV, DENSE) or (kind == RESIDUAL and table[row + PROJECTS] != 0):
                _add_weight_gradients(workspace, table, row, header, data, data_step, blocks)
            for block in range(blocks):
                _backward_block(workspace, table, row, header, block)


def gradient(
    workspace: Any, table: Any, header: Any, dropout: Any, first: int, points: int, epoch: int, huber: float
) -> None:
    """Write the gradient of a mini-batch, and update the buffers. `image_chains` compiles it.

    The arguments are those of `batch_by_neurons.gradient`, with the table of a chain.
    """
    data = header[DATA] + first // header[BATCH_SIZE] * header[DATA_STEP]
    targets, outputs = table[INPUTS] * 8, header[OUTPUTS]
    data_step = targets + (outputs + 1) * 8
    present = data + targets + outputs * 8
    _forward(workspace, table, header, dropout, data, data_step, present, first, points, epoch)
    last = (header[LAYERS] - 1) * COLUMNS
    for block in range((points + 7) // 8):
        own = block * outputs * 8
        values, slopes = table[last + VALUES] + own, table[last + GRADIENTS] + own
        activate(table[last + CODE], workspace, values, slopes, outputs * 8)
        output_delta(workspace, values, slopes, header, data + block * data_step + targets, 8, points, huber)
    _backward(workspace, table, header, data, data_step, present, points)
