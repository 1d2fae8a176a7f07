"""Dropout in compiled code, with the same random numbers as `engine.nn.dropout`."""

from typing import Any

import numpy as np

from engine.kernels.fields import DROPOUT_KEY, POINTS
from engine.kernels.jit import helper

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11, _ONE = (np.uint64(number) for number in (30, 27, 31, 11, 1))


@helper
def apply_dropout(
    workspace: Any, values: int, slopes: int, rate: float, header: Any, layer: int, layers: int,
    first: int, points: int, neurons: int, point_step: int, neuron_step: int, epoch: int,
) -> None:  # fmt: skip
    """Multiply a layer's outputs and derivatives by 0 or 1 / (1 - rate).

    Args:
        workspace: the workspace of the training.
        values: index of the outputs.
        slopes: index of the derivatives.
        rate: probability that a neuron is dropped.
        header: the header of the training.
        layer: index of the hidden layer, from 0.
        layers: number of hidden layers.
        first: index of the first point in the training set.
        points: number of points in the mini-batch.
        neurons: number of neurons in the layer.
        point_step: floats from one point to the next.
        neuron_step: floats from one neuron to the next.
        epoch: number of finished epochs.
    """
    key, size = np.uint64(header[DROPOUT_KEY]), np.uint64(neurons)
    row = np.uint64(epoch) * np.uint64(layers) + np.uint64(layer)
    row = row * np.uint64(header[POINTS]) + np.uint64(first)
    kept = 1.0 / (1.0 - rate)
    for point in range(points):
        count = (row + np.uint64(point)) * size + _ONE
        for neuron in range(neurons):
            x = key + _GOLDEN * (count + np.uint64(neuron))
            x = (x ^ (x >> _30)) * _FIRST
            x = (x ^ (x >> _27)) * _SECOND
            x ^= x >> _31
            factor = kept if (x >> _11) * 2.0**-53 >= rate else 0.0
            place = point * point_step + neuron * neuron_step
            workspace[values + place] *= factor
            workspace[slopes + place] *= factor
