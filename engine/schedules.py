"""How the learning rate changes over the epochs.

A schedule takes the number of finished epochs and gives the factor on the learning rate.
"""

from collections.abc import Callable

Schedule = Callable[[int], float]


def constant(_epoch: int) -> float:
    """Leave it as it is set."""
    return 1.0


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
}
