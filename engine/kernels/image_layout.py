"""Tables and workspaces for networks of images: all values of eight points are adjacent.

`chain_fields` names the columns of the tables; `chain_layout` has what networks of points share with these.
A dense layer has the columns of a convolution: its inputs are channels of a single pixel.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from engine.arrays import Floats
from engine.kernels import chain_fields as columns
from engine.kernels import memory_layout
from engine.kernels.chain_layout import (
    Chain,
    EvaluationTable,
    Table,
    place_evaluated,
    plan_of,
    shared_table,
    structure_of,
)
from engine.kernels.memory_layout import BAND, LANES, Plan, Sizes, padded
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layer_kinds.normalization import BatchNormalization
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling

_SHAPES = [
    columns.CHANNELS,
    columns.HEIGHT,
    columns.WIDTH,
    columns.FILTERS,
    columns.OUT_HEIGHT,
    columns.OUT_WIDTH,
    columns.WINDOW,
    columns.STRIDE,
    columns.MARGIN,
]


def _table(chain: Chain, output: int, inputs: int) -> Table:
    """Return a table with all columns that training and evaluation share."""
    table = shared_table(chain, output, inputs)
    for layer, row in zip(chain, table, strict=True):
        if isinstance(layer, Dense):
            row[_SHAPES] = layer.inputs, 1, 1, layer.neurons, 1, 1, 1, 1, 0
        elif isinstance(layer, Convolution | MaxPooling | AveragePooling):
            margin = layer.margin[0] if isinstance(layer, Convolution) else 0
            row[_SHAPES] = *layer.before, *layer.shape, layer.size, layer.stride, margin
        elif isinstance(layer, BatchNormalization):
            row[columns.POSITIONS] = layer.positions
    return table


@lru_cache(maxsize=64)
def evaluation_table(chain: Chain, output: int, inputs: int, infer: int) -> EvaluationTable:
    """Return the table of a chain for evaluations. Do not change it.

    `output` is the code of the output, `inputs` the number of the network's inputs, whose rows are first in
    the scratch memory, `infer` the address of the compiled `image_inference.infer`. The outputs and sums of
    `BAND` points are last in it.
    """
    table = _table(chain, output, inputs)
    values = place_evaluated(chain, table, inputs, LANES)
    table[0, columns.INFER], table[-1, columns.OUTPUTS_PLACE] = infer, values
    return EvaluationTable(table, values + 2 * chain[-1].neurons * BAND)


def multiply_adds(chain: Sequence[LayerKind]) -> int:
    """Return the number of multiply-adds with which a chain computes the values of a point."""
    places = (layer.shape.positions if isinstance(layer, Convolution) else 1 for layer in chain)
    sizes = (sum(int(np.prod(each.shape)) for each in layer.parameters) for layer in chain)
    return sum(place * size for place, size in zip(places, sizes, strict=True))


def cost(chain: Sequence[LayerKind], batch_size: int) -> int:
    """Return an estimate of the work of a mini-batch, in the unit of `memory_layout.costs`."""
    elementwise = 10 * sum(layer.neurons for layer in chain)
    blocks = padded(batch_size) // LANES
    parameters = sum(int(np.prod(each.shape)) for layer in chain for each in layer.parameters)
    return (3 * multiply_adds(chain) + elementwise) * blocks + 3 * parameters


def make(chain: Chain, output: int, inputs: Floats, targets: Floats, batch_size: int, slots: int) -> Plan:
    """Return the plan of a training, with its data and masks in the workspace.

    `output` is the code of the output; the other arguments are those of `memory_layout.make`.
    """
    batch_size = min(batch_size, len(inputs))
    data, data_step = packed(inputs, targets, batch_size)
    sizes = Sizes(len(inputs), batch_size, slots, data.size, data_step, 0)
    return plan_of(_structure(chain, output, inputs.shape[1], sizes), data)


@lru_cache(maxsize=16)
def _structure(chain: Chain, output: int, inputs: int, sizes: Sizes) -> memory_layout.Structure:
    """Return the structure of a workspace. Trainings from many seeds have the same."""
    # Either partial sums for each scale and shift, or the transposed gradient of a mini-batch.
    widest = padded(max(layer.neurons for layer in chain))
    parts = widest * max(2 * LANES, padded(sizes.batch_size)) + LANES
    return structure_of(chain, _table(chain, output, inputs), sizes, memory_layout.IMAGES, parts)


def packed(inputs: Floats, targets: Floats, batch_size: int) -> tuple[Floats, int]:
    """Return data mini-batch by mini-batch, and the floats of one of them but the last.

    Each is a sequence of blocks of eight points: rows of inputs, of targets, and of 1 for lanes in use. Lanes
    beyond the last point of a mini-batch repeat it.
    """
    points, size = len(inputs), padded(batch_size)
    present = np.ones((points, 1))
    rows = np.concatenate([inputs, targets, present], axis=1)
    blocks = []
    for start in range(0, points, batch_size):
        batch = rows[start : start + batch_size]
        spare = padded(len(batch)) - len(batch)
        filled = np.concatenate([batch, np.repeat(batch[-1:], spare, axis=0)])
        filled[len(batch) :, -1] = 0
        blocks.append(filled.reshape(-1, LANES, rows.shape[1]).transpose(0, 2, 1).ravel())
    return np.concatenate(blocks), size * rows.shape[1]
