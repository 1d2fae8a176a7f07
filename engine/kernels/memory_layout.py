"""Where everything stands in the memory of a compiled training: one array, aligned for whole vectors.

There are two layouts. ACROSS_POINTS has the points of a mini-batch side by side, so that a vector is one
neuron's values at eight points: best for narrow layers, and for many points at a time. ACROSS_NEURONS has a
layer's neurons side by side, padded to eight, so that a vector is eight neurons' values at one point: best
for wide layers and small mini-batches; it keeps a turned copy of the weights for the way back.

A layer is a row of numbers, a plan the table of these rows; `Spot` names what else compiled code has to know.
"""

from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats

LANES = 8
"""64-bit floats in a vector."""

BAND = 576
"""Points that go through a network at a time, where all are at hand: their values stay in the cache."""

ACROSS_POINTS, ACROSS_NEURONS = range(2)

# Columns of a plan: what each layer is, and where it stands.
INPUTS, NEURONS, WEIGHTS, BIASES, SOURCE, VALUES, SLOPES, TURNED, WIDTH, CODE, STEP = range(11)
COLUMNS = 11


class Spot(IntEnum):
    """Places in the table of whole numbers that a training is told."""

    LAYOUT = 0
    SIZE = 1
    """Room that the parameters take, padding included; the memory's slots, each as large, follow."""
    DEAD = 2
    KEPT = 3
    GRADIENT = 4
    MASK = 5
    """1 for each weight, 0 for each bias and for padding."""
    PARTS = 6
    DATA = 7
    DATA_STEP = 8
    """From one mini-batch to the next (across points), or from one point to the next."""
    TARGETS = 9
    POINTS = 10
    BATCH_SIZE = 11
    HEAD = 12
    OPTIMIZER = 13
    SLOTS = 14
    DROPS = 15
    KEY = 16
    OUTPUTS = 17
    PRESENT = 18
    """Across neurons: 1 for each output, 0 for the padding beside them."""


class Numbers(NamedTuple):
    """What a training is told in 64-bit floats."""

    l1: float
    decay: float
    """What a step takes off a weight beside the optimizer's movement, as a share for each learning rate."""
    l2: float
    """What enters the gradient."""
    clip: float
    huber: float
    momentum: float
    rho: float
    beta1: float
    beta2: float
    epsilon: float


class Plan(NamedTuple):
    """The memory of a training."""

    room: Floats
    layers: NDArray[np.int64]
    spots: NDArray[np.int64]
    places: NDArray[np.int64]
    """For each parameter of the network's flat vector, where it stands in the room."""


def padded(count: int) -> int:
    """Return the next multiple of the lanes."""
    return -(-count // LANES) * LANES


def costs(shape: tuple[int, ...], batch_size: int) -> tuple[int, int]:
    """Return about how many vector instructions a mini-batch takes in each layout (fitted to timings)."""
    blocks = padded(batch_size) // LANES
    points = neurons = 0
    for inputs, outputs in pairwise(shape):
        width = padded(outputs) // LANES
        points += (inputs + 1) * outputs * (3 * blocks + 3) + 18 * outputs * blocks
        neurons += (inputs + 1) * width * 3 * batch_size + 18 * width * batch_size + 80 * width
    return points, neurons


class _Allocator:
    """Hands out stretches of memory, one after the other, each beginning on a whole vector."""

    def __init__(self) -> None:
        self.end = 0

    def take(self, count: int) -> int:
        start = self.end
        self.end += padded(count)
        return start


def _aligned(count: int) -> Floats:
    """Return zeros that begin on a whole vector, so that no load crosses two lines of the cache."""
    spare = np.zeros(count + LANES)
    return spare[(-spare.ctypes.data % (8 * LANES)) // 8 :][:count]


def make(
    shape: tuple[int, ...],
    codes: list[int],
    inputs: Floats,
    targets: Floats,
    batch_size: int,
    slots: int,
    layout: int | None = None,
) -> Plan:
    """Lay a training out, and put its data and masks in place.

    Args:
        shape: neurons of each layer, inputs first.
        codes: of the activations of each layer after the inputs.
        inputs: (n, inputs) of the points that train.
        targets: (n, outputs).
        batch_size: points a mini-batch.
        slots: numbers that the optimizer remembers for each parameter.
        layout: which one; None for the faster.
    """
    batch_size = min(batch_size, len(inputs))
    if layout is None:
        points, neurons = costs(shape, batch_size)
        layout = ACROSS_POINTS if points < neurons else ACROSS_NEURONS
    lay = _across_points if layout == ACROSS_POINTS else _across_neurons
    memory = _Allocator()
    layers = np.zeros((len(codes), COLUMNS), np.int64)
    layers[:, CODE] = codes
    size, places, weights = lay(shape, layers, memory)
    spots = np.zeros(len(Spot), np.int64)
    spots[Spot.LAYOUT] = layout
    spots[Spot.SIZE] = size
    memory.take(slots * size)
    spots[Spot.DEAD] = memory.take(size)
    spots[Spot.KEPT] = memory.take((2 + slots) * size)
    spots[Spot.GRADIENT] = memory.take(size)
    spots[Spot.MASK] = memory.take(size)
    spots[Spot.SLOTS] = slots
    spots[Spot.POINTS] = len(inputs)
    spots[Spot.BATCH_SIZE] = batch_size
    spots[Spot.OUTPUTS] = shape[-1]
    across_points = layout == ACROSS_POINTS
    spots[Spot.PARTS] = memory.take(size * LANES if across_points else 0)
    most = padded(batch_size) if across_points else batch_size
    for before, row in pairwise(layers):
        row[TURNED] = memory.take(row[WIDTH] * before[WIDTH])
    source, step = 0, shape[0]
    for row, neurons in zip(layers, shape[1:], strict=True):
        width = neurons if across_points else padded(neurons)
        row[[SOURCE, STEP]] = source, step
        row[VALUES], row[SLOPES] = memory.take(width * most), memory.take(width * most)
        source, step = row[VALUES], width
    data, data_step, answers = (_packed if across_points else _rows)(inputs, targets, batch_size)
    spots[Spot.DATA], spots[Spot.DATA_STEP] = memory.take(data.size), data_step
    spots[Spot.TARGETS] = memory.take(answers.size)
    spots[Spot.PRESENT] = memory.take(LANES)
    room = _aligned(memory.end)
    for start, values in ((spots[Spot.DATA], data), (spots[Spot.TARGETS], answers)):
        room[start : start + values.size] = values
    room[spots[Spot.PRESENT] :][: shape[-1]] = 1
    room[spots[Spot.MASK] + weights] = 1
    return Plan(room, layers, spots, places)


Laid = tuple[int, NDArray[np.int64], NDArray[np.int64]]
"""The size, the place of each parameter, and the places of the weights among them."""


def _across_points(shape: tuple[int, ...], layers: NDArray[np.int64], memory: _Allocator) -> Laid:
    """Lay the parameters out as they stand in the flat vector."""
    weights = []
    start = 0
    for row, (inputs, neurons) in zip(layers, pairwise(shape), strict=True):
        row[[INPUTS, NEURONS, WEIGHTS, BIASES]] = inputs, neurons, start, start + inputs * neurons
        weights.append(np.arange(start, start + inputs * neurons))
        start += (inputs + 1) * neurons
    memory.take(start)
    return memory.end, np.arange(start), np.concatenate(weights)


def _across_neurons(shape: tuple[int, ...], layers: NDArray[np.int64], memory: _Allocator) -> Laid:
    """Lay each layer out as a padded row of biases, then a padded row of weights from each input."""
    places, weights = [], []
    for row, (inputs, neurons) in zip(layers, pairwise(shape), strict=True):
        width = padded(neurons)
        # Whole blocks of 8 rows too, since they are turned so.
        start = memory.take((1 + padded(inputs)) * width)
        row[[INPUTS, NEURONS, WEIGHTS, BIASES, WIDTH]] = inputs, neurons, start + width, start, width
        rows = start + width + np.arange(inputs)[:, None] * width + np.arange(neurons)
        places += [rows.ravel(), start + np.arange(neurons)]
        weights.append(rows.ravel())
    return memory.end, np.concatenate(places), np.concatenate(weights)


def _packed(inputs: Floats, targets: Floats, batch_size: int) -> tuple[Floats, int, Floats]:
    """Return data mini-batch by mini-batch: of each the inputs, the targets, and which lanes are points.

    A lane beside the last point repeats it, so that it overflows only where a point does.
    """
    points = len(inputs)
    rows = np.concatenate([inputs, targets, np.ones((points, 1))], axis=1)
    step = padded(batch_size) * rows.shape[1]
    data = np.zeros((-(-points // batch_size), step))
    for number, first in enumerate(range(0, points, batch_size)):
        here = rows[first : first + batch_size]
        lanes = np.concatenate([here, np.repeat(here[-1:], padded(len(here)) - len(here), axis=0)])
        lanes[len(here) :, -1] = 0
        data[number, : lanes.size] = lanes.T.ravel()
    return data.ravel(), step, np.zeros(0)


def _rows(inputs: Floats, targets: Floats, _batch_size: int) -> tuple[Floats, int, Floats]:
    """Return the inputs row by row, and the targets row by row, padded."""
    answers = np.zeros((len(targets), LANES))
    answers[:, : targets.shape[1]] = targets
    return inputs.ravel(), inputs.shape[1], answers.ravel()
