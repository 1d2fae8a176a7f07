"""Layers: views of one flat vector that holds all parameters of a network.

The vector holds layer after layer: first the weights of a layer, row by row, then its biases. An optimizer
updates one vector, and each layer uses its part as a matrix, without copying.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from engine.arrays import Floats
from engine.errors import NoSuchParameter
from engine.nn.parameter_layout import LayerSlots


class Layer(NamedTuple):
    """One layer's part of a flat vector of parameters, gradients or flags."""

    weights: Floats
    """(inputs, neurons): `weights[i, j]` connects input i to neuron j."""
    biases: Floats
    """(neurons,)"""


def layer_views(vector: NDArray[Any], layout: Sequence[LayerSlots]) -> list[Layer]:
    """Return a view of a flat vector with one value per parameter, for each layer of a layout."""
    return [
        Layer(
            vector[slots.weights : slots.biases].reshape(slots.inputs, slots.neurons),
            vector[slots.biases : slots.end],
        )
        for slots in layout
    ]


def affine(inputs: NDArray[Any], layer: Layer) -> NDArray[Any]:
    """Return the pre-activations z = x W + b, (n, neurons), of inputs x (n, inputs).

    If the inputs are stored by columns, the result is as well, so that each neuron's grid stays contiguous.
    """
    # `.dot` is equivalent to `@`, at a third of the cost for small arrays.
    by_column = inputs.strides[0] < inputs.strides[1]
    z: NDArray[Any] = layer.weights.T.dot(inputs.T).T if by_column else inputs.dot(layer.weights)
    z += layer.biases
    return z


def parameter_array(layers: Sequence[Layer], layer: int, index: tuple[int, ...]) -> Floats:
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
