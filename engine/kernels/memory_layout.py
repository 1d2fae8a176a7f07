"""The workspace of a compiled training: one array, aligned for vectors, for parameters, data and scratch.

There are two layouts. ACROSS_POINTS stores the points of a mini-batch side by side, so that a vector holds
one neuron's values at eight points: best for narrow layers and large mini-batches. ACROSS_NEURONS stores the
neurons of a layer side by side, padded to eight, so that a vector holds eight neurons' values at one point:
best for wide layers and small mini-batches; it keeps a transposed copy of the weights for the backward pass.

`fields` names the columns of the layer table and the fields of the header.
"""

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

ACROSS_POINTS, ACROSS_NEURONS = range(2)


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
    return points, neurons


class _Allocator:
    """Allocates ranges of the workspace, one after the other, each beginning at a vector boundary."""

    def __init__(self) -> None:
        self.end = 0

    def allocate(self, count: int) -> int:
        """Return the index of a range of `count` floats."""
        start = self.end
        self.end += padded(count)
        return start


def _aligned(count: int) -> Floats:
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
    lay = _across_points if layout == ACROSS_POINTS else _across_neurons
    memory = _Allocator()
    layers = np.zeros((len(codes), fields.COLUMNS), np.int64)
    layers[:, fields.CODE] = codes
    size, offsets, weights = lay(shape, layers, memory)
    header = np.zeros(fields.HEADER_FIELDS, np.int64)
    header[fields.LAYERS], header[fields.PARAMETERS] = len(codes), len(offsets)
    header[fields.LAYOUT] = layout
    header[fields.SIZE] = size
    memory.allocate(slots * size)
    header[fields.PRUNED] = memory.allocate(size)
    header[fields.KEPT] = memory.allocate((2 + slots) * size)
    header[fields.GRADIENT] = memory.allocate(size)
    header[fields.MASK] = memory.allocate(size)
    header[fields.SLOTS] = slots
    header[fields.POINTS] = len(inputs)
    header[fields.BATCH_SIZE] = batch_size
    header[fields.OUTPUTS] = shape[-1]
    across_points = layout == ACROSS_POINTS
    header[fields.PARTS] = memory.allocate(size * LANES if across_points else 0)
    points_at_once = padded(batch_size) if across_points else batch_size
    for before, row in pairwise(layers):
        row[fields.TRANSPOSED] = memory.allocate(row[WIDTH] * before[WIDTH])
    source, step = 0, shape[0]
    for row, neurons in zip(layers, shape[1:], strict=True):
        width = neurons if across_points else padded(neurons)
        row[[fields.SOURCE, fields.STEP]] = source, step
        row[fields.VALUES], row[fields.SLOPES] = (
            memory.allocate(width * points_at_once),
            memory.allocate(width * points_at_once),
        )
        source, step = row[fields.VALUES], width
    data, data_step, padded_targets = (_packed if across_points else _rows)(inputs, targets, batch_size)
    header[fields.DATA], header[fields.DATA_STEP] = memory.allocate(data.size), data_step
    header[fields.TARGETS] = memory.allocate(padded_targets.size)
    header[fields.PRESENT] = memory.allocate(LANES)
    workspace = _aligned(memory.end)
    for start, values in ((header[fields.DATA], data), (header[fields.TARGETS], padded_targets)):
        workspace[start : start + values.size] = values
    workspace[header[fields.PRESENT] :][: shape[-1]] = 1
    workspace[header[fields.MASK] + weights] = 1
    return Plan(workspace, layers, header, offsets)


Laid = tuple[int, NDArray[np.int64], NDArray[np.int64]]
"""The size, the offset of each parameter, and the offsets of the weights."""


def _across_points(shape: tuple[int, ...], layers: NDArray[np.int64], memory: _Allocator) -> Laid:
    """Store the parameters in the order of the flat vector."""
    weights = []
    start = 0
    for row, (inputs, neurons) in zip(layers, pairwise(shape), strict=True):
        row[[INPUTS, NEURONS, WEIGHTS, BIASES]] = inputs, neurons, start, start + inputs * neurons
        weights.append(np.arange(start, start + inputs * neurons))
        start += (inputs + 1) * neurons
    memory.allocate(start)
    return memory.end, np.arange(start), np.concatenate(weights)


def _across_neurons(shape: tuple[int, ...], layers: NDArray[np.int64], memory: _Allocator) -> Laid:
    """Store each layer as a padded row of biases, then a padded row of weights from each input."""
    offsets, weights = [], []
    for row, (inputs, neurons) in zip(layers, pairwise(shape), strict=True):
        width = padded(neurons)
        # The number of rows is padded too, since weights are transposed in blocks of 8 x 8.
        start = memory.allocate((1 + padded(inputs)) * width)
        row[[INPUTS, NEURONS, WEIGHTS, BIASES, WIDTH]] = inputs, neurons, start + width, start, width
        rows = start + width + np.arange(inputs)[:, None] * width + np.arange(neurons)
        offsets += [rows.ravel(), start + np.arange(neurons)]
        weights.append(rows.ravel())
    return memory.end, np.concatenate(offsets), np.concatenate(weights)


def _packed(inputs: Floats, targets: Floats, batch_size: int) -> tuple[Floats, int, Floats]:
    """Return data mini-batch by mini-batch, each as rows of inputs, of targets, and of 1 for lanes in use.

    Lanes beyond the last point repeat it, so that they overflow only if the point does.
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
    """Return the inputs row by row, and the targets row by row, padded to whole vectors."""
    padded_targets = np.zeros((len(targets), LANES))
    padded_targets[:, : targets.shape[1]] = targets
    return inputs.ravel(), inputs.shape[1], padded_targets.ravel()
