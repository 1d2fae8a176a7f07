"""How a gradient moves the parameters.

An optimizer remembers so many numbers for each parameter, in an array (slots, size) that is 0 at first and
that it changes in place. Gradients and movements are flat arrays (size,).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats


class Hyperparameters(NamedTuple):
    """The optimizers' own parameters; each reads those that it has."""

    momentum: float = 0.9
    rho: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8


@dataclass(frozen=True)
class Optimizer:
    """One way to go down.

    `update(gradient, memory, steps, rate, hyper)` returns the movement to subtract from the parameters;
    `steps` is how many mini-batches came before, `rate` the learning rate.
    """

    update: Callable[[Floats, Floats, int, float, Hyperparameters], Floats]
    slots: int = 0
    parameters: tuple[str, ...] = ()
    """Names of the settings that it takes."""
    adaptive: bool = False
    """Whether an L2 penalty enters its gradient; otherwise it acts on the weights beside the movement."""


def sgd(gradient: Floats, _memory: Floats, _steps: int, rate: float, _hyper: Hyperparameters) -> Floats:
    """Go straight down the slope (Robbins and Monro 1951)."""
    return rate * gradient


def momentum(gradient: Floats, memory: Floats, _steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Keep rolling: v = mu v + g (Polyak 1964)."""
    (velocity,) = memory
    velocity *= hyper.momentum
    velocity += gradient
    return np.asarray(rate * velocity)


def nesterov(gradient: Floats, memory: Floats, _steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Keep rolling, and look ahead: g + mu v, v = mu v + g (Nesterov 1983; Sutskever and others 2013)."""
    (velocity,) = memory
    velocity *= hyper.momentum
    velocity += gradient
    return np.asarray(rate * (gradient + hyper.momentum * velocity))


def rmsprop(gradient: Floats, memory: Floats, _steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Divide each slope by its recent size: s = rho s + (1 - rho) g^2 (Tieleman and Hinton 2012)."""
    (square,) = memory
    square *= hyper.rho
    square += (1 - hyper.rho) * gradient * gradient
    return np.asarray(rate * gradient / (np.sqrt(square) + hyper.epsilon))


def adam(gradient: Floats, memory: Floats, steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Both: momentum over recent size, each as if it had always been running (Kingma and Ba 2015)."""
    mean, square = memory
    mean *= hyper.beta1
    mean += (1 - hyper.beta1) * gradient
    square *= hyper.beta2
    square += (1 - hyper.beta2) * gradient * gradient
    first, second = 1 - hyper.beta1 ** (steps + 1), 1 - hyper.beta2 ** (steps + 1)
    return np.asarray(rate * (mean / first) / (np.sqrt(square / second) + hyper.epsilon))


_ADAM = ("beta1", "beta2", "epsilon")

OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(sgd),
    "momentum": Optimizer(momentum, 1, ("momentum",)),
    "nesterov": Optimizer(nesterov, 1, ("momentum",)),
    "rmsprop": Optimizer(rmsprop, 1, ("rho", "epsilon"), adaptive=True),
    "adam": Optimizer(adam, 2, _ADAM, adaptive=True),
    # Adam whose weight decay acts beside the movement (Loshchilov and Hutter 2019).
    "adamw": Optimizer(adam, 2, (*_ADAM, "weight_decay")),
}
