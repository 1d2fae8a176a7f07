"""Bare training and heat maps in NumPy: matrix products, no masks, no losses, nothing checked.

`dot` is what `@` is, at less cost for small arrays.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from engine.arrays import Floats
from engine.nn.network import Network

Function = Callable[[Floats], Any]


def _tanh_slope(a: Floats) -> Floats:
    return 1 - a * a


def _relu_slope(a: Floats) -> Any:
    return a > 0


class Plain:
    """A dense network."""

    def __init__(self, network: Network, activation: str) -> None:
        self.layers = [(weights.copy(), biases.copy()) for weights, biases in network.layers]
        tanh = activation == "tanh"
        self.activation: Function = np.tanh if tanh else partial(np.maximum, 0.0)
        self.slope: Function = _tanh_slope if tanh else _relu_slope

    def epoch(self, inputs: Floats, targets: Floats, batch: int, rate: float = 1e-4) -> None:
        for start in range(0, len(inputs), batch):
            here = targets[start : start + batch]
            outputs = self.forward(inputs[start : start + batch])
            a = outputs[-1]
            delta = (a - here) * (1 - a * a) * (1 / len(here))
            for number in range(len(self.layers) - 1, -1, -1):
                weights, biases = self.layers[number]
                a = outputs[number]
                slopes, sums = a.T.dot(delta), delta.sum(axis=0)
                if number:
                    delta = delta.dot(weights.T) * self.slope(a)
                weights -= rate * slopes
                biases -= rate * sums

    def forward(self, inputs: Floats) -> list[Floats]:
        """Return what all neurons make of inputs (n, inputs)."""
        *hidden, last = self.layers
        outputs = [inputs]
        for weights, biases in hidden:
            outputs.append(self.activation(outputs[-1].dot(weights) + biases))
        outputs.append(np.tanh(outputs[-1].dot(last[0]) + last[1]))
        return outputs


class PlainResidual(Plain):
    """The same with ReLU, batch normalisation after each hidden layer, and residual blocks of two layers."""

    def __init__(self, network: Network, activation: str) -> None:
        super().__init__(network, activation)
        hidden = network.shape[1:-1]
        self.norms = [(np.ones(neurons), np.zeros(neurons)) for neurons in hidden]
        self.running = [(np.zeros(neurons), np.ones(neurons)) for neurons in hidden]
        self.projection = np.random.default_rng(1).normal(0, 0.3, (network.shape[0], hidden[0]))

    def epoch(self, inputs: Floats, targets: Floats, batch: int, rate: float = 1e-4) -> None:
        for start in range(0, len(inputs), batch):
            self._mini_batch(inputs[start : start + batch], targets[start : start + batch], rate)

    def _mini_batch(self, inputs: Floats, targets: Floats, rate: float) -> None:
        count, values, tapes = len(inputs), [inputs], []
        *hidden, last = self.layers
        for number, (weights, biases) in enumerate(hidden):
            a = np.maximum(values[-1].dot(weights) + biases, 0.0)
            mean = a.mean(axis=0)
            normal = a - mean
            variance = (normal * normal).mean(axis=0)
            inverse = 1 / np.sqrt(variance + 1e-5)
            normal *= inverse
            running_mean, running_variance = self.running[number]
            running_mean += 0.1 * (mean - running_mean)
            running_variance += 0.1 * (variance * (count / (count - 1)) - running_variance)
            scale, shift = self.norms[number]
            values.append(normal * scale + shift + self._skipped(values, number))
            tapes.append((a > 0, normal, inverse))
        a = np.tanh(values[-1].dot(last[0]) + last[1])
        delta = (a - targets) * (1 - a * a) * (1 / count)
        slopes, sums = values[-1].T.dot(delta), delta.sum(axis=0)
        delta = delta.dot(last[0].T)
        weights, biases = last
        weights -= rate * slopes
        biases -= rate * sums
        around: Any = 0.0
        for number in range(len(hidden) - 1, -1, -1):
            weights, biases = hidden[number]
            if number % 2:
                skipped = delta
            else:
                around = skipped
            active, normal, inverse = tapes[number]
            scale, shift = self.norms[number]
            by_scale, by_shift = (delta * normal).sum(axis=0), delta.sum(axis=0)
            delta = (delta - (by_shift + normal * by_scale) / count) * (scale * inverse) * active
            scale -= rate * by_scale
            shift -= rate * by_shift
            slopes, sums = values[number].T.dot(delta), delta.sum(axis=0)
            if number:
                delta = delta.dot(weights.T)
                if number % 2 == 0:
                    delta = delta + around
            weights -= rate * slopes
            biases -= rate * sums
        self.projection -= rate * inputs.T.dot(around)

    def _skipped(self, values: list[Floats], number: int) -> Any:
        """Return what is added to the values of a hidden layer."""
        if number % 2 == 0:
            return 0.0
        return values[number - 1].dot(self.projection) if number == 1 else values[number - 1]

    def forward(self, inputs: Floats) -> list[Floats]:
        """Return what all neurons make of inputs (n, inputs), with the running statistics."""
        *hidden, last = self.layers
        outputs = [inputs]
        for number, (weights, biases) in enumerate(hidden):
            a = np.maximum(outputs[-1].dot(weights) + biases, 0.0)
            (mean, variance), (scale, shift) = self.running[number], self.norms[number]
            normal = (a - mean) * (scale / np.sqrt(variance + 1e-5)) + shift
            outputs.append(normal + self._skipped(outputs, number))
        outputs.append(np.tanh(outputs[-1].dot(last[0]) + last[1]))
        return outputs
