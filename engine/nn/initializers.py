"""Distributions of the initial weights of a layer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats

SMALL_DEVIATION = 0.01
"""Standard deviation of `small_normal` weights."""


@dataclass(frozen=True)
class Initializer:
    """One entry of the table.

    `weights(inputs, neurons, outputs, rng)` draws an array (inputs, neurons), in which each input reaches
    `outputs` values: in a dense layer one for each neuron. `bias` is the default initial bias.
    """

    weights: Callable[[int, int, int, np.random.Generator], Floats]
    bias: float = 0.0


def uniform(inputs: int, neurons: int, _outputs: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly from [-0.5, 0.5], as TensorFlow Playground does."""
    return rng.uniform(-0.5, 0.5, (inputs, neurons))


def zeros(inputs: int, neurons: int, _outputs: int, _rng: np.random.Generator) -> Floats:
    """Return zeros. All neurons of a layer then stay equal to each other in training."""
    return np.zeros((inputs, neurons))


def small_normal(inputs: int, neurons: int, _outputs: int, rng: np.random.Generator) -> Floats:
    """Draw from a normal distribution with mean 0 and standard deviation 0.01."""
    return rng.normal(0, SMALL_DEVIATION, (inputs, neurons))


def xavier_uniform(inputs: int, neurons: int, outputs: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly from [-r, r], r = sqrt(6 / (inputs + outputs)); for tanh (Glorot and Bengio 2010)."""
    limit = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-limit, limit, (inputs, neurons))


def xavier_normal(inputs: int, neurons: int, outputs: int, rng: np.random.Generator) -> Floats:
    """Draw normally with variance 2 / (inputs + outputs); for tanh (Glorot and Bengio 2010)."""
    return rng.normal(0, np.sqrt(2 / (inputs + outputs)), (inputs, neurons))


def he_uniform(inputs: int, neurons: int, _outputs: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly from [-r, r], r = sqrt(6 / inputs); for ReLU (He and others 2015)."""
    limit = np.sqrt(6 / inputs)
    return rng.uniform(-limit, limit, (inputs, neurons))


def he_normal(inputs: int, neurons: int, _outputs: int, rng: np.random.Generator) -> Floats:
    """Draw normally with variance 2 / inputs; for ReLU (He and others 2015)."""
    return rng.normal(0, np.sqrt(2 / inputs), (inputs, neurons))


INITIALIZERS: dict[str, Initializer] = {
    "uniform": Initializer(uniform, bias=0.1),
    "zeros": Initializer(zeros),
    "small_normal": Initializer(small_normal),
    "xavier_uniform": Initializer(xavier_uniform),
    "xavier_normal": Initializer(xavier_normal),
    "he_uniform": Initializer(he_uniform),
    "he_normal": Initializer(he_normal),
}
