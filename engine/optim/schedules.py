"""How the learning rate changes over the epochs.

A schedule takes the number of finished epochs, and two parameters of one meaning for all: after `epochs`
epochs the learning rate has come to `factor` of itself. It gives the factor on the learning rate. Warming up
it is the other way round: from there to the whole.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

_PARAMETERS = ("schedule_epochs", "schedule_factor")


@dataclass(frozen=True)
class Schedule:
    """A function of the epoch, `epochs` and `factor`, and the settings that it takes."""

    function: Callable[[int, int, float], float]
    parameters: tuple[str, ...] = _PARAMETERS


def constant(_epoch: int, _epochs: int, _factor: float) -> float:
    """Leave it as it is set."""
    return 1.0


def step(epoch: int, epochs: int, factor: float) -> float:
    """Fall by the factor after every so many epochs, and stay in between."""
    return math.pow(factor, epoch // epochs)


def exponential(epoch: int, epochs: int, factor: float) -> float:
    """Fall by the same share in every epoch."""
    return math.pow(factor, epoch / epochs)


def inverse_time(epoch: int, epochs: int, factor: float) -> float:
    """Fall as 1 / (1 + c epoch): fast at first, then ever more slowly (Robbins and Monro 1951)."""
    return 1 / (1 + (1 / factor - 1) * (epoch / epochs))


def cosine(epoch: int, epochs: int, factor: float) -> float:
    """Fall along half a wave of the cosine, then stay (Loshchilov and Hutter 2017)."""
    return factor + (1 - factor) * 0.5 * (1 + math.cos(math.pi * min(epoch / epochs, 1)))


def warmup(epoch: int, epochs: int, factor: float) -> float:
    """Rise in a straight line to the whole learning rate, then stay (Goyal and others 2017)."""
    return factor + (1 - factor) * min(epoch / epochs, 1)


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(constant, ()),
    "step": Schedule(step),
    "exponential": Schedule(exponential),
    "inverse_time": Schedule(inverse_time),
    "cosine": Schedule(cosine),
    "warmup": Schedule(warmup),
}
