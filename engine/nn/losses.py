"""Losses of single points, each beside its derivative. The loss of a set of points is their mean.

All arrays are (n, outputs). Cross-entropy takes the pre-activations z of the output instead of the
probabilities, so that it stays finite where a probability rounds to 0 or 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.arrays import Floats
from engine.nn.activations import ACTIVATIONS


def squared_error(outputs: Floats, targets: Floats) -> Floats:
    """Return 0.5 (a - t)^2 of each output a and target t."""
    error = outputs - targets
    return 0.5 * error * error


def squared_error_derivative(outputs: Floats, targets: Floats) -> Floats:
    """Return the derivative by the outputs: a - t."""
    return outputs - targets


def huber(outputs: Floats, targets: Floats, delta: float) -> Floats:
    """Return half the squared error up to an error of `delta`, and a linear loss beyond (Huber 1964)."""
    size = np.abs(outputs - targets)
    inner = np.minimum(size, delta)
    return inner * (size - 0.5 * inner)


def huber_derivative(outputs: Floats, targets: Floats, delta: float) -> Floats:
    """Return the derivative by the outputs: a - t, clipped to -delta..delta."""
    return np.clip(outputs - targets, -delta, delta)


def binary_cross_entropy(pre_activations: Floats, targets: Floats) -> Floats:
    """Return -t log p - (1 - t) log(1 - p), p = sigmoid(z), t in 0..1 (Goodfellow and others 2016, 6.2)."""
    return np.asarray(np.logaddexp(0, pre_activations) - targets * pre_activations)


def softmax(pre_activations: Floats) -> Floats:
    """Return probabilities e^z / sum e^z, (n, classes), which add up to 1 (Bridle 1990)."""
    powers = np.exp(pre_activations - pre_activations.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def categorical_cross_entropy(pre_activations: Floats, targets: Floats) -> Floats:
    """Return (n, 1): -log p of the target's class, with p = softmax(z) and one-hot targets."""
    largest = pre_activations.max(axis=1, keepdims=True)
    log_sum = largest + np.log(np.exp(pre_activations - largest).sum(axis=1, keepdims=True))
    return np.asarray(log_sum - (targets * pre_activations).sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Head:
    """An output with a loss. Both functions take pre-activations, outputs and targets, all (n, outputs)."""

    loss: Callable[[Floats, Floats, Floats], Floats]
    """Returns (n, 1): the loss of each point."""
    delta: Callable[[Floats, Floats, Floats], Floats]
    """Returns (n, outputs): the derivative of the loss by the pre-activations."""


@dataclass(frozen=True)
class Loss:
    """One entry of the table: the outputs that a loss fits, and how the two are combined."""

    outputs: tuple[str, ...]
    """Names of the outputs that it fits."""
    head: Callable[[str, float], Head]
    """`head(output, huber_delta)` combines the loss with one of them."""


def _head_by_outputs(
    output: str,
    loss: Callable[[Floats, Floats], Floats],
    derivative: Callable[[Floats, Floats], Floats],
) -> Head:
    """Return the head of a loss that depends on the outputs alone, by the chain rule."""
    activation = ACTIVATIONS[output].derivative
    return Head(lambda _z, a, t: loss(a, t), lambda z, a, t: derivative(a, t) * activation(z, a))


def _squared_error_head(output: str, _huber_delta: float) -> Head:
    return _head_by_outputs(output, squared_error, squared_error_derivative)


def _huber_head(output: str, huber_delta: float) -> Head:
    return _head_by_outputs(
        output, partial(huber, delta=huber_delta), partial(huber_derivative, delta=huber_delta)
    )


def _cross_entropy_head(output: str, _huber_delta: float) -> Head:
    entropy = categorical_cross_entropy if output == "softmax" else binary_cross_entropy
    # The derivative a - t does not vanish for wrong, saturated outputs: the reason to prefer this pair.
    return Head(lambda z, _a, t: entropy(z, t), lambda _z, a, t: a - t)


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(("tanh", "sigmoid", "linear"), _squared_error_head),
    "cross_entropy": Loss(("sigmoid", "softmax"), _cross_entropy_head),
    "huber": Loss(("linear",), _huber_head),
}


def losses_for(output: str) -> tuple[str, ...]:
    """Return the names of the losses that fit an output; the first is the default."""
    return tuple(name for name, loss in LOSSES.items() if output in loss.outputs)
