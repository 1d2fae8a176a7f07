"""Tables and workspaces for chains of layers of any kinds, with points side by side as in ACROSS_POINTS.

`chain_fields` names the columns of the tables. Buffers follow the parameters in one vector: to the kernels
they are parameters whose gradient is 0, so that they are copied, kept and checked with them.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.kernels import chain_fields as columns
from engine.kernels import codes, fields, memory_layout
from engine.kernels.memory_layout import BAND, LANES, Allocator, Plan, Sizes, padded
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layer_kinds.residual import Residual
from engine.nn.layers import kind_of
from engine.nn.neuron_layers import neuron_layers
from engine.nn.parameter_layout import size_of, slots_of

Table = NDArray[np.int64]
"""(layers, `chain_fields.COLUMNS`)"""

Chain = tuple[LayerKind, ...]


_ELSEWHERE = (codes.DENSE, codes.CONV, codes.MAX_POOL, codes.AVERAGE_POOL)
"""Kinds that cannot write their results where the values are that they get."""

_TAPED = (codes.ACTIVATION, codes.BATCH_NORM, codes.LAYER_NORM, codes.DROPOUT, codes.MAX_POOL)
"""Kinds whose `backward` needs something of each value."""


class EvaluationTable(NamedTuple):
    """How a chain is computed in an evaluation."""

    table: Table
    scratch: int
    """Floats of scratch memory that it needs."""


def shared_table(chain: Chain, output: int, inputs: int) -> Table:
    """Return a table with all columns that training and evaluation share."""
    parameters = slots_of(layer.parameters for layer in chain)
    buffers, behind = slots_of(layer.buffers for layer in chain), size_of(parameters)
    neurons = neuron_layers(chain)
    table = np.zeros((len(chain), columns.COLUMNS), np.int64)
    before = inputs
    for index, (layer, row) in enumerate(zip(chain, table, strict=True)):
        row[columns.KIND] = codes.KINDS[kind_of(layer)]
        row[columns.INPUTS], row[columns.NEURONS] = before, layer.neurons
        row[columns.NUMBER] = sum(each.first <= index for each in neurons) - 1
        row[columns.ENDS] = any(each.last == index for each in neurons)
        if parameters[index]:
            row[columns.PARAMETERS] = parameters[index][0].start
        if buffers[index]:
            row[columns.BUFFERS] = behind + buffers[index][0].start
        if isinstance(layer, ActivationLayer):
            row[columns.CODE] = codes.ACTIVATIONS[layer.name]
        if isinstance(layer, Residual):
            row[columns.SKIPPED], row[columns.PROJECTS] = layer.skipped, bool(layer.parameters)
        before = layer.neurons
    table[-1, columns.CODE] = output
    return table


def _in_place(chain: Chain) -> list[bool]:
    """Return for each layer whether it may overwrite the values that it gets: nothing needs them later."""
    skipped = {layer.skips for layer in chain if layer.skips is not None} | {-1}
    result: list[bool] = []
    for index, layer in enumerate(chain):
        kind = codes.KINDS[kind_of(layer)]
        result.append(kind == codes.FLATTEN or (kind not in _ELSEWHERE and index - 1 not in skipped))
        if kind == codes.FLATTEN and index - 1 in skipped:
            skipped.add(index)  # the same values
    return result


@lru_cache(maxsize=64)
def evaluation_table(chain: Chain, output: int, inputs: int) -> EvaluationTable:
    """Return the table of a chain for evaluations of `BAND` points at a time. Do not change it.

    `output` is the code of the output, `inputs` the number of the network's inputs, whose rows are first in
    the scratch memory.
    """
    table = shared_table(chain, output, inputs)
    values = place_evaluated(chain, table, inputs, BAND)
    table[-1, columns.OUTPUTS_PLACE] = values
    return EvaluationTable(table, values + chain[-1].neurons * BAND)


def place_evaluated(chain: Chain, table: Table, inputs: int, step: int) -> int:
    """Fill in where the values of each layer are in the scratch memory; return how many floats they take.

    The inputs are first. Each value of a point is a row of `step` floats.
    """
    in_place = _in_place(chain)
    # When the values of each layer, and the inputs (-1), are needed for the last time.
    needed = {index: index + 1 for index in range(-1, len(chain))}
    for index, layer in enumerate(chain):
        if layer.skips is not None:
            needed[layer.skips] = max(needed[layer.skips], index)
    places = {-1: 0}
    used = 1
    for index, row in enumerate(table):
        if in_place[index]:
            places[index] = places[index - 1]
        else:
            held = {place for owner, place in places.items() if needed[owner] >= index}
            places[index] = next(place for place in range(len(table) + 2) if place not in held)
            used = max(used, places[index] + 1)
        row[columns.SOURCE], row[columns.VALUES] = places[index - 1], places[index]
        skips = chain[index].skips
        row[columns.SKIP] = 0 if skips is None else places[skips]
    widest = max(inputs, *(layer.neurons for layer in chain))
    table[:, [columns.SOURCE, columns.VALUES, columns.SKIP]] *= widest * step
    return used * widest * step


def cost(chain: Sequence[LayerKind], batch_size: int) -> int:
    """Return an estimate of the work of a mini-batch, in the unit of `memory_layout.costs`."""
    blocks = padded(batch_size) // LANES
    total = 0
    for layer in chain:
        size = sum(int(np.prod(parameter.shape)) for parameter in layer.parameters)
        total += size * (3 * blocks + 3) + 18 * layer.neurons * blocks
    return total


def make(chain: Chain, output: int, inputs: Floats, targets: Floats, batch_size: int, slots: int) -> Plan:
    """Return the plan of a training, with its data and masks in the workspace.

    `output` is the code of the output; the other arguments are those of `memory_layout.make`.
    """
    batch_size = min(batch_size, len(inputs))
    data, data_step, _ = memory_layout.packed(inputs, targets, batch_size)
    sizes = Sizes(len(inputs), batch_size, slots, data.size, data_step, 0)
    return plan_of(_structure(chain, output, inputs.shape[1], sizes), data)


def plan_of(structure: memory_layout.Structure, data: Floats) -> Plan:
    """Return a plan of a structure, with its data and masks in the workspace."""
    workspace, header = memory_layout.aligned(structure.end), structure.header.copy()
    workspace[header[fields.DATA] :][: data.size] = data
    workspace[header[fields.MASK] + structure.weights] = 1
    return Plan(workspace, structure.layers.copy(), header, structure.offsets.copy())


@lru_cache(maxsize=16)
def _structure(chain: Chain, output: int, inputs: int, sizes: Sizes) -> memory_layout.Structure:
    """Return the structure of a workspace. Trainings from many seeds have the same."""
    table = shared_table(chain, output, inputs)
    return structure_of(chain, table, sizes, memory_layout.CHAIN)


def structure_of(
    chain: Chain, table: Table, sizes: Sizes, layout: int, parts: int = 0
) -> memory_layout.Structure:
    """Return the structure of a workspace for a table, whose columns for training are filled in.

    `layout` is that of `memory_layout`, `parts` the size of the memory for sums of the gradient; 0: eight
    floats for each parameter.
    """
    parameters = slots_of(layer.parameters for layer in chain)
    count = size_of(parameters) + size_of(slots_of(layer.buffers for layer in chain))
    weights = [
        np.arange(slot.start, slot.end)
        for layer, places in zip(chain, parameters, strict=True)
        for parameter, slot in zip(layer.parameters, places, strict=True)
        if parameter.penalized
    ]
    memory = Allocator()
    memory.allocate(count)
    header = memory_layout.header_of(sizes, memory.end, memory)
    header[fields.LAYERS], header[fields.PARAMETERS] = len(chain), count
    header[fields.LAYOUT], header[fields.OUTPUTS] = layout, chain[-1].neurons
    header[fields.PARTS] = memory.allocate(parts or header[fields.SIZE] * LANES)
    _place_values(chain, table, padded(sizes.batch_size), memory)
    header[fields.DATA], header[fields.DATA_STEP] = memory.allocate(sizes.data), sizes.data_step
    offsets, weights_of = np.arange(count), np.concatenate(weights)
    for array in (table, header, offsets, weights_of):
        array.setflags(write=False)
    return memory_layout.Structure(memory.end, table, header, offsets, weights_of)


def _place_values(chain: Chain, table: Table, points: int, memory: Allocator) -> None:
    """Allocate values, gradients and tapes, and decide which layers add to gradients that are there."""
    in_place = _in_place(chain)
    at_source = columns.DATA_ROWS, columns.DATA_ROWS
    placed = {-1: at_source}
    for index, (layer, row) in enumerate(zip(chain, table, strict=True)):
        size = layer.neurons * points
        row[[columns.SOURCE, columns.SOURCE_GRADIENTS]] = placed[index - 1]
        if not in_place[index]:
            placed[index] = memory.allocate(size), memory.allocate(size)
        else:
            placed[index] = placed[index - 1]
        row[[columns.VALUES, columns.GRADIENTS]] = placed[index]
        row[[columns.SKIP, columns.SKIP_GRADIENTS]] = (
            at_source if layer.skips is None else placed[layer.skips]
        )
        if row[columns.KIND] in _TAPED:
            row[columns.TAPE] = memory.allocate(size)
            row[columns.INVERSES] = memory.allocate(max(layer.neurons, points))
    written: set[int] = set()
    for index in reversed(range(len(chain))):
        row = table[index]
        if chain[index].skips is not None:
            row[columns.SKIP_ADDS] = row[columns.SKIP_GRADIENTS] in written
            written.add(int(row[columns.SKIP_GRADIENTS]))
        if not in_place[index]:
            row[columns.ADDS] = row[columns.SOURCE_GRADIENTS] in written
            written.add(int(row[columns.SOURCE_GRADIENTS]))
