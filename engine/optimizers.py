"""How a gradient moves the parameters.

An optimizer is a pair of pure functions: `init(size)` gives its state for that many parameters, and
`update(gradient, state, learning_rate)` the movement to subtract from the parameters, with the next state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from engine.arrays import Floats

State: TypeAlias = tuple[Floats, ...]


@dataclass(frozen=True)
class Optimizer:
    """The pair. Gradients and movements are flat arrays of one size; states are never changed in place."""

    init: Callable[[int], State]
    update: Callable[[Floats, State, float], tuple[Floats, State]]


def no_state(_size: int) -> State:
    """Return the state of an optimizer that remembers nothing."""
    return ()


def sgd(gradient: Floats, state: State, learning_rate: float) -> tuple[Floats, State]:
    """Go straight down the slope."""
    return learning_rate * gradient, state


OPTIMIZERS: dict[str, Optimizer] = {
    "sgd": Optimizer(no_state, sgd),
}
