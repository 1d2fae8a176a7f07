"""Courses: trainings that somebody asked for as a whole, up to an end that they name.

A course knows how far it is, and its future tells how it ended; so a program can wait for it, or look now
and then.
"""

from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from engine.state import Metrics

Unit = Literal["epoch", "batch"]
StopReason = Literal["done", "reached", "diverged", "interrupted"]
"""All was trained; the criterion was met; the training diverged; something else was done
with the session."""


class StopCriterion(NamedTuple):
    """What is to be reached: losses at most, accuracies at least these. All that are given must be."""

    train_loss: float | None = None
    test_loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None

    def is_met(self, metrics: Metrics) -> bool:
        """Return whether metrics are as wanted. A stop_criterion that wants nothing is never reached."""
        losses = [
            (self.train_loss, metrics.train_loss),
            (self.test_loss, metrics.test_loss),
        ]
        accuracies = [
            (self.train_accuracy, metrics.train_accuracy),
            (self.test_accuracy, metrics.test_accuracy),
        ]
        met = [value <= wanted for wanted, value in losses if wanted is not None]
        met += [value is not None and value >= wanted for wanted, value in accuracies if wanted is not None]
        return bool(met) and all(met)


@dataclass(eq=False)
class TrainingRun:
    """Epochs or mini-batches to train at most, and a stop_criterion to stop at."""

    unit: Unit
    total: int
    stop_criterion: StopCriterion = field(default_factory=StopCriterion)
    done: int = 0
    records_losses: bool = True
    """Whether the losses of each epoch are measured and kept."""
    ended: Future[StopReason] = field(default_factory=Future)
    """Has the ending; it may be waited for on any thread."""

    @property
    def left(self) -> int:
        """What is still to train at most."""
        return self.total - self.done

    def end(self, ending: StopReason) -> None:
        """Note how it ended; the first to say so is right."""
        with suppress(InvalidStateError):
            self.ended.set_result(ending)
