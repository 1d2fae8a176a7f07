"""Dropout: in training each neuron of a hidden layer is left out by chance (Srivastava and others 2014).

Those that stay count for more in return, so that sums keep their size. Whether a neuron stays for a point is
computed from a key, the epoch, the point and the neuron, with no generator whose state would have to be kept:
the same training drops the same neurons, in whatever pieces it is taken.
"""

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit numbers, a counter's too, evenly: the finish of SplitMix64 (Steele and others 2014)."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


def factors(
    key: int, share: float, *, epoch: int, layer: int, layers: int, points: range, count: int, neurons: int
) -> Floats:
    """Return what to multiply a layer's outputs by: (points, neurons), each 0 or 1 / (1 - share).

    Args:
        key: 64 bits that name the training.
        share: of the neurons that are left out, 0 to below 1.
        epoch: finished epochs.
        layer: hidden layer, from 0 on.
        layers: how many hidden layers there are.
        points: places of the points among those that train.
        count: how many of those there are.
        neurons: of the layer.
    """
    row = np.uint64((epoch * layers + layer) * count % 2**64)
    places = row + np.arange(points.start, points.stop, dtype=np.uint64)[:, None]
    counter = places * np.uint64(neurons) + np.arange(1, neurons + 1, dtype=np.uint64)
    numbers: NDArray[np.uint64] = np.asarray(np.uint64(key) + _GOLDEN * counter, dtype=np.uint64)
    uniform = (mix(numbers) >> np.uint64(11)) * 2.0**-53
    return np.where(uniform >= share, 1 / (1 - share), 0.0)
