"""The order of a leaderboard: equal values share a rank, and the next rank counts all before it."""

from collections.abc import Sequence
from typing import Literal

Order = Literal["fewest_weights", "fewest_epochs", "lowest_test_loss"]

LOSS_DIGITS = 4
"""Losses that look the same are the same: as many digits as are shown."""


def value_of(order: Order, *, weights: int, epoch: int, test_loss: float) -> float:
    """Return what counts, less being better."""
    if order == "fewest_weights":
        return weights
    return epoch if order == "fewest_epochs" else round(test_loss, LOSS_DIGITS)


def ranks(values: Sequence[float]) -> list[int]:
    """Return the rank of each value from 1 on: one more than how many are better."""
    ordered = sorted(values)
    first = {value: place for place, value in reversed(list(enumerate(ordered, 1)))}
    return [first[value] for value in values]
