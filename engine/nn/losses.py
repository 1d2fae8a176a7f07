"""Losses of single points, each beside its derivative. The loss of a set of points is the mean over them.

All arrays are (n, outputs). Cross-entropy takes the weighted sums z of the output rather than what the output
makes of them: so it stays finite where a probability is 0 or 1 to the last bit.
"""

import numpy as np

from engine.arrays import Floats

LOSSES = ("squared_error", "cross_entropy", "huber")


def squared_error(outputs: Floats, targets: Floats) -> Floats:
    """0.5 (o - t)^2 of each output."""
    error = outputs - targets
    return 0.5 * error * error


def squared_error_derivative(outputs: Floats, targets: Floats) -> Floats:
    """Error o - t, by the outputs."""
    return outputs - targets


def huber(outputs: Floats, targets: Floats, delta: float) -> Floats:
    """Half the squared error up to an error of `delta`, a straight line beyond (Huber 1964)."""
    size = np.abs(outputs - targets)
    inner = np.minimum(size, delta)
    return inner * (size - 0.5 * inner)


def huber_derivative(outputs: Floats, targets: Floats, delta: float) -> Floats:
    """Error o - t, cut to -delta..delta, by the outputs: no outlier pulls harder."""
    return np.clip(outputs - targets, -delta, delta)


def binary_cross_entropy(sums: Floats, targets: Floats) -> Floats:
    """-t log p - (1 - t) log(1 - p), with p = sigmoid(z), t in 0..1 (Goodfellow and others 2016, 6.2)."""
    return np.asarray(np.logaddexp(0, sums) - targets * sums)


def softmax(sums: Floats) -> Floats:
    """Turn sums (n, classes) into probabilities e^z / sum e^z that add up to 1 (Bridle 1990)."""
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def categorical_cross_entropy(sums: Floats, targets: Floats) -> Floats:
    """Return (n, 1): -log p of the class that the target names, where p = softmax(z); targets are one-hot."""
    largest = sums.max(axis=1, keepdims=True)
    total = largest + np.log(np.exp(sums - largest).sum(axis=1, keepdims=True))
    return np.asarray(total - (targets * sums).sum(axis=1, keepdims=True))
