"""Node grids: the values of a network's nodes over the plane, and at one point.

A node is (layer, neuron). Layer 0 has all features in the order of the FEATURES table, whether they are
inputs of the network or not; then come the hidden layers, and last the output. Row 0 of a grid is the top,
where x2 is largest, and column 0 the left. Values are taken at the centres of the cells.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from engine.arrays import AnyFloats, Floats
from engine.data.datasets import PLANE
from engine.data.features import FEATURES, compute
from engine.data.scaling import Scaling
from engine.errors import NoSuchNeuron
from engine.nn.network import Network

MAX_FOR_FLOAT32 = 10.0
"""For parameters up to this size, the error of 32-bit floats is a small fraction of an 8-bit level."""

BAND = 2048
"""Number of points of a grid computed at a time, so that their values stay in the processor's cache."""

_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


@lru_cache(maxsize=16)
def centres(resolution: int) -> Floats:
    """Return the centres of the cells, row by row from the top: (resolution^2, 2). Read-only."""
    along = PLANE * ((2 * np.arange(resolution) + 1) / resolution - 1)
    x1, x2 = np.meshgrid(along, -along)
    points = np.stack([x1.ravel(), x2.ravel()], axis=1)
    points.setflags(write=False)
    return points


@lru_cache(maxsize=64)
def _scaled_features(
    names: tuple[str, ...],
    mean: tuple[float, ...],
    deviation: tuple[float, ...],
    resolution: int,
    precision: np.dtype[Any],
) -> AnyFloats:
    """Return the named features at the centres of the cells, scaled: (names, resolution^2). Read-only."""
    scaling = Scaling(np.array(mean), np.array(deviation))
    values: AnyFloats = np.ascontiguousarray(scaling(compute(names, centres(resolution))).T, dtype=precision)
    values.setflags(write=False)
    return values


class NodeGrids:
    """The grids of a network's nodes, with its present parameters.

    A probability p of the output is returned as 2p - 1, all other values as they are. Grids have 32-bit or
    64-bit floats, whichever is precise enough for heat maps of 8 bits.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def inputs(self, resolution: int) -> AnyFloats:
        """Return all features in the table's order: (features, resolution, resolution). Read-only."""
        names = tuple(FEATURES)
        grids = _scaled_features(names, (0.0,) * len(names), (1.0,) * len(names), resolution, np.float32)
        return grids.reshape(-1, resolution, resolution)

    def preview(self, resolution: int = 20) -> AnyFloats:
        """Return the grids of all hidden neurons, then the outputs: (neurons, resolution, resolution)."""
        network = self._network
        with np.errstate(all="ignore"):
            *hidden, output = network.layer_outputs(self.input_grids(resolution).T)
            grids = np.concatenate([*hidden, network.output.drawn(output)], axis=1)
        return grids.T.reshape(-1, resolution, resolution)

    def detail(self, layer: int, neuron: int, resolution: int = 100) -> AnyFloats:
        """Return the grid of one node: (resolution, resolution). Raises `NoSuchNeuron`."""
        network = self._network
        check_node(network, layer, neuron)
        if layer == 0:
            return self.inputs(resolution)[neuron, :, :]
        with np.errstate(all="ignore"):
            grid = self._last(layer, resolution)[:, neuron]
            if layer == len(network.layers):
                grid = network.output.drawn(grid)
        shaped: AnyFloats = grid.reshape(resolution, resolution)
        return shaped

    def classes(self, resolution: int = 100) -> AnyFloats:
        """Return the probability of each of several classes: (classes, resolution, resolution)."""
        with np.errstate(all="ignore"):
            grids = self._last(len(self._network.layers), resolution)
        return grids.T.reshape(-1, resolution, resolution)

    def sums(self, layer: int, neuron: int | None, resolution: int) -> AnyFloats:
        """Return the sums that part the plane at 0: (1, resolution, resolution).

        They are those of `Network.sums` for a neuron; for one of several classes, by how much its
        pre-activation exceeds the largest of the others. `neuron` None: the pre-activations of all classes,
        (classes, resolution, resolution).
        """
        network = self._network
        several = layer == len(network.layers) and network.shape[-1] > 1
        with np.errstate(all="ignore"):
            z = self._banded(lambda band: network.sums(layer, band), resolution).T
            if neuron is not None:
                others = np.delete(z, neuron, axis=0).max(axis=0) if several else 0
                z = (z[neuron] - others)[None]
        return z.reshape(-1, resolution, resolution)

    def _last(self, layer: int, resolution: int) -> AnyFloats:
        """Return the values of a layer of neurons at all cells: (resolution^2, neurons)."""
        network = self._network
        return self._banded(lambda band: network.outputs_of(layer, band), resolution)

    def _banded(self, function: Callable[[AnyFloats], AnyFloats], resolution: int) -> AnyFloats:
        """Return a function of the inputs (n, inputs) of all cells, computed for some of them at a time."""
        inputs = self.input_grids(resolution).T
        bands = [inputs[start : start + BAND] for start in range(0, len(inputs), BAND)]
        outputs: AnyFloats = np.concatenate([function(band) for band in bands])
        return outputs

    @property
    def precision(self) -> np.dtype[Any]:
        """The floats that are precise enough for the present parameters: 32-bit or 64-bit."""
        return (
            _FLOAT32 if _is_small(self._network.parameters) and _is_small(self._network.buffers) else _FLOAT64
        )

    def input_grids(self, resolution: int, precision: np.dtype[Any] | None = None) -> AnyFloats:
        """Return the network's inputs at the cells: (inputs, resolution^2). Read-only.

        `precision` is the type of the floats, by default the property of that name.
        """
        scaling = self._network.scaling
        return _scaled_features(
            self._network.features,
            tuple(scaling.mean.tolist()),
            tuple(scaling.deviation.tolist()),
            resolution,
            precision or self.precision,
        )


def _is_small(values: Floats) -> bool:
    """Return whether no value is too large for 32-bit floats."""
    if not values.size:
        return True
    # The sum of squares is quick to compute; if it is small, no value is large.
    with np.errstate(over="ignore"):
        return bool(values.dot(values) <= MAX_FOR_FLOAT32**2 or np.abs(values).max() <= MAX_FOR_FLOAT32)


def value_at(network: Network, layer: int, neuron: int, x1: float, x2: float) -> float:
    """Return a node's value at one point; a probability is not rescaled. Raises `NoSuchNeuron`."""
    check_node(network, layer, neuron)
    if layer == 0:
        return float(compute(tuple(FEATURES), np.array([[x1, x2]]))[0, neuron])
    return float(_values(network, layer, x1, x2)[neuron])


def classes_at(network: Network, x1: float, x2: float) -> Floats:
    """Return all outputs at one point: (outputs,)."""
    return _values(network, len(network.layers), x1, x2)


def _values(network: Network, layer: int, x1: float, x2: float) -> Floats:
    with np.errstate(all="ignore"):
        values: Floats = network.outputs_of(layer, network.inputs(np.array([[x1, x2]])))[0]
    return values


def check_node(network: Network, layer: int, neuron: int) -> None:
    """Raise `NoSuchNeuron` if the network does not have a node."""
    sizes = (network.image.values if network.image else len(FEATURES), *network.shape[1:])
    if not 0 <= layer < len(sizes):
        raise NoSuchNeuron(layer, neuron, f"a layer from 0 to {len(sizes) - 1}")
    if not 0 <= neuron < sizes[layer]:
        raise NoSuchNeuron(layer, neuron, f"a neuron from 0 to {sizes[layer] - 1}")
