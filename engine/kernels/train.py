"""The compiled training loop: runs the mini-batches of any number of epochs, with evaluations in between."""

import math
from typing import Any

from numba import types

from engine.kernels import batch_by_points
from engine.kernels.batch_by_neurons import call_gradient
from engine.kernels.evaluation import call_evaluate
from engine.kernels.fields import (
    BATCH_SIZE,
    COLUMNS,
    DATA,
    DATA_STEP,
    EVALUATE,
    HUBER_DELTA,
    INPUTS,
    KEPT,
    L1_RATE,
    LAYERS,
    LAYOUT,
    OTHER_GRADIENT,
    PARAMETERS,
    POINTS,
    PRUNED,
    SIZE,
    SLOPES,
    SLOTS,
    VALUES,
)
from engine.kernels.jit import entry, helper
from engine.kernels.memory_layout import ACROSS_POINTS
from engine.kernels.simd import fma, reduce_add
from engine.kernels.simd_memory import load, pointer, store
from engine.kernels.update import apply_update

GOOD, PARAMETERS_NOT_FINITE, LOSS_NOT_FINITE = 0, 1, 2
"""Results of `train_and_evaluate`."""

EVALUATION = 5
"""Numbers of an evaluation: the epoch, then the results of `evaluation.evaluate`."""


@helper
def _mini_batch(
    workspace: Any, layers: Any, header: Any, hyper: Any, dropout: Any, rate: float,
    batch: int, epoch: int, steps: int,
) -> None:  # fmt: skip
    first = batch * header[BATCH_SIZE]
    points = min(header[BATCH_SIZE], header[POINTS] - first)
    if header[LAYOUT] != ACROSS_POINTS:
        call_gradient(
            header[OTHER_GRADIENT],
            (workspace, layers, header, dropout, first, points, epoch, hyper[HUBER_DELTA]),
        )
    else:
        data, step = header[DATA] + batch * header[DATA_STEP], (points + 7) // 8 * 8
        targets = data + layers[INPUTS] * step
        batch_by_points.forward(workspace, layers, header, dropout, data, step, first, points, epoch)
        last = (header[LAYERS] - 1) * COLUMNS
        values, slopes = layers[last + VALUES], layers[last + SLOPES]
        batch_by_points.output_delta(
            workspace, values, slopes, header, targets, step, points, hyper[HUBER_DELTA]
        )
        batch_by_points.backward(workspace, layers, header, data, step)
    apply_update(workspace, header, hyper, rate, steps)


@helper
def _finite(workspace: Any, size: int) -> bool:
    """Return whether all parameters are finite: 0 times a non-finite number is nan."""
    zero = load(workspace, 0) * 0.0
    for at in range(0, size, 8):
        zero = fma(load(workspace, at), 0.0, zero)
    return bool(reduce_add(zero) == 0.0)


@helper
def _copy(workspace: Any, source: int, target: int, count: int) -> None:
    for at in range(0, count, 8):
        store(workspace, target + at, load(workspace, source + at))


@helper
def _keep(workspace: Any, header: Any, hyper: Any, restore: bool) -> None:
    """Copy parameters, optimizer state and pruned weights to their backup, or back if `restore` is set."""
    changing = (1 + header[SLOTS]) * header[SIZE]
    kept, kept_pruned = header[KEPT], header[KEPT] + changing
    _copy(workspace, kept if restore else 0, 0 if restore else kept, changing)
    if hyper[L1_RATE] > 0.0:
        pruned = header[PRUNED]
        source, target = (kept_pruned, pruned) if restore else (pruned, kept_pruned)
        _copy(workspace, source, target, header[SIZE])


@helper
def _load_state(
    workspace: Any, header: Any, offsets: Any, parameters: Any, pruned: Any, optimizer_state: Any
) -> None:
    """Copy a training's state into the workspace."""
    count, size, start_of_pruned = header[PARAMETERS], header[SIZE], header[PRUNED]
    for p in range(count):
        offset = offsets[p]
        workspace[offset] = parameters[p]
        workspace[start_of_pruned + offset] = 1.0 if pruned[p] != 0 else 0.0
        for slot in range(header[SLOTS]):
            workspace[(1 + slot) * size + offset] = optimizer_state[slot * count + p]


@helper
def _store_state(
    workspace: Any, header: Any, offsets: Any, parameters: Any, pruned: Any, optimizer_state: Any
) -> None:
    """Copy a training's state out of the workspace."""
    count, size, start_of_pruned = header[PARAMETERS], header[SIZE], header[PRUNED]
    for p in range(count):
        offset = offsets[p]
        parameters[p] = workspace[offset]
        pruned[p] = 1 if workspace[start_of_pruned + offset] > 0.5 else 0
        for slot in range(header[SLOTS]):
            optimizer_state[slot * count + p] = workspace[(1 + slot) * size + offset]


@helper
def run_batches(
    workspace: Any, layers: Any, header: Any, hyper: Any, dropout: Any, rates: Any, first_epoch: int,
    batch: int, epoch: int, steps: int, count: int,
) -> int:  # fmt: skip
    """Run mini-batches on the state in the workspace.

    Args:
        workspace: the workspace of the training.
        layers: the layer table.
        header: the header.
        hyper: the hyperparameters.
        dropout: the dropout rate of each hidden layer.
        rates: learning rates of the epochs from `first_epoch` on.
        first_epoch: the epoch of the first learning rate.
        batch: finished mini-batches of the current epoch.
        epoch: finished epochs.
        steps: mini-batches since the start of the training.
        count: mini-batches to run.

    Returns:
        the number of mini-batches done at the last check that found all parameters finite. There is a check
        at the end of each epoch and of the call. The workspace has the state of that check.
    """
    batches = (header[POINTS] + header[BATCH_SIZE] - 1) // header[BATCH_SIZE]
    done = good = 0
    while done < count:
        _keep(workspace, header, hyper, False)
        here = min(count - done, batches - batch)
        rate = rates[epoch - first_epoch]
        for number in range(batch, batch + here):
            _mini_batch(workspace, layers, header, hyper, dropout, rate, number, epoch, steps + done)
            done += 1
        if not _finite(workspace, header[SIZE]):
            _keep(workspace, header, hyper, True)
            break
        good = done
        epoch += 1
        batch = 0
    return good


_floats, _ints, _mask = types.float64[::1], types.int64[::1], types.boolean[::1]


_training = [_floats, _ints, _ints, _floats, _floats, _floats, _ints]
_state = [_floats, _mask, _floats]
_place = [types.int64] * 5
_points = [
    _ints,
    _ints,
    types.int64,
    types.float64,
    types.float64,
    _floats,
    _floats,
    types.int64,
    types.int64,
]


@entry(types.int64(*_training, *_state, *_place, *_points, _floats, *_state, _floats, _ints))
def train_and_evaluate(
    workspace_: Any, layers_: Any, header_: Any, hyper_: Any, dropout_: Any, rates_: Any, offsets_: Any,
    parameters_: Any, pruned_: Any, optimizer_state_: Any,
    batch: int, epoch: int, steps: int, count: int, stride: int,
    shape_: Any, codes_: Any, head: int, huber: float, threshold: float, inputs_: Any, targets_: Any,
    points: int, split: int, scratch_: Any,
    good_parameters_: Any, good_pruned_: Any, good_optimizer_state_: Any, evaluations_: Any, result_: Any,
) -> int:  # fmt: skip
    """Run mini-batches, and evaluate the losses after each epoch that is a multiple of `stride`.

    After an evaluation with finite losses the state is copied to the `good_` arrays; a non-finite loss ends
    the call. All arrays are C-contiguous.

    Args:
        workspace_: the workspace of the plan from `memory_layout.make`.
        layers_: the plan's layer table, flat.
        header_: the plan's header.
        hyper_: (`fields.HYPERPARAMETERS`,)
        dropout_: the dropout rate of each hidden layer.
        rates_: the learning rate of each epoch, the current one first.
        offsets_: parameter offsets of the plan.
        parameters_: (P,) the network's flat vector; it and the next two arrays are changed in place.
        pruned_: (P,) mask of the weights that L1 has pruned.
        optimizer_state_: (slots * P,)
        batch: finished mini-batches of the current epoch.
        epoch: finished epochs.
        steps: mini-batches since the start.
        count: mini-batches to run.
        stride: epochs from one evaluation to the next; 0: no evaluations.
        shape_: this and the next arguments up to `scratch_` as for `evaluation.evaluate`.
        codes_: see there.
        head: see there.
        huber: see there.
        threshold: see there.
        inputs_: see there.
        targets_: see there.
        points: see there.
        split: see there.
        scratch_: see there.
        good_parameters_: (P,) of the last evaluation.
        good_pruned_: (P,) of the last evaluation.
        good_optimizer_state_: (slots * P,) of the last evaluation.
        evaluations_: (n * `EVALUATION`,) for the results of evaluations.
        result_: (2,) for the numbers of mini-batches done and of evaluations.

    Returns:
        `GOOD`, `PARAMETERS_NOT_FINITE` or `LOSS_NOT_FINITE`. The arrays have the state after the mini-batches
        done.
    """
    workspace, layers, header, offsets = (
        pointer(workspace_),
        pointer(layers_),
        pointer(header_),
        pointer(offsets_),
    )
    hyper, dropout, rates = pointer(hyper_), pointer(dropout_), pointer(rates_)
    parameters, pruned, optimizer_state = pointer(parameters_), pointer(pruned_), pointer(optimizer_state_)
    good_parameters, good_pruned = pointer(good_parameters_), pointer(good_pruned_)
    good_optimizer_state = pointer(good_optimizer_state_)
    evaluations = pointer(evaluations_)
    batches = (header[POINTS] + header[BATCH_SIZE] - 1) // header[BATCH_SIZE]
    first_epoch = epoch
    done = evaluated = 0
    ending = GOOD
    while done < count:
        piece = count - done
        if stride:
            piece = min(piece, ((epoch // stride + 1) * stride - epoch) * batches - batch)
        _load_state(workspace, header, offsets, parameters, pruned, optimizer_state)
        ran = run_batches(
            workspace, layers, header, hyper, dropout, rates, first_epoch, batch, epoch, steps + done, piece
        )
        _store_state(workspace, header, offsets, parameters, pruned, optimizer_state)
        done += ran
        if ran < piece:
            ending = PARAMETERS_NOT_FINITE
            break
        epoch += (batch + ran) // batches
        batch = (batch + ran) % batches
        if stride == 0 or batch or epoch % stride:
            break
        at = evaluated * EVALUATION
        evaluations[at] = epoch
        call_evaluate(
            header[EVALUATE],
            (
                parameters, pointer(shape_), pointer(codes_), len(codes_), head, huber, threshold,
                pointer(inputs_), pointer(targets_), points, split, pointer(scratch_), evaluations, at + 1,
            ),
        )  # fmt: skip
        evaluated += 1
        if not (math.isfinite(evaluations[at + 1]) and math.isfinite(evaluations[at + 2])):
            ending = LOSS_NOT_FINITE
            break
        for p in range(header[PARAMETERS]):
            good_parameters[p] = parameters[p]
            good_pruned[p] = pruned[p]
        for p in range(header[SLOTS] * header[PARAMETERS]):
            good_optimizer_state[p] = optimizer_state[p]
    result_[0], result_[1] = done, evaluated
    return ending
