"""Values and ranks of a leaderboard. Equal values share a rank: 1, 1, 3."""

from collections.abc import Sequence
from typing import Literal

LeaderboardOrder = Literal["fewest_weights", "fewest_epochs", "lowest_test_loss"]

LOSS_DIGITS = 4
"""Digits to which losses are rounded: those that the page shows, so that equal-looking losses tie."""


def value_of(order: LeaderboardOrder, *, weights: int, epoch: int, test_loss: float) -> float:
    """Return the value that a submission is ranked by; lower is better."""
    if order == "fewest_weights":
        return weights
    return epoch if order == "fewest_epochs" else round(test_loss, LOSS_DIGITS)


def ranks(values: Sequence[float]) -> list[int]:
    """Return the rank of each value: one plus the number of lower values."""
    ordered = sorted(values)
    first = {value: rank for rank, value in reversed(list(enumerate(ordered, 1)))}
    return [first[value] for value in values]
