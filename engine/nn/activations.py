"""Activation functions, each beside its derivative.

A function takes weighted sums z of any shape and keeps the shape. A derivative takes the sums and what the
function made of them, since often the second is all it needs, and gives da/dz in the same shape. At a corner
the derivative is that of the left side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats

LEAK = 0.01
"""Slope of the leaky ReLU where z is not positive (Maas, Hannun and Ng 2013)."""

GELU_SLOPE, GELU_CUBE = 0.7978845608028654, 0.044715
"""sqrt(2 / pi) and the factor of z^3 in the GELU's tanh form."""


@dataclass(frozen=True)
class Activation:
    """A function with its derivative."""

    function: Callable[[Floats], Floats]
    derivative: Callable[[Floats, Floats], Floats]


def relu(z: Floats) -> Floats:
    """Keep what is positive, and nothing else (Nair and Hinton 2010)."""
    return np.maximum(z, 0.0)


def relu_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope 1 where z is positive, else 0: also at 0 itself."""
    return (z > 0).astype(z.dtype)


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


def linear(z: Floats) -> Floats:
    """Leave the sum as it is."""
    return z


def linear_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope 1 everywhere."""
    return np.ones_like(z)


def leaky_relu(z: Floats) -> Floats:
    """Keep what is positive, and a hundredth of what is not: z or 0.01 z (Maas, Hannun and Ng 2013)."""
    return np.where(z > 0, z, LEAK * z)


def leaky_relu_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope 1 where z is positive, else 0.01: never 0, so that no neuron dies."""
    return np.where(z > 0, 1.0, LEAK).astype(z.dtype)


def elu(z: Floats) -> Floats:
    """Keep what is positive; below 0 bend to -1: e^z - 1 (Clevert, Unterthiner and Hochreiter 2015)."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def elu_derivative(z: Floats, a: Floats) -> Floats:
    """Slope 1 where z is positive, else e^z = a + 1."""
    return np.where(z > 0, 1.0, a + 1).astype(z.dtype)


def step(z: Floats) -> Floats:
    """Say 1 where z is positive, else 0: the perceptron's (Rosenblatt 1958)."""
    return (z > 0).astype(z.dtype)


def step_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope 0 everywhere: nothing before it can learn."""
    return np.zeros_like(z)


def softplus(z: Floats) -> Floats:
    """Smooth ReLU: log(1 + e^z) (Dugas and others 2000)."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def softplus_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope sigmoid(z)."""
    return sigmoid(z)


def swish(z: Floats) -> Floats:
    """Weigh z by its own sigmoid: z sigmoid(z), the SiLU too (Ramachandran, Zoph and Le 2017)."""
    return z * sigmoid(z)


def swish_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope s (1 + z (1 - s)), with s = sigmoid(z)."""
    s = sigmoid(z)
    return s * (1 + z * (1 - s))


def gelu(z: Floats) -> Floats:
    """Weigh z by the normal distribution below it, in its tanh form (Hendrycks and Gimpel 2016)."""
    return np.asarray(0.5 * z * (1 + np.tanh(GELU_SLOPE * (z + GELU_CUBE * z * z * z))))


def gelu_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope of the tanh form: (1 + t + z (1 - t^2) u') / 2, with t = tanh(u(z))."""
    # Beyond 30 the tanh is flat to the last bit; there z^2 must not meet its slope of 0 as an infinity.
    inner = np.clip(z, -30.0, 30.0)
    t = np.tanh(GELU_SLOPE * (inner + GELU_CUBE * inner * inner * inner))
    slope = GELU_SLOPE * (1 + 3 * GELU_CUBE * inner * inner)
    return np.asarray(0.5 * (1 + t + inner * (1 - t * t) * slope))


def sine(z: Floats) -> Floats:
    """Make waves: sin z (Sitzmann and others 2020)."""
    return np.sin(z)


def sine_derivative(z: Floats, _a: Floats) -> Floats:
    """Slope cos z."""
    return np.cos(z)


ACTIVATIONS: dict[str, Activation] = {
    "relu": Activation(relu, relu_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "linear": Activation(linear, linear_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "elu": Activation(elu, elu_derivative),
    "step": Activation(step, step_derivative),
    "softplus": Activation(softplus, softplus_derivative),
    "swish": Activation(swish, swish_derivative),
    "gelu": Activation(gelu, gelu_derivative),
    "sine": Activation(sine, sine_derivative),
}
