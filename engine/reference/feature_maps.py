"""Feature maps: the values of all layers of a network for one image, as they are drawn.

The layers that are drawn are the input, each convolution, dense and pooling layer, and the output. The values
of a layer are those that the next of them gets: after its activation, normalization and residual connection.
"""

from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from engine.arrays import Floats
from engine.data.image_shape import ImageShape
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling
from engine.nn.network import Network

MapKind: TypeAlias = Literal["input", "conv", "dense", "max_pool", "average_pool", "output"]


class MapLayer(NamedTuple):
    """A layer that is drawn, with the shape of its values."""

    layer: int
    """The number of its column: 0 for the input, the number of the layer of neurons that it belongs to."""
    kind: MapKind
    shape: ImageShape
    """Its feature maps; of dense layers and the output one value for each neuron, in channels of 1x1."""
    size: int | None = None
    """Height and width of the window of a convolution or pooling layer."""
    filters: int | None = None
    """Of a convolution: the number of channels of each of its filters."""


def map_layers(network: Network) -> tuple[MapLayer, ...]:
    """Return the layers of a network for images that are drawn, from the input to the output."""
    assert network.image is not None
    layers, column = [MapLayer(0, "input", network.image)], 0
    for index in _drawn(network):
        layer = network.chain[index]
        column += isinstance(layer, Dense | Convolution)
        layers.append(_map_layer(layer, column))
    layers[-1] = layers[-1]._replace(kind="output")
    return tuple(layers)


def feature_maps(network: Network, pixels: Floats) -> list[Floats]:
    """Return the values of each of the `map_layers` for an image (pixels,): (channels, height, width).

    The pixels are not scaled yet; the values of the input are those that the network gets.
    """
    rows = map_values(network, pixels)
    return [row.reshape(layer.shape) for row, layer in zip(rows, map_layers(network), strict=True)]


def map_values(network: Network, pixels: Floats) -> list[Floats]:
    """Return what `feature_maps` does, the values of each layer in one row."""
    with np.errstate(all="ignore"):
        forward = network.propagate(network.inputs(pixels[None]))
    # What a layer that is drawn gets are the values of the one drawn before it; dropout is not in the way.
    return [*(forward.values[index][0] for index in _drawn(network)), forward.output[0]]


def filters_of(network: Network) -> list[Floats]:
    """Return the filters of each convolution: (filters, channels, size, size)."""
    filters = []
    for layer, parameters in zip(network.neurons, network.layers, strict=True):
        convolution = network.chain[layer.first]
        if isinstance(convolution, Convolution):
            shape = (convolution.filters, convolution.before.channels, convolution.size, convolution.size)
            filters.append(parameters.weights.T.reshape(shape))
    return filters


def _drawn(network: Network) -> list[int]:
    """Return the indices in the chain of the layers that are drawn, all but the input."""
    drawn = Dense | Convolution | MaxPooling | AveragePooling
    return [index for index, layer in enumerate(network.chain) if isinstance(layer, drawn)]


def _map_layer(layer: LayerKind, column: int) -> MapLayer:
    match layer:
        case Convolution():
            return MapLayer(column, "conv", layer.shape, layer.size, layer.before.channels)
        case MaxPooling():
            return MapLayer(column, "max_pool", layer.shape, layer.size)
        case AveragePooling():
            return MapLayer(column, "average_pool", layer.shape, layer.size)
    return MapLayer(column, "dense", ImageShape(layer.neurons, 1, 1))
