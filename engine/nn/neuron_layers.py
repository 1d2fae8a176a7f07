"""Layers of neurons: the parts of a chain that are drawn as one column, and whose weights can be edited.

The filters of a convolution are such neurons, too: each has the weighted sum of a window.
"""

from collections.abc import Sequence
from typing import NamedTuple

from engine.arrays import Floats
from engine.errors import NoSuchParameter
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.dropping import Dropout
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layers import kind_of
from engine.nn.parameter_layout import Slots


class NeuronLayer(NamedTuple):
    """A dense layer or a convolution of a chain with what follows it up to the next one."""

    first: int
    """Its index in the chain."""
    last: int
    """Index of the layer of the chain whose values are those of the neurons: the last before dropout."""
    activation: str | None
    """Name of the activation whose results are the neurons' values; None if another layer follows it."""


class DenseParameters(NamedTuple):
    """The part of a flat vector of parameters, gradients or flags that a layer of neurons has."""

    weights: Floats
    """(inputs, neurons): `weights[i, j]` connects input i to neuron j; of a convolution, value i of a window
    to filter j."""
    biases: Floats
    """(neurons,)"""


def neuron_layers(chain: Sequence[LayerKind]) -> tuple[NeuronLayer, ...]:
    """Return the layers of neurons of a chain, the output last."""
    starts = [index for index, layer in enumerate(chain) if isinstance(layer, Dense | Convolution)]
    layers = []
    for start, end in zip(starts, [*starts[1:], len(chain)], strict=True):
        last = max(index for index in range(start, end) if not isinstance(chain[index], Dropout))
        layer = chain[last]
        layers.append(NeuronLayer(start, last, layer.name if isinstance(layer, ActivationLayer) else None))
    return tuple(layers)


class ArrayPlace(NamedTuple):
    """Where one array of a layer is in the flat vector of the parameters, or in that of the buffers."""

    layer: int
    """The number of the layer of neurons that it belongs to, from 1."""
    kind: str
    """The name of its layer's kind in the table."""
    name: str
    start: int
    shape: tuple[int, ...]


def array_places(
    chain: Sequence[LayerKind], neurons: Sequence[NeuronLayer], slots: Slots
) -> tuple[ArrayPlace, ...]:
    """Return the places of all arrays of a chain that are in `slots`."""
    numbers = [sum(layer.first <= index for layer in neurons) for index in range(len(chain))]
    return tuple(
        ArrayPlace(number, kind_of(layer), slot.name, slot.start, slot.shape)
        for number, layer, places in zip(numbers, chain, slots, strict=True)
        for slot in places
    )


def parameter_array(layers: Sequence[DenseParameters], layer: int, index: tuple[int, ...]) -> Floats:
    """Return the array of a layer that `index` points into.

    `layer` counts from 1. `index` is (source, neuron) for a weight and (neuron,) for a bias. Raises
    `NoSuchParameter` if the layer or the index does not exist.
    """
    kind, part = ("weight", 0) if len(index) == 2 else ("bias", 1)
    name = f"{kind} {' to '.join(map(str, index))} in layer {layer}"
    if not 1 <= layer <= len(layers):
        raise NoSuchParameter(name, _range("layer", 1, len(layers)))
    values = layers[layer - 1][part]
    for axis, position, size in zip(("source", "neuron")[part:], index, values.shape, strict=True):
        if not 0 <= position < size:
            raise NoSuchParameter(name, _range(axis, 0, size - 1))
    return values


def _range(what: str, first: int, last: int) -> str:
    return f"a {what} from {first} to {last}" if first < last else f"{what} {first}"
