"""What the weights of a layer are before any training."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats

SMALL = 0.01
"""Standard deviation of small normal weights, as the introductions have it."""


@dataclass(frozen=True)
class Initializer:
    """`weights(inputs, neurons, rng)` draws an (inputs, neurons) array; `bias` is the usual first bias."""

    weights: Callable[[int, int, np.random.Generator], Floats]
    bias: float = 0.0


def uniform(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly from [-0.5, 0.5], however many inputs there are: TensorFlow Playground's."""
    return rng.uniform(-0.5, 0.5, (inputs, neurons))


def zeros(inputs: int, neurons: int, _rng: np.random.Generator) -> Floats:
    """All 0: the neurons of a layer are alike then, and stay alike."""
    return np.zeros((inputs, neurons))


def small_normal(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw normally about 0, with a standard deviation of 0.01."""
    return rng.normal(0, SMALL, (inputs, neurons))


def xavier_uniform(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly up to sqrt(6 / (inputs + neurons)): for tanh (Glorot and Bengio 2010)."""
    reach = np.sqrt(6 / (inputs + neurons))
    return rng.uniform(-reach, reach, (inputs, neurons))


def xavier_normal(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw normally, with variance 2 / (inputs + neurons): for tanh (Glorot and Bengio 2010)."""
    return rng.normal(0, np.sqrt(2 / (inputs + neurons)), (inputs, neurons))


def he_uniform(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly up to sqrt(6 / inputs): for ReLU (He and others 2015)."""
    reach = np.sqrt(6 / inputs)
    return rng.uniform(-reach, reach, (inputs, neurons))


def he_normal(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw normally, with variance 2 / inputs: for ReLU (He and others 2015)."""
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
