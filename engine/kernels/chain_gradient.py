"""One mini-batch of a chain of layers of any kinds: forward pass, backward pass and gradient.

The values of a layer are rows (neurons, points), the points padded to whole vectors of 8. `chain_fields` has
the columns of the table, `chain_layout` makes it. All kinds but dense layers first copy their inputs, unless
they work in place, and then replace the values by their results; on the way back likewise.
"""

from typing import Any

from engine.kernels.activations import activate
from engine.kernels.batch_by_points import output_delta, write_bias_sums, write_partial_sums
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
from engine.kernels.codes import ACTIVATION, BATCH_NORM, DENSE, DROPOUT, LAYER_NORM, RESIDUAL
from engine.kernels.dropout import apply_dropout
from engine.kernels.fields import BATCH_SIZE, DATA, DATA_STEP, GRADIENT, LAYERS, OUTPUTS, PARTS, SIZE
from engine.kernels.inference import affine
from engine.kernels.jit import helper
from engine.kernels.normalizing import batch_backward, batch_forward, layer_backward, normalize_points
from engine.kernels.simd_memory import load, reduce_add_rows, splat, store


@helper
def _change_values(
    workspace: Any, table: Any, row: int, header: Any, dropout: Any, data: int, step: int, present: int,
    first: int, points: int, epoch: int,
) -> None:  # fmt: skip
    """Replace the inputs of a layer that is not dense by its results."""
    kind, neurons, values = table[row + KIND], table[row + NEURONS], table[row + VALUES]
    parameters, tape, inverses = table[row + PARAMETERS], table[row + TAPE], table[row + INVERSES]
    if kind == ACTIVATION:
        activate(table[row + CODE], workspace, values, tape, neurons * step)
    elif kind == BATCH_NORM:
        batch_forward(
            workspace, values, neurons, step, 1, 1, points, present, 0, parameters, table[row + BUFFERS],
            tape, inverses,
        )  # fmt: skip
    elif kind == LAYER_NORM:
        normalize_points(workspace, parameters, workspace, values, neurons, step, step, tape, inverses)
    elif kind == RESIDUAL:
        skip = data if table[row + SKIP] == DATA_ROWS else table[row + SKIP]
        if table[row + PROJECTS]:
            add_product(
                workspace, parameters, table[row + SKIPPED], neurons, workspace, skip, values, step, step
            )
        else:
            add_rows(workspace, skip, values, neurons, step, step)
    elif kind == DROPOUT:
        for at in range(tape, tape + neurons * step, 8):
            store(workspace, at, splat(workspace, 1.0))
        number, hidden = table[row + NUMBER], table[(header[LAYERS] - 1) * COLUMNS + NUMBER]
        apply_dropout(
            workspace, values, tape, dropout[number], header, number, hidden,
            first, points, neurons, 1, step, epoch,
        )  # fmt: skip


@helper
def _forward(
    workspace: Any, table: Any, header: Any, dropout: Any, data: int, step: int, present: int,
    first: int, points: int, epoch: int,
) -> None:  # fmt: skip
    """Compute the values of all layers, and the outputs with their derivatives."""
    for number in range(header[LAYERS]):
        row = number * COLUMNS
        neurons, values = table[row + NEURONS], table[row + VALUES]
        source = data if table[row + SOURCE] == DATA_ROWS else table[row + SOURCE]
        if table[row + KIND] == DENSE:
            affine(
                workspace, table[row + PARAMETERS], table[row + INPUTS], neurons, 0, neurons,
                workspace, source, step, workspace, values, step, step,
            )  # fmt: skip
        else:
            if source != values:
                copy_rows(workspace, source, values, neurons, step, step)
            _change_values(workspace, table, row, header, dropout, data, step, present, first, points, epoch)
    last = (header[LAYERS] - 1) * COLUMNS
    activate(
        table[last + CODE], workspace, table[last + VALUES], table[last + GRADIENTS],
        table[last + NEURONS] * step,
    )  # fmt: skip


@helper
def _change_gradients(
    workspace: Any, table: Any, row: int, data: int, step: int, present: int, points: int, parts: int
) -> None:
    """Replace the gradient by the results of a layer that is not dense by that by its inputs."""
    kind, neurons, gradients = table[row + KIND], table[row + NEURONS], table[row + GRADIENTS]
    parameters, tape, inverses = table[row + PARAMETERS], table[row + TAPE], table[row + INVERSES]
    part = parts + parameters * 8
    if kind in (ACTIVATION, DROPOUT):
        for at in range(0, neurons * step, 8):
            slope = load(workspace, gradients + at) * load(workspace, tape + at)
            store(workspace, gradients + at, slope)
    elif kind == BATCH_NORM:
        batch_backward(
            workspace, gradients, neurons, step, 1, 1, points, present, 0, parameters, part, tape, inverses
        )
    elif kind == LAYER_NORM:
        layer_backward(workspace, gradients, neurons, step, parameters, part, tape, inverses)
    elif kind == RESIDUAL:
        skipped, target, adds = table[row + SKIPPED], table[row + SKIP_GRADIENTS], table[row + SKIP_ADDS]
        if table[row + PROJECTS]:
            skip = data if table[row + SKIP] == DATA_ROWS else table[row + SKIP]
            write_partial_sums(workspace, part, skip, skipped, gradients, neurons, step)
            if target != DATA_ROWS:
                propagate(workspace, parameters, skipped, neurons, gradients, target, step, adds)
        elif target != DATA_ROWS:
            _copy_or_add(workspace, gradients, target, neurons, step, adds)


@helper
def _copy_or_add(workspace: Any, gradients: int, target: int, neurons: int, step: int, adds: int) -> None:
    """Copy gradients, or add them to what is there if `adds`."""
    if adds:
        add_rows(workspace, gradients, target, neurons, step, step)
    else:
        copy_rows(workspace, gradients, target, neurons, step, step)


@helper
def _backward(
    workspace: Any, table: Any, header: Any, data: int, step: int, present: int, points: int
) -> None:
    """Propagate the derivatives of the last layer back through all layers, and write the gradient."""
    parts = header[PARTS]
    for number in range(header[LAYERS] - 1, -1, -1):
        row = number * COLUMNS
        inputs, neurons, gradients = table[row + INPUTS], table[row + NEURONS], table[row + GRADIENTS]
        target, weights = table[row + SOURCE_GRADIENTS], table[row + PARAMETERS]
        if table[row + KIND] == DENSE:
            source = data if table[row + SOURCE] == DATA_ROWS else table[row + SOURCE]
            write_partial_sums(workspace, parts + weights * 8, source, inputs, gradients, neurons, step)
            write_bias_sums(workspace, parts + (weights + inputs * neurons) * 8, gradients, neurons, step)
            if target != DATA_ROWS:
                propagate(workspace, weights, inputs, neurons, gradients, target, step, table[row + ADDS])
        else:
            _change_gradients(workspace, table, row, data, step, present, points, parts)
            if target not in (gradients, DATA_ROWS):
                _copy_or_add(workspace, gradients, target, neurons, step, table[row + ADDS])
    for at in range(0, header[SIZE], 8):
        store(workspace, header[GRADIENT] + at, reduce_add_rows(workspace, parts + at * 8))


def gradient(
    workspace: Any, table: Any, header: Any, dropout: Any, first: int, points: int, epoch: int, huber: float
) -> None:
    """Write the gradient of a mini-batch, and update the buffers. `chains` compiles it.

    The arguments are those of `batch_by_neurons.gradient`, with the table of a chain.
    """
    data, step = header[DATA] + first // header[BATCH_SIZE] * header[DATA_STEP], (points + 7) // 8 * 8
    targets = data + table[INPUTS] * step
    present = targets + header[OUTPUTS] * step
    _forward(workspace, table, header, dropout, data, step, present, first, points, epoch)
    last = (header[LAYERS] - 1) * COLUMNS
    output_delta(
        workspace, table[last + VALUES], table[last + GRADIENTS], header, targets, step, points, huber
    )
    _backward(workspace, table, header, data, step, present, points)
