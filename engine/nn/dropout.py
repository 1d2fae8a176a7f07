"""Dropout: in training each neuron of a hidden layer is dropped at random (Srivastava and others 2014).

The outputs of the other neurons are scaled up so that their expected sum stays the same. Whether a neuron is
dropped for a point is computed from a key, the epoch, the point and the neuron, without a random generator
whose state would have to be stored: the same neurons are dropped however training is divided into calls.
"""

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Hash 64-bit numbers, such as a counter, by the finalizer of SplitMix64 (Steele and others 2014)."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


def factors(
    key: int, rate: float, *, epoch: int, layer: int, layers: int, points: range, count: int, neurons: int
) -> Floats:
    """Return the factors (points, neurons) on a layer's outputs: each 0 or 1 / (1 - rate).

    Args:
        key: 64 bits that identify the training.
        rate: probability that a neuron is dropped, at least 0 and below 1.
        epoch: number of finished epochs.
        layer: index of the hidden layer, from 0.
        layers: number of hidden layers.
        points: indices of the points in the training set.
        count: size of the training set.
        neurons: number of neurons in the layer.
    """
    row = np.uint64((epoch * layers + layer) * count % 2**64)
    indices = row + np.arange(points.start, points.stop, dtype=np.uint64)[:, None]
    counter = indices * np.uint64(neurons) + np.arange(1, neurons + 1, dtype=np.uint64)
    numbers: NDArray[np.uint64] = np.asarray(np.uint64(key) + _GOLDEN * counter, dtype=np.uint64)
    uniform = (mix(numbers) >> np.uint64(11)) * 2.0**-53
    return np.where(uniform >= rate, 1 / (1 - rate), 0.0)
