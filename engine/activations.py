"""Activation functions, each beside its derivative.

A function takes weighted sums z of any shape and keeps the shape. A derivative takes the sums and what the
function made of them, since often the second is all it needs, and gives da/dz in the same shape.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats


@dataclass(frozen=True)
class Activation:
    """A function with its derivative."""

    function: Callable[[Floats], Floats]
    derivative: Callable[[Floats, Floats], Floats]
    middle: float = 0.0
    """As an output: where one class ends and the other begins."""

    def scaled(self, targets: Floats) -> Floats:
        """Return targets of -1..1 on this output's own scale: those of a sigmoid lie in 0..1."""
        return (targets + 1) / 2 if self.middle else targets

    def drawn(self, outputs: Floats) -> Floats:
        """Return outputs on the scale of a drawing, -1..1: the reverse of `scaled`."""
        return 2 * outputs - 1 if self.middle else outputs


def tanh(z: Floats) -> Floats:
    """Squash to -1..1."""
    return np.tanh(z)


def tanh_derivative(_z: Floats, a: Floats) -> Floats:
    """Slope 1 - a^2: at most 1, at z = 0."""
    return 1 - a * a


def sigmoid(z: Floats) -> Floats:
    """Squash to 0..1: 1 / (1 + e^-z)."""
    # The exponent stops just short of overflow: there the result is below 1e-307 anyhow.
    return 1 / (1 + np.exp(np.minimum(-z, 709.0)))


def sigmoid_derivative(_z: Floats, a: Floats) -> Floats:
    """Slope a (1 - a): at most a quarter, at z = 0."""
    return a * (1 - a)


def relu(z: Floats) -> Floats:
    """Keep what is positive, and nothing else."""
    return np.maximum(z, 0.0)


def relu_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope 1 where z is positive, else 0: also at 0 itself."""
    return (z > 0).astype(z.dtype)


def linear(z: Floats) -> Floats:
    """Leave the sum as it is."""
    return z


def linear_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope 1 everywhere."""
    return np.ones_like(z)


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(relu, relu_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative, middle=0.5),
    "linear": Activation(linear, linear_derivative),
}

# The activations that fit an output, by problem; the first is the default.
OUTPUTS: dict[str, tuple[str, ...]] = {
    "classification": ("tanh", "sigmoid"),
    "regression": ("linear",),
}
