"""Activation functions, each beside its derivative.

A function takes pre-activations z of any shape and returns a = g(z) in the same shape. A derivative takes z
and a, because many can be computed from a, and returns da/dz in the same shape. At a kink of a function, the
derivative is that of the left side.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats

LEAK = 0.01
"""Derivative of the leaky ReLU where z is not positive (Maas, Hannun and Ng 2013)."""

GELU_SLOPE, GELU_CUBE = 0.7978845608028654, 0.044715
"""sqrt(2 / pi) and the factor of z^3 in the GELU's tanh form."""


@dataclass(frozen=True)
class Activation:
    """One entry of the table: a function with its derivative."""

    function: Callable[[Floats], Floats]
    derivative: Callable[[Floats, Floats], Floats]


def relu(z: Floats) -> Floats:
    """Return max(z, 0) (Nair and Hinton 2010)."""
    return np.maximum(z, 0.0)


def relu_derivative(z: Floats, _a: Floats) -> Floats:
    """Return 1 where z > 0, else 0; at z = 0 it is 0."""
    return (z > 0).astype(z.dtype)


def tanh(z: Floats) -> Floats:
    """Return tanh z, in -1..1."""
    return np.tanh(z)


def tanh_derivative(_z: Floats, a: Floats) -> Floats:
    """Return 1 - a^2."""
    return 1 - a * a


def sigmoid(z: Floats) -> Floats:
    """Return 1 / (1 + e^-z), in 0..1."""
    # The exponent is limited so that it does not overflow; the result there is below 1e-307 anyway.
    return 1 / (1 + np.exp(np.minimum(-z, 709.0)))


def sigmoid_derivative(_z: Floats, a: Floats) -> Floats:
    """Return a (1 - a)."""
    return a * (1 - a)


def linear(z: Floats) -> Floats:
    """Return z."""
    return z


def linear_derivative(z: Floats, _a: Floats) -> Floats:
    """Return 1 everywhere."""
    return np.ones_like(z)


def leaky_relu(z: Floats) -> Floats:
    """Return z where z > 0, else 0.01 z (Maas, Hannun and Ng 2013)."""
    return np.where(z > 0, z, LEAK * z)


def leaky_relu_derivative(z: Floats, _a: Floats) -> Floats:
    """Return 1 where z > 0, else 0.01: never 0, so that every neuron can learn."""
    return np.where(z > 0, 1.0, LEAK).astype(z.dtype)


def elu(z: Floats) -> Floats:
    """Return z where z > 0, else e^z - 1 (Clevert, Unterthiner and Hochreiter 2015)."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def elu_derivative(z: Floats, a: Floats) -> Floats:
    """Return 1 where z > 0, else e^z = a + 1."""
    return np.where(z > 0, 1.0, a + 1).astype(z.dtype)


def step(z: Floats) -> Floats:
    """Return 1 where z > 0, else 0: the perceptron's function (Rosenblatt 1958)."""
    return (z > 0).astype(z.dtype)


def step_derivative(z: Floats, _a: Floats) -> Floats:
    """Return 0 everywhere: layers up to a step activation cannot learn."""
    return np.zeros_like(z)


def softplus(z: Floats) -> Floats:
    """Return log(1 + e^z), a smooth ReLU (Dugas and others 2000)."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def softplus_derivative(z: Floats, _a: Floats) -> Floats:
    """Return sigmoid(z)."""
    return sigmoid(z)


def swish(z: Floats) -> Floats:
    """Return z sigmoid(z), also called SiLU (Ramachandran, Zoph and Le 2017)."""
    return z * sigmoid(z)


def swish_derivative(z: Floats, _a: Floats) -> Floats:
    """Return s (1 + z (1 - s)), with s = sigmoid(z)."""
    s = sigmoid(z)
    return s * (1 + z * (1 - s))


def gelu(z: Floats) -> Floats:
    """Return z (1 + tanh u(z)) / 2, an approximation of z Phi(z) (Hendrycks and Gimpel 2016)."""
    return np.asarray(0.5 * z * (1 + np.tanh(GELU_SLOPE * (z + GELU_CUBE * z * z * z))))


def gelu_derivative(z: Floats, _a: Floats) -> Floats:
    """Return (1 + t + z (1 - t^2) u'(z)) / 2, with t = tanh u(z)."""
    # Beyond 30 the tanh is constant to the last bit. Without clipping, z^2 could overflow: 0 * infinity.
    inner = np.clip(z, -30.0, 30.0)
    t = np.tanh(GELU_SLOPE * (inner + GELU_CUBE * inner * inner * inner))
    slope = GELU_SLOPE * (1 + 3 * GELU_CUBE * inner * inner)
    return np.asarray(0.5 * (1 + t + inner * (1 - t * t) * slope))


def sine(z: Floats) -> Floats:
    """Return sin z (Sitzmann and others 2020)."""
    return np.sin(z)


def sine_derivative(z: Floats, _a: Floats) -> Floats:
    """Return cos z."""
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
