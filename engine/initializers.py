"""What the weights and biases of a layer are before any training."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats


@dataclass(frozen=True)
class Initializer:
    """`weights(inputs, neurons, rng)` draws an (inputs, neurons) array; `bias` is every bias of the layer."""

    weights: Callable[[int, int, np.random.Generator], Floats]
    bias: float


def uniform(inputs: int, neurons: int, rng: np.random.Generator) -> Floats:
    """Draw uniformly from [-0.5, 0.5], however many inputs there are."""
    return rng.uniform(-0.5, 0.5, (inputs, neurons))


def zeros(inputs: int, neurons: int, _rng: np.random.Generator) -> Floats:
    """All 0: the neurons of a layer are alike then, and stay alike."""
    return np.zeros((inputs, neurons))


INITIALIZERS: dict[str, Initializer] = {
    "uniform": Initializer(uniform, bias=0.1),
    "zeros": Initializer(zeros, bias=0.0),
}
