"""Optimizers: how a gradient becomes an update of the parameters.

An optimizer keeps `slots` numbers for each parameter in its state, an array (slots, size) that is initially 0
and changed in place. Gradients and updates are flat arrays (size,).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats


class Hyperparameters(NamedTuple):
    """Hyperparameters of all optimizers; each optimizer reads its own."""

    momentum: float = 0.9
    rho: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8


@dataclass(frozen=True)
class Optimizer:
    """One entry of the table.

    `update(gradient, state, steps, rate, hyper)` returns the array to subtract from the parameters;
    `steps` is the number of mini-batches before this one, `rate` the learning rate.
    """

    update: Callable[[Floats, Floats, int, float, Hyperparameters], Floats]
    slots: int = 0
    """How many numbers the state has for each parameter."""
    parameters: tuple[str, ...] = ()
    """Names of the settings that the optimizer uses."""
    adaptive: bool = False
    """Whether the L2 penalty is added to the gradient; otherwise it is subtracted apart from the update."""


def sgd(gradient: Floats, _state: Floats, _steps: int, rate: float, _hyper: Hyperparameters) -> Floats:
    """Return rate * g (Robbins and Monro 1951)."""
    return rate * gradient


def momentum(gradient: Floats, state: Floats, _steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Return rate * v, with the velocity v = mu v + g (Polyak 1964)."""
    (velocity,) = state
    velocity *= hyper.momentum
    velocity += gradient
    return np.asarray(rate * velocity)


def nesterov(gradient: Floats, state: Floats, _steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Return rate * (g + mu v), with v = mu v + g (Nesterov 1983; Sutskever and others 2013)."""
    (velocity,) = state
    velocity *= hyper.momentum
    velocity += gradient
    return np.asarray(rate * (gradient + hyper.momentum * velocity))


def rmsprop(gradient: Floats, state: Floats, _steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Return rate * g / (sqrt(s) + epsilon), with s = rho s + (1 - rho) g^2 (Tieleman and Hinton 2012)."""
    (square,) = state
    square *= hyper.rho
    square += (1 - hyper.rho) * gradient * gradient
    return np.asarray(rate * gradient / (np.sqrt(square) + hyper.epsilon))


def adam(gradient: Floats, state: Floats, steps: int, rate: float, hyper: Hyperparameters) -> Floats:
    """Divide the mean of g by its recent size, both corrected for their start at 0 (Kingma and Ba 2015)."""
    mean, square = state
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
    # Adam with weight decay apart from the update (Loshchilov and Hutter 2019).
    "adamw": Optimizer(adam, 2, (*_ADAM, "weight_decay")),
}
