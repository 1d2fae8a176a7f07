"""How the learning rate changes over the epochs: a schedule gives the factor on it, from the number of finished epochs."""

from collections.abc import Callable

Schedule = Callable[[int], float]


def constant(_epoch: int) -> float:
    """Leave it as it is set."""
    return 1.0


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
}
