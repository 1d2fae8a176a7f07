"""What the neurons say all over the plane: grids of a node's values, and its value at one point.

A node is (layer, neuron). Layer 0 are the inputs, all of them in the order of the FEATURES table, whether the
network has them or not; then come the hidden layers, and last the output. Grids run over the plane as
pictures do: row 0 is the top, where x2 is largest, and column 0 the left; values are those at the cells'
centres.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloats, Floats
from engine.config import TrainingConfig
from engine.datasets import PLANE
from engine.errors import NoSuchNeuron
from engine.features import FEATURES, compute
from engine.network import Layer, Network

LARGEST_FOR_FLOAT32 = 10.0
"""With parameters up to this, 32-bit floats are exact to a small part of the 8-bit level of a drawing."""

BAND = 2048
"""Points that a fine grid takes at a time: their values stay in the processor's cache."""


@lru_cache(maxsize=16)
def centres(resolution: int) -> Floats:
    """Return the cells' centres (resolution * resolution, 2), row by row from the top. Read-only."""
    along = PLANE * ((2 * np.arange(resolution) + 1) / resolution - 1)
    x1, x2 = np.meshgrid(along, -along)
    points = np.stack([x1.ravel(), x2.ravel()], axis=1)
    points.setflags(write=False)
    return points


@lru_cache(maxsize=16)
def _inputs(names: tuple[str, ...], resolution: int, precision: type[np.floating[Any]]) -> AnyFloats:
    """Return the named features at the cells' centres: (names, resolution * resolution). Read-only."""
    values: AnyFloats = np.ascontiguousarray(compute(names, centres(resolution)).T, dtype=precision)
    values.setflags(write=False)
    return values


def quantize(values: AnyFloats) -> NDArray[np.int8]:
    """Return values as signed 8 bits: -1..1 becomes -127..127, what lies beyond is clipped, nan becomes 0."""
    return np.rint(np.nan_to_num(np.clip(values, -1, 1)) * 127).astype(np.int8)


class Surface:
    """Grids of the nodes of a config's network.

    An output that is a sigmoid is drawn as 2p - 1, all else as it is. Grids are of 32-bit or 64-bit floats,
    whichever is enough for 8 bits.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self._features = config.features

    def inputs(self, resolution: int) -> AnyFloats:
        """Return all features, in the table's order: (features, resolution, resolution). Read-only."""
        grids: AnyFloats = _inputs(tuple(FEATURES), resolution, np.float32)
        return grids.reshape(-1, resolution, resolution)

    def coarse(self, network: Network, resolution: int = 20) -> AnyFloats:
        """Return every neuron of the hidden layers and then the output: (neurons, resolution, resolution)."""
        with np.errstate(all="ignore"):
            *hidden, output = _outputs(network, network.layers, self._chosen(network, resolution))
            grids = np.concatenate([*hidden, network.activations[-1].drawn(output)])
        return grids.reshape(-1, resolution, resolution)

    def fine(self, network: Network, layer: int, neuron: int, resolution: int = 100) -> AnyFloats:
        """Return one node: (resolution, resolution). Raises `NoSuchNeuron`."""
        check_node(network, layer, neuron)
        if layer == 0:
            return self.inputs(resolution)[neuron, :, :]
        # Only as deep as the node, and there only itself.
        *before, (weights, biases) = network.layers[:layer]
        layers = [*before, Layer(weights[:, neuron : neuron + 1], biases[neuron : neuron + 1])]
        inputs = self._chosen(network, resolution)
        bands = [inputs[:, start : start + BAND] for start in range(0, inputs.shape[1], BAND)]
        with np.errstate(all="ignore"):
            grid = np.concatenate([_outputs(network, layers, band)[-1] for band in bands], axis=1)
            if layer == len(network.layers):
                grid = network.activations[-1].drawn(grid)
        return grid.reshape(resolution, resolution)

    def _chosen(self, network: Network, resolution: int) -> AnyFloats:
        """Return the network's inputs on the grid, in the precision that its parameters call for."""
        small = np.abs(network.parameters).max() <= LARGEST_FOR_FLOAT32
        return _inputs(self._features, resolution, np.float32 if small else np.float64)


def _outputs(network: Network, layers: Sequence[Layer], inputs: NDArray[Any]) -> list[NDArray[Any]]:
    """Return what the network's first layers make of inputs (features, n): of each, an array (neurons, n).

    Neurons stand before points here, so that each neuron's grid is one piece of memory.
    """
    outputs = []
    for (weights, biases), activation in zip(layers, network.activations, strict=False):
        sums = weights.T.astype(inputs.dtype).dot(inputs)
        sums += biases[:, None].astype(inputs.dtype)
        inputs = activation.function(sums)
        outputs.append(inputs)
    return outputs


def value_at(network: Network, layer: int, neuron: int, x1: float, x2: float) -> float:
    """Return a node's value at one point, as it is: of a sigmoid output, p. Raises `NoSuchNeuron`."""
    check_node(network, layer, neuron)
    point = np.array([[x1, x2]])
    with np.errstate(all="ignore"):
        if layer == 0:
            return float(compute(tuple(FEATURES), point)[0, neuron])
        return float(network.propagate(compute(network.features, point)).outputs[layer][0, neuron])


def check_node(network: Network, layer: int, neuron: int) -> None:
    """Raise `NoSuchNeuron` unless the drawing of this network has that node."""
    sizes = (len(FEATURES), *network.shape[1:])
    if not 0 <= layer < len(sizes):
        raise NoSuchNeuron(layer, neuron, f"a layer from 0 to {len(sizes) - 1}")
    if not 0 <= neuron < sizes[layer]:
        raise NoSuchNeuron(layer, neuron, f"a neuron from 0 to {sizes[layer] - 1}")
