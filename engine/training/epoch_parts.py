"""Epochs that are begun: how much of one is trained, and beginning it again."""

from engine.reference.loop import points_before
from engine.state import State, TrainingCounts


def epoch_part(state: State, points: int, batch_size: int) -> float:
    """Return the finished part of a state's current epoch, as a fraction.

    Args:
        state: the state.
        points: the number of training points.
        batch_size: the number of points in a mini-batch.
    """
    return points_before(state, points, batch_size) / points


def counts_of(state: State, points: int, batch_size: int) -> TrainingCounts:
    """Return how much was trained until a state; arguments as above."""
    part = epoch_part(state, points, batch_size)
    return TrainingCounts(state.steps, state.points, state.epoch + state.cut_epochs + part)


def cut_epoch(state: State, points: int, batch_size: int) -> None:
    """Begin a state's current epoch again, because the points are about to change; arguments as above."""
    state.cut_epochs += epoch_part(state, points, batch_size)
    state.batch = 0
