"""Values and ranks of a leaderboard. Equal values share a rank: 1, 1, 3."""

from collections.abc import Sequence
from typing import Literal

LeaderboardOrder = Literal["fewest_weights", "fewest_epochs", "lowest_test_loss"]

SCORE_DIGITS = 4
"""Decimal places to which scores are rounded, as on the page, so that scores that look equal tie."""


def value_of(order: LeaderboardOrder, *, weights: int, epochs: int, score: float) -> float:
    """Return the value that a submission is ranked by; lower is better.

    Args:
        order: the criterion.
        weights: the number of weights and biases.
        epochs: the epochs of training; see `TrainingStatus.counted_epochs`.
        score: see `engine.training.score`; `lowest_test_loss` ranks by it, though its name says loss.
    """
    if order == "fewest_weights":
        return weights
    return epochs if order == "fewest_epochs" else round(score, SCORE_DIGITS)


def ranks(values: Sequence[float]) -> list[int]:
    """Return the rank of each value: one plus the number of lower values."""
    ordered = sorted(values)
    first = {value: rank for rank, value in reversed(list(enumerate(ordered, 1)))}
    return [first[value] for value in values]
