"""What happens in each layer of neurons: gradients, updates, saturated and dead neurons, histograms.

The numbers are those of the reference implementation on a copy of the training, over its first training
points, without dropout.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import head
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.kind import PropagationMode
from engine.nn.network import Network, Pass
from engine.training.inspection import inspect_training_point
from engine.training.trainer import Trainer

MAX_POINTS = 250
"""Maximum number of training points that are examined."""

BINS = 20
"""Bins of a histogram."""

SATURATED_FRACTION = 0.1
"""A neuron is saturated at a point where its slope is less than this fraction of the steepest."""

DEAD_SLOPE = 1e-12
"""A neuron whose activation is nowhere steeper is dead: no gradient comes through it."""


class Histogram(NamedTuple):
    """How often values are in each of `BINS` equal parts of a range."""

    low: float
    high: float
    counts: NDArray[np.int64]


class LayerStatistics(NamedTuple):
    """What happens in a layer of neurons. Sizes are root mean squares."""

    layer: int
    """Its number, from 1; the last is the output."""
    activation: str | None
    """None for the output."""
    gradient: float
    """Size of the gradient of the mean loss by its weights."""
    delta: float
    """Size of the derivatives of each point's loss by its sums z."""
    update: float
    """Size of what the next step of training adds to its weights."""
    weight: float
    """Size of its weights."""
    saturated: float
    """Fraction of all neurons at all points that are saturated; 0 for the output."""
    saturation: tuple[float, ...]
    """For each neuron the fraction of points where it is saturated; of feature maps, of a map's pixels."""
    dead: tuple[bool, ...]
    """For each neuron whether it is dead at all points; of feature maps, a whole map."""
    sums: Histogram
    """Of what the activation is applied to."""
    values: Histogram
    """Of what the activation returns; of the output, what the network returns."""
    weights: Histogram

    @property
    def relative_update(self) -> float:
        """Size of the next update in units of the size of the weights; 0 if these are all 0."""
        return self.update / self.weight if self.weight else 0.0


def layer_statistics(trainer: Trainer) -> list[LayerStatistics]:
    """Return the statistics of every layer of neurons, the output last. The training stays as it is."""
    network, config, arrays = trainer.network.copy(), trainer.config, trainer.arrays
    count = min(arrays.split, MAX_POINTS)
    first = min(trainer.batch * trainer.snapshot().batch_size, arrays.split - 1)
    step = inspect_training_point(trainer, first)
    change = step.after.parameters - step.before.parameters
    ours = head(config.output_activation, config.loss, config.huber_delta)
    with np.errstate(all="ignore"):
        forward = network.propagate(arrays.train_inputs[:count], PropagationMode(training=True))
        value_gradients = network.derivatives(forward, arrays.train_targets[:count], ours)
        return [
            _statistics(network, forward, value_gradients, change, number)
            for number in range(len(network.neurons))
        ]


def _statistics(
    network: Network, forward: Pass, value_gradients: list[Floats], change: Floats, number: int
) -> LayerStatistics:
    place = network.neurons[number]
    weights = network.slots[place.first][0]
    following = range(place.first, place.last + 1)
    at = next((index for index in following if isinstance(network.chain[index], ActivationLayer)), None)
    if at is None:  # the output
        sums, values, slopes, name, index = forward.values[-1], forward.output, None, None, place.first
    else:
        layer, index = network.chain[at], at - 1
        assert isinstance(layer, ActivationLayer)
        name, (sums, values) = layer.name, forward.values[at : at + 2]
        slopes = np.abs(ACTIVATIONS[name].derivative(sums, values))
    count = len(value_gradients[index])
    saturation = _saturation(slopes, name, network.shape[number + 1])
    return LayerStatistics(
        number + 1,
        name,
        _size(weights.view(network.gradient)),
        _size(value_gradients[index] * count),
        _size(weights.view(change)),
        _size(weights.view(network.parameters)),
        sum(saturation) / len(saturation),
        saturation,
        _dead(slopes, network.shape[number + 1]),
        _histogram(sums),
        _histogram(values),
        _histogram(weights.view(network.parameters)),
    )


def _saturation(slopes: Floats | None, name: str | None, neurons: int) -> tuple[float, ...]:
    if slopes is None or name is None:
        return (0.0,) * neurons
    is_flat = slopes < SATURATED_FRACTION * _steepest(name)
    return tuple(is_flat.mean(axis=0).reshape(neurons, -1).mean(axis=1).tolist())


def _dead(slopes: Floats | None, neurons: int) -> tuple[bool, ...]:
    if slopes is None:
        return (False,) * neurons
    steepest = slopes.max(axis=0).reshape(neurons, -1).max(axis=1)
    return tuple((steepest < DEAD_SLOPE).tolist())


@cache
def _steepest(name: str) -> float:
    """Return the steepest slope of an activation."""
    z = np.linspace(-10, 10, 2001)
    activation = ACTIVATIONS[name]
    return max(float(np.abs(activation.derivative(z, activation.function(z))).max()), DEAD_SLOPE)


def _size(values: Floats) -> float:
    """Return the root mean square of finite values; 0 for none."""
    known = np.nan_to_num(values, nan=0.0, posinf=1e150, neginf=-1e150)
    return float(np.sqrt(np.mean(known * known))) if known.size else 0.0


def _histogram(values: Floats) -> Histogram:
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if not high - low > 1e-9 * max(abs(low), abs(high), 1e-9):  # all are the same
        low, high = low - 0.5, high + 0.5
    counts, _ = np.histogram(known, BINS, (low, high))
    return Histogram(low, high, counts)
