"""Schedules: how the learning rate changes over the epochs.

A schedule takes the number of finished epochs and two settings, and returns the factor on the learning rate.
After `epochs` epochs that factor has gone from 1 to `factor`; `warmup` goes from `factor` to 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

_PARAMETERS = ("schedule_epochs", "schedule_factor")


@dataclass(frozen=True)
class Schedule:
    """One entry of the table: a function of epoch, `epochs` and `factor`, and the settings that it reads."""

    function: Callable[[int, int, float], float]
    parameters: tuple[str, ...] = _PARAMETERS


def constant(_epoch: int, _epochs: int, _factor: float) -> float:
    """Return 1 at every epoch."""
    return 1.0


def step(epoch: int, epochs: int, factor: float) -> float:
    """Multiply by `factor` after every `epochs` epochs."""
    return math.pow(factor, epoch // epochs)


def exponential(epoch: int, epochs: int, factor: float) -> float:
    """Fall by the same fraction in every epoch."""
    return math.pow(factor, epoch / epochs)


def inverse_time(epoch: int, epochs: int, factor: float) -> float:
    """Fall as 1 / (1 + c epoch) (Robbins and Monro 1951)."""
    return 1 / (1 + (1 / factor - 1) * (epoch / epochs))


def cosine(epoch: int, epochs: int, factor: float) -> float:
    """Fall along half a cosine wave, then stay constant (Loshchilov and Hutter 2017)."""
    return factor + (1 - factor) * 0.5 * (1 + math.cos(math.pi * min(epoch / epochs, 1)))


def warmup(epoch: int, epochs: int, factor: float) -> float:
    """Rise linearly to 1, then stay constant (Goyal and others 2017)."""
    return factor + (1 - factor) * min(epoch / epochs, 1)


SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(constant, ()),
    "step": Schedule(step),
    "exponential": Schedule(exponential),
    "inverse_time": Schedule(inverse_time),
    "cosine": Schedule(cosine),
    "warmup": Schedule(warmup),
}
