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

from engine.arrays import AnyFloats, Floats
from engine.data.datasets import PLANE
from engine.data.features import FEATURES, compute
from engine.data.scaling import Scaling
from engine.errors import NoSuchNeuron
from engine.nn.network import Layer, Network

MAX_FOR_FLOAT32 = 10.0
"""With parameters up to this, 32-bit floats are exact to a small part of the 8-bit level of a drawing."""

BAND = 2048
"""Points that a fine grid takes at a time: their values stay in the processor's cache."""

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


@lru_cache(maxsize=16)
def centres(resolution: int) -> Floats:
    """Return the cells' centres (resolution * resolution, 2), row by row from the top. Read-only."""
    along = PLANE * ((2 * np.arange(resolution) + 1) / resolution - 1)
    x1, x2 = np.meshgrid(along, -along)
    points = np.stack([x1.ravel(), x2.ravel()], axis=1)
    points.setflags(write=False)
    return points


@lru_cache(maxsize=64)
def _scaled(
    names: tuple[str, ...],
    mean: tuple[float, ...],
    deviation: tuple[float, ...],
    resolution: int,
    precision: np.dtype[Any],
) -> AnyFloats:
    """Return the named features at the cells' centres, scaled: (names, resolution^2). Read-only."""
    scaling = Scaling(np.array(mean), np.array(deviation))
    values: AnyFloats = np.ascontiguousarray(scaling(compute(names, centres(resolution))).T, dtype=precision)
    values.setflags(write=False)
    return values


class NodeGrids:
    """Grids of the nodes of a network.

    An output that is a probability is drawn as 2p - 1, all else as it is. Grids are of 32-bit or 64-bit
    floats, whichever is enough for 8 bits.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def inputs(self, resolution: int) -> AnyFloats:
        """Return all features, in the table's order: (features, resolution, resolution). Read-only."""
        names = tuple(FEATURES)
        grids = _scaled(names, (0.0,) * len(names), (1.0,) * len(names), resolution, np.float32)
        return grids.reshape(-1, resolution, resolution)

    def preview(self, resolution: int = 20) -> AnyFloats:
        """Return every neuron of the hidden layers, then the outputs: (neurons, resolution, resolution)."""
        network = self._network
        with np.errstate(all="ignore"):
            *hidden, output = network.layer_outputs(network.layers, self.input_grids(resolution))
            grids = np.concatenate([*hidden, network.output.drawn(output)])
        return grids.reshape(-1, resolution, resolution)

    def detail(self, layer: int, neuron: int, resolution: int = 100) -> AnyFloats:
        """Return one node: (resolution, resolution). Raises `NoSuchNeuron`."""
        network = self._network
        check_node(network, layer, neuron)
        if layer == 0:
            return self.inputs(resolution)[neuron, :, :]
        # Only as deep as the node, and there only itself; but the classes of an output depend on each other.
        *before, (weights, biases) = network.layers[:layer]
        if layer < len(network.layers) or network.shape[-1] == 1:
            only = slice(neuron, neuron + 1)
            layers, row = [*before, Layer(weights[:, only], biases[only])], 0
        else:
            layers, row = network.layers, neuron
        with np.errstate(all="ignore"):
            grid = self._banded(layers, resolution)[row]
            if layer == len(network.layers):
                grid = network.output.drawn(grid)
        shaped: AnyFloats = grid.reshape(resolution, resolution)
        return shaped

    def classes(self, resolution: int = 100) -> AnyFloats:
        """Return the probability of each of several classes: (classes, resolution, resolution)."""
        with np.errstate(all="ignore"):
            grids = self._banded(self._network.layers, resolution)
        return grids.reshape(-1, resolution, resolution)

    def _banded(self, layers: Sequence[Layer], resolution: int) -> AnyFloats:
        """Return what the last of these layers says: (neurons, resolution^2)."""
        inputs = self.input_grids(resolution)
        bands = [inputs[:, start : start + BAND] for start in range(0, inputs.shape[1], BAND)]
        grids: AnyFloats = np.concatenate(
            [self._network.layer_outputs(layers, band)[-1] for band in bands], axis=1
        )
        return grids

    @property
    def precision(self) -> np.dtype[Any]:
        """Which floats are enough, 32-bit or 64-bit: the present parameters decide."""
        parameters = self._network.parameters
        # Where all squares together are no more than that of the largest, which is quick to see, no one is.
        with np.errstate(over="ignore"):
            small = (
                parameters.dot(parameters) <= MAX_FOR_FLOAT32**2
                or np.abs(parameters).max() <= MAX_FOR_FLOAT32
            )
        return _FLOAT32 if small else _FLOAT64

    def input_grids(self, resolution: int, precision: np.dtype[Any] | None = None) -> AnyFloats:
        """Return what the network is told at the cells: (inputs, resolution^2), by default in `precision`.

        Read-only.
        """
        scaling = self._network.scaling
        return _scaled(
            self._network.features,
            tuple(scaling.mean.tolist()),
            tuple(scaling.deviation.tolist()),
            resolution,
            precision or self.precision,
        )


def value_at(network: Network, layer: int, neuron: int, x1: float, x2: float) -> float:
    """Return a node's value at one point, as it is: of a probability, p. Raises `NoSuchNeuron`."""
    check_node(network, layer, neuron)
    if layer == 0:
        return float(compute(tuple(FEATURES), np.array([[x1, x2]]))[0, neuron])
    return float(_values(network, layer, x1, x2)[neuron])


def classes_at(network: Network, x1: float, x2: float) -> Floats:
    """Return the outputs at one point: (outputs,)."""
    return _values(network, len(network.layers), x1, x2)


def _values(network: Network, layer: int, x1: float, x2: float) -> Floats:
    with np.errstate(all="ignore"):
        values: Floats = network.propagate(network.inputs(np.array([[x1, x2]]))).outputs[layer - 1][0]
    return values


def check_node(network: Network, layer: int, neuron: int) -> None:
    """Raise `NoSuchNeuron` unless the drawing of this network has that node."""
    sizes = (len(FEATURES), *network.shape[1:])
    if not 0 <= layer < len(sizes):
        raise NoSuchNeuron(layer, neuron, f"a layer from 0 to {len(sizes) - 1}")
    if not 0 <= neuron < sizes[layer]:
        raise NoSuchNeuron(layer, neuron, f"a neuron from 0 to {sizes[layer] - 1}")
