"""Dropout in compiled code: the numbers of `engine.nn.dropout`."""

from typing import Any

import numpy as np

from engine.kernels.activations import compiled
from engine.kernels.memory_layout import Spot

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11, _ONE = (np.uint64(number) for number in (30, 27, 31, 11, 1))


@compiled
def drop(
    room: Any, values: int, slopes: int, share: float, spots: Any, layer: int, layers: int,
    first: int, points: int, neurons: int, point_step: int, neuron_step: int, epoch: int,
) -> None:  # fmt: skip
    """Multiply a layer's outputs and slopes by 0 or 1 / (1 - share).

    Args:
        room: memory.
        values: index of the outputs.
        slopes: index of the slopes.
        share: of the neurons that are left out.
        spots: the training's table of numbers.
        layer: hidden layer, from 0 on.
        layers: how many hidden layers there are.
        first: place of the first point among those that train.
        points: how many there are here.
        neurons: of the layer.
        point_step: from a point to the next.
        neuron_step: from a neuron to the next.
        epoch: finished epochs.
    """
    key, size = np.uint64(spots[Spot.KEY]), np.uint64(neurons)
    row = np.uint64(epoch) * np.uint64(layers) + np.uint64(layer)
    row = row * np.uint64(spots[Spot.POINTS]) + np.uint64(first)
    stays = 1.0 / (1.0 - share)
    for point in range(points):
        count = (row + np.uint64(point)) * size + _ONE
        for neuron in range(neurons):
            x = key + _GOLDEN * (count + np.uint64(neuron))
            x = (x ^ (x >> _30)) * _FIRST
            x = (x ^ (x >> _27)) * _SECOND
            x ^= x >> _31
            factor = stays if (x >> _11) * 2.0**-53 >= share else 0.0
            place = point * point_step + neuron * neuron_step
            room[values + place] *= factor
            room[slopes + place] *= factor
