"""Mini-batch after mini-batch in compiled code, over as many epochs as are asked for."""

from typing import Any

from numba import njit, types

from engine.kernels import batch_by_neurons, batch_by_points, update
from engine.kernels.activations import CACHED, compiled
from engine.kernels.memory_layout import ACROSS_NEURONS, INPUTS, Numbers, Spot
from engine.kernels.simd import fma, load, store, total


@compiled
def _mini_batch(
    room: Any,
    layers: Any,
    spots: Any,
    numbers: Any,
    shares: Any,
    rate: float,
    batch: int,
    epoch: int,
    steps: int,
) -> None:
    first = batch * spots[Spot.BATCH_SIZE]
    points = min(spots[Spot.BATCH_SIZE], spots[Spot.POINTS] - first)
    if spots[Spot.LAYOUT] == ACROSS_NEURONS:
        data = spots[Spot.DATA] + first * spots[Spot.DATA_STEP]
        batch_by_neurons.forward(room, layers, spots, shares, data, first, points, epoch)
        batch_by_neurons.answer(room, layers, spots, spots[Spot.TARGETS] + first * 8, points, numbers.huber)
        batch_by_neurons.backward(room, layers, spots, data, points)
    else:
        data, step = spots[Spot.DATA] + batch * spots[Spot.DATA_STEP], (points + 7) // 8 * 8
        targets = data + layers[0, INPUTS] * step
        batch_by_points.forward(room, layers, spots, shares, data, step, first, points, epoch)
        batch_by_points.answer(room, layers, spots, targets, step, points, numbers.huber)
        batch_by_points.backward(room, layers, spots, data, step)
    update.take(room, spots, numbers, rate, steps)
    if spots[Spot.LAYOUT] == ACROSS_NEURONS:
        batch_by_neurons.turn(room, layers)


@compiled
def _finite(room: Any, size: int) -> bool:
    """Return whether all parameters are finite: of what is not, 0 times it is nan."""
    nothing = load(room, 0) * 0.0
    for at in range(0, size, 8):
        nothing = fma(load(room, at), 0.0, nothing)
    return bool(total(nothing) == 0.0)


@compiled
def _copy(room: Any, source: int, target: int, count: int) -> None:
    for at in range(0, count, 8):
        store(room, target + at, load(room, source + at))


@compiled
def _keep(room: Any, spots: Any, numbers: Any) -> None:
    """Put parameters, memory and dead aside."""
    changing = (1 + spots[Spot.SLOTS]) * spots[Spot.SIZE]
    _copy(room, 0, spots[Spot.KEPT], changing)
    if numbers.l1 > 0.0:
        _copy(room, spots[Spot.DEAD], spots[Spot.KEPT] + changing, spots[Spot.SIZE])


@compiled
def _bring_back(room: Any, spots: Any, numbers: Any) -> None:
    changing = (1 + spots[Spot.SLOTS]) * spots[Spot.SIZE]
    _copy(room, spots[Spot.KEPT], 0, changing)
    if numbers.l1 > 0.0:
        _copy(room, spots[Spot.KEPT] + changing, spots[Spot.DEAD], spots[Spot.SIZE])


_floats, _ints = types.float64[::1], types.int64[::1]
SIGNATURE = types.int64(
    _floats,
    types.int64[:, ::1],
    _ints,
    types.NamedUniTuple(types.float64, len(Numbers._fields), Numbers),
    _floats,
    _floats,
    _ints,
    _floats,
    types.boolean[::1],
    types.float64[:, ::1],
    *[types.int64] * 4,
)


@njit(SIGNATURE, error_model="numpy", nogil=True, cache=CACHED)
def train(
    room: Any, layers: Any, spots: Any, numbers: Any, shares: Any, rates: Any, places: Any,
    parameters: Any, dead: Any, memory: Any, batch: int, epoch: int, steps: int, count: int,
) -> int:  # fmt: skip
    """Take mini-batches, and change parameters (P,), dead (P,) and memory (slots, P) in place.

    Args:
        room: memory, as `memory_layout.make` lays it out.
        layers: its plan.
        spots: its table of numbers.
        numbers: what the optimizer and the penalties take.
        shares: dropout of each hidden layer; empty where there is none.
        rates: the learning rate of each epoch that is begun, the present one first.
        places: of the parameters in the room.
        parameters: the network's flat vector.
        dead: which of them are dead.
        memory: the optimizer's.
        batch: mini-batches done in the present epoch.
        epoch: finished epochs.
        steps: mini-batches since the start.
        count: mini-batches to take.

    Returns:
        how many were done at the last look at which all parameters were finite; looks are at the end of each
        epoch and at the very end. The arrays are as they were then.
    """
    size, start_of_dead = spots[Spot.SIZE], spots[Spot.DEAD]
    for p in range(len(places)):
        place = places[p]
        room[place] = parameters[p]
        room[start_of_dead + place] = 1.0 if dead[p] else 0.0
        for slot in range(len(memory)):
            room[(1 + slot) * size + place] = memory[slot, p]
    if spots[Spot.LAYOUT] == ACROSS_NEURONS:
        batch_by_neurons.turn(room, layers)
    batches = (spots[Spot.POINTS] + spots[Spot.BATCH_SIZE] - 1) // spots[Spot.BATCH_SIZE]
    done = good = begun = 0
    while done < count:
        _keep(room, spots, numbers)
        here = min(count - done, batches - batch)
        for number in range(batch, batch + here):
            _mini_batch(
                room, layers, spots, numbers, shares, rates[begun], number, epoch + begun, steps + done
            )
            done += 1
        if not _finite(room, size):
            _bring_back(room, spots, numbers)
            break
        good = done
        begun += 1
        batch = 0
    for p in range(len(places)):
        place = places[p]
        parameters[p] = room[place]
        dead[p] = room[start_of_dead + place] > 0.5
        for slot in range(len(memory)):
            memory[slot, p] = room[(1 + slot) * size + place]
    return good
