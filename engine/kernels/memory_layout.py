"""The workspace of a compiled training: one array, aligned for vectors, for parameters, data and scratch.

There are two layouts of dense networks. ACROSS_POINTS stores the points of a mini-batch side by side, so that
a vector holds one neuron's values at eight points: best for narrow layers and large mini-batches.
ACROSS_NEURONS stores the neurons of a layer side by side, padded to eight, so that a vector holds eight
neurons' values at one point: best for wide layers and small mini-batches; it keeps a transposed copy of the
weights for the backward pass. Only an output of a single neuron has its points side by side there as well:
see `single_output`. Chains with layers of other kinds are stored across points, by `chain_layout`,
those of networks of images by `image_layout`.

`fields` names the columns of the layer table and the fields of the header.
"""

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.kernels import fields
from engine.kernels.fields import BIASES, INPUTS, NEURONS, WEIGHTS, WIDTH

LANES = 8
"""64-bit floats in a vector."""

BAND = 576
"""Points computed at a time in metrics and heat maps, so that their values stay in the processor's cache."""

ACROSS_POINTS, ACROSS_NEURONS, CHAIN, IMAGES = range(4)


class Plan(NamedTuple):
    """Where everything is stored during a training."""

    workspace: Floats
    layers: NDArray[np.int64]
    """(layers, `fields.COLUMNS`)"""
    header: NDArray[np.int64]
    """(`fields.HEADER_FIELDS`,)"""
    parameter_offsets: NDArray[np.int64]
    """For each parameter of the network's flat vector, its index in the workspace."""


def padded(count: int) -> int:
    """Return `count`, rounded up to whole vectors."""
    return -(-count // LANES) * LANES


def costs(shape: tuple[int, ...], batch_size: int) -> tuple[int, int]:
    """Return estimates of the vector instructions per mini-batch in each layout, fitted to timings."""
    blocks = padded(batch_size) // LANES
    points = neurons = 0
    for inputs, outputs in pairwise(shape):
        width = padded(outputs) // LANES
        points += (inputs + 1) * outputs * (3 * blocks + 3) + 18 * outputs * blocks
        neurons += (inputs + 1) * width * 3 * batch_size + 18 * width * batch_size + 80 * width
    if outputs == 1:  # points side by side: see `_across_neurons`
        neurons += (padded(inputs) // LANES - inputs) * 3 * batch_size + 18 * (blocks - batch_size) - 60
    return points, neurons


class Allocator:
    """Allocates ranges of the workspace, one after the other, each beginning at a vector boundary."""

    def __init__(self) -> None:
        self.end = 0

    def allocate(self, count: int) -> int:
        """Return the index of a range of `count` floats."""
        start = self.end
        self.end += padded(count)
        return start


def aligned(count: int) -> Floats:
    """Return zeros that begin at a vector boundary, so that no load crosses a cache line."""
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
    """Return the plan of a training, with its data and masks in the workspace.

    Args:
        shape: neurons of each layer, inputs first.
        codes: codes of the activations of each layer after the inputs.
        inputs: (n, inputs): the inputs of the training points.
        targets: (n, outputs): their targets.
        batch_size: points in a mini-batch.
        slots: numbers in the optimizer's state for each parameter.
        layout: ACROSS_POINTS, ACROSS_NEURONS, or None for the faster one.
    """
    batch_size = min(batch_size, len(inputs))
    if layout is None:
        points, neurons = costs(shape, batch_size)
        layout = ACROSS_POINTS if points < neurons else ACROSS_NEURONS
    across_points = layout == ACROSS_POINTS
    data, data_step, targets = (packed if across_points else _rows)(inputs, targets, batch_size)
    sizes = Sizes(len(inputs), batch_size, slots, data.size, data_step, targets.size)
    structure = _structure(shape, tuple(codes), sizes, across_points=across_points)
    workspace, header = aligned(structure.end), structure.header.copy()
    for start, values in ((header[fields.DATA], data), (header[fields.TARGETS], targets)):
        workspace[start : start + values.size] = values
    workspace[header[fields.PRESENT] :][: shape[-1] if shape[-1] > 1 else LANES] = 1
    workspace[header[fields.MASK] + structure.weights] = 1
    return Plan(workspace, structure.layers.copy(), header, structure.offsets.copy())


class Sizes(NamedTuple):
    """The sizes on which the structure of a workspace depends, besides the network's shape."""

    points: int
    batch_size: int
    slots: int
    data: int
    data_step: int
    targets: int


class Structure(NamedTuple):
    """Where everything is in a workspace, whatever the values are; trainings share it."""

    end: int
    layers: NDArray[np.int64]
    header: NDArray[np.int64]
    offsets: NDArray[np.int64]
    weights: NDArray[np.int64]


@lru_cache(maxsize=16)
def _structure(
    shape: tuple[int, ...], codes: tuple[int, ...], sizes: Sizes, *, across_points: bool
) -> Structure:
    """Return the structure of a workspace. Trainings from many seeds have the same."""
    memory = Allocator()
    layers = np.zeros((len(codes), fields.COLUMNS), np.int64)
    layers[:, fields.CODE] = codes
    size, offsets, weights = (_across_points if across_points else _across_neurons)(shape, layers, memory)
    header = header_of(sizes, size, memory)
    header[fields.LAYERS], header[fields.PARAMETERS] = len(codes), len(offsets)
    header[fields.LAYOUT] = ACROSS_POINTS if across_points else ACROSS_NEURONS
    header[fields.OUTPUTS] = shape[-1]
    header[fields.PARTS] = memory.allocate(size * LANES if across_points else 0)
    points_at_once = padded(sizes.batch_size) if across_points else sizes.batch_size
    for before, row in pairwise(layers):
        own = row[WIDTH] == 1
        row[fields.TRANSPOSED] = row[WEIGHTS] if own else memory.allocate(row[WIDTH] * before[WIDTH])
    source, step = 0, shape[0]
    for row, neurons in zip(layers, shape[1:], strict=True):
        width = neurons if across_points else row[WIDTH]
        row[[fields.SOURCE, fields.STEP]] = source, step
        row[fields.VALUES], row[fields.SLOPES] = (
            memory.allocate(width * points_at_once),
            memory.allocate(width * points_at_once),
        )
        source, step = row[fields.VALUES], width
    header[fields.DATA], header[fields.DATA_STEP] = memory.allocate(sizes.data), sizes.data_step
    header[fields.TARGETS] = memory.allocate(sizes.targets)
    header[fields.PRESENT] = memory.allocate(2 * LANES)
    for array in (layers, header, offsets, weights):
        array.setflags(write=False)
    return Structure(memory.end, layers, header, offsets, weights)


def header_of(sizes: Sizes, size: int, memory: Allocator) -> NDArray[np.int64]:
    """Return a header with what every layout has, and allocate what belongs to the parameters.

    `memory` already has the parameters, which take `size` floats.
    """
    header = np.zeros(fields.HEADER_FIELDS, np.int64)
    header[fields.SIZE] = size
    memory.allocate(sizes.slots * size)
    header[fields.PRUNED] = memory.allocate(size)
    header[fields.KEPT] = memory.allocate((2 + sizes.slots) * size)
    header[fields.GRADIENT] = memory.allocate(size)
    header[fields.MASK] = memory.allocate(size)
    header[fields.SLOTS] = sizes.slots
    header[fields.POINTS] = sizes.points
    header[fields.BATCH_SIZE] = sizes.batch_size
    return header


Laid = tuple[int, NDArray[np.int64], NDArray[np.int64]]
"""The size, the offset of each parameter, and the offsets of the weights."""


def _across_points(shape: tuple[int, ...], layers: NDArray[np.int64], memory: Allocator) -> Laid:
    """Store the parameters in the order of the flat vector."""
    weights = []
    start = 0
    for row, (inputs, neurons) in zip(layers, pairwise(shape), strict=True):
        row[[INPUTS, NEURONS, WEIGHTS, BIASES]] = inputs, neurons, start, start + inputs * neurons
        weights.append(np.arange(start, start + inputs * neurons))
        start += (inputs + 1) * neurons
    memory.allocate(start)
    return memory.end, np.arange(start), np.concatenate(weights)


def _across_neurons(shape: tuple[int, ...], layers: NDArray[np.int64], memory: Allocator) -> Laid:
    """Store each layer as a padded row of biases, then a padded row of weights from each input.

    A single output has its bias at the begin of a row, and then one padded row with all its weights.
    """
    offsets, weights = [], []
    last = len(layers) - 1
    for number, (row, (inputs, neurons)) in enumerate(zip(layers, pairwise(shape), strict=True)):
        if number == last and neurons == 1:
            width, start = 1, memory.allocate(LANES + padded(inputs))
            first = start + LANES
        else:
            width = padded(neurons)
            # The number of rows is padded too, since weights are transposed in blocks of 8 x 8.
            start = memory.allocate((1 + padded(inputs)) * width)
            first = start + width
        row[[INPUTS, NEURONS, WEIGHTS, BIASES, WIDTH]] = inputs, neurons, first, start, width
        rows = first + np.arange(inputs)[:, None] * width + np.arange(neurons)
        offsets += [rows.ravel(), start + np.arange(neurons)]
        weights.append(rows.ravel())
    return memory.end, np.concatenate(offsets), np.concatenate(weights)


def packed(inputs: Floats, targets: Floats, batch_size: int) -> tuple[Floats, int, Floats]:
    """Return data mini-batch by mini-batch, each as rows of inputs, of targets, and of 1 for lanes in use.

    Lanes beyond the last point repeat it, so that they overflow only if the point does.
    """
    points, lanes = len(inputs), padded(batch_size)
    rows = np.concatenate([inputs, targets, np.ones((points, 1))], axis=1)
    whole, rest = divmod(points, batch_size)
    data = np.zeros((whole + (rest > 0), lanes * rows.shape[1]))
    if whole:
        batches = rows[: whole * batch_size].reshape(whole, batch_size, -1)
        data[:whole] = _lanes(batches, lanes).reshape(whole, -1)
    if rest:
        last = _lanes(rows[None, -rest:], padded(rest))
        data[whole, : last.size] = last.ravel()
    return data.ravel(), data.shape[1], np.zeros(0)


def _lanes(batches: Floats, lanes: int) -> Floats:
    """Return mini-batches (batches, points, columns) as (batches, columns, lanes)."""
    number = batches.shape[1]
    packed = np.empty((len(batches), batches.shape[2], lanes))
    packed[:, :, :number] = batches.transpose(0, 2, 1)
    packed[:, :-1, number:] = packed[:, :-1, number - 1 : number]
    packed[:, -1, number:] = 0
    return packed


def _rows(inputs: Floats, targets: Floats, _batch_size: int) -> tuple[Floats, int, Floats]:
    """Return the inputs row by row, and the targets: padded rows of them, or those of a single output."""
    if targets.shape[1] == 1:
        return inputs.ravel(), inputs.shape[1], np.append(targets.ravel(), np.zeros(LANES))
    padded_targets = np.zeros((len(targets), LANES))
    padded_targets[:, : targets.shape[1]] = targets
    return inputs.ravel(), inputs.shape[1], padded_targets.ravel()
