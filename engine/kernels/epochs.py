"""Epochs with a look at the losses now and then, in one go of compiled code: for a page that shows both."""

from typing import Any

import numpy as np
from numba import njit, types

from engine.kernels import metrics, train
from engine.kernels.activations import CACHED
from engine.kernels.memory_layout import Spot

GOOD, PARAMETERS, LOSS = 0, 1, 2
"""How it ended: with all numbers finite; with a parameter, or a loss, that was not."""

LOOK = 5
"""Numbers of a look: the epoch, then what `metrics.measure` gives."""

_floats, _mask, _table, _ints = (
    types.float64[::1],
    types.boolean[::1],
    types.float64[:, ::1],
    types.int64[::1],
)
SIGNATURE = types.int64(
    *train.SIGNATURE.args[:-1],
    types.int64,
    types.int64,
    *metrics.SIGNATURE.args[1:-1],
    _floats,
    _mask,
    _table,
    _table,
    _ints,
)


@njit(SIGNATURE, error_model="numpy", nogil=True, cache=CACHED)
def go(
    room: Any, layers: Any, spots: Any, numbers: Any, shares: Any, rates: Any, places: Any,
    parameters: Any, dead: Any, memory: Any, batch: int, epoch: int, steps: int, epochs: int, stride: int,
    shape: Any, codes: Any, head: int, huber: float, middle: float, inputs: Any, targets: Any, split: int,
    metrics_function: Any, good_parameters: Any, good_dead: Any, good_memory: Any, looks: Any, result: Any,
) -> int:  # fmt: skip
    """Finish so many epochs, the one under way being the first, and look at those that `stride` divides.

    Where all losses are finite, the state is copied to the `good_` arrays; where one is not, it ends.

    Args:
        room: as for `train.train`.
        layers: too.
        spots: too.
        numbers: too.
        shares: too.
        rates: too.
        places: too.
        parameters: too.
        dead: too.
        memory: too.
        batch: too.
        epoch: too.
        steps: too.
        epochs: to finish.
        stride: epochs from one look to the next.
        shape: as for `metrics.measure`.
        codes: too.
        head: too.
        huber: too.
        middle: too.
        inputs: too.
        targets: too.
        split: too.
        metrics_function: its memory.
        good_parameters: (P,) of the last look.
        good_dead: (P,) too.
        good_memory: (slots, P) too.
        looks: (n, `LOOK`), where the looks go.
        result: (2,), where mini-batches done and looks taken go.

    Returns:
        `GOOD`, `PARAMETERS` or `LOSS`. The arrays are as of the mini-batches done.
    """
    batches = (spots[Spot.POINTS] + spots[Spot.BATCH_SIZE] - 1) // spots[Spot.BATCH_SIZE]
    first, last = epoch, epoch + epochs
    done = taken = 0
    ending = GOOD
    while epoch < last and ending == GOOD:
        there = min(last, (epoch // stride + 1) * stride)
        count = (there - epoch) * batches - batch
        here = train.train(
            room, layers, spots, numbers, shares, rates[epoch - first :], places,
            parameters, dead, memory, batch, epoch, steps + done, count,
        )  # fmt: skip
        done += here
        if here < count:
            ending = PARAMETERS
            break
        epoch, batch = there, 0
        if epoch % stride:
            break
        look = looks[taken]
        look[0] = epoch
        metrics.measure(
            parameters, shape, codes, head, huber, middle, inputs, targets, split, metrics_function, look[1:]
        )
        taken += 1
        if not (np.isfinite(look[1]) and np.isfinite(look[2])):
            ending = LOSS
            break
        good_parameters[:] = parameters
        good_dead[:] = dead
        good_memory[:] = memory
    result[0], result[1] = done, taken
    return ending
