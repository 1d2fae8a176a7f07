"""What the neurons say all over the plane: grids of a node's values, and its value at one point.

A node is (layer, neuron). Layer 0 are the inputs, all of them in the order of the FEATURES table, whether the network
has them or not; then come the hidden layers, and last the output. Grids run over the plane [-6, 6]^2 as pictures do:
row 0 is the top, where x2 is largest, and column 0 the left; values are taken at the cells' centres.
"""

from functools import lru_cache

import numpy as np

from engine.arrays import AnyFloats, Floats
from engine.config import TrainingConfig
from engine.datasets import PLANE
from engine.errors import NoSuchNeuron
from engine.features import FEATURES, compute
from engine.network import Network


@lru_cache(maxsize=16)
def centres(resolution: int) -> Floats:
    """Return the cells' centres (resolution * resolution, 2), row by row from the top."""
    along = PLANE * ((2 * np.arange(resolution) + 1) / resolution - 1)
    x1, x2 = np.meshgrid(along, -along)
    return _frozen(np.stack([x1.ravel(), x2.ravel()], axis=1))


@lru_cache(maxsize=16)
def _inputs(resolution: int) -> AnyFloats:
    """Return every feature at the cells' centres: (features, resolution * resolution)."""
    return _frozen(np.ascontiguousarray(compute(tuple(FEATURES), centres(resolution)).T))


def _frozen(array: Floats) -> Floats:
    array.setflags(write=False)
    return array


def quantize(values: AnyFloats) -> np.ndarray:
    """Return values as signed 8 bits: -1..1 becomes -127..127, beyond is clipped, nan becomes 0."""
    return np.rint(np.nan_to_num(np.clip(values, -1, 1)) * 127).astype(np.int8)


class Surface:
    """Grids of the nodes of a config's network. An output that is a sigmoid is drawn as 2p - 1, all else as it is."""

    def __init__(self, config: TrainingConfig) -> None:
        names = tuple(FEATURES)
        self._rows = [names.index(name) for name in config.features]

    def inputs(self, resolution: int) -> AnyFloats:
        """Return all features: (features, resolution, resolution), in the table's order."""
        return _inputs(resolution).reshape(-1, resolution, resolution)

    def coarse(self, network: Network, resolution: int = 20) -> AnyFloats:
        """Return every neuron of the hidden layers and the output: (neurons, resolution, resolution)."""
        grids = self._layers(network, resolution, len(network.layers))
        return np.concatenate(grids).reshape(-1, resolution, resolution)

    def fine(self, network: Network, layer: int, neuron: int, resolution: int = 100) -> AnyFloats:
        """Return one node: (resolution, resolution). Raises `NoSuchNeuron`."""
        check_node(network, layer, neuron)
        if layer == 0:
            return self.inputs(resolution)[neuron]
        return self._layers(network, resolution, layer)[-1][neuron].reshape(resolution, resolution)

    def _layers(self, network: Network, resolution: int, depth: int) -> list[AnyFloats]:
        """Return the first layers' outputs, each (neurons, resolution * resolution)."""
        values = _inputs(resolution)[self._rows]
        grids = []
        with np.errstate(all="ignore"):
            for layer, activation in zip(network.layers[:depth], network.activations, strict=False):
                values = activation.function(layer.weights.T @ values + layer.biases[:, None])
                grids.append(values)
        if depth == len(network.layers) and network.activations[-1].middle:
            grids[-1] = 2 * grids[-1] - 1
        return grids


def value_at(network: Network, layer: int, neuron: int, x1: float, x2: float) -> float:
    """Return a node's value at one point, as it is: for a sigmoid output, p. Raises `NoSuchNeuron`."""
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
