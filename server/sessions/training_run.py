"""A training run: a number of epochs or mini-batches, optionally with a criterion for stopping earlier.

A run has its progress, and the future of the reason why it stopped, so that programs can poll or wait.
"""

import math
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

from engine.state import Metrics
from server.protocol.stop_conditions import StopConditions

Unit = Literal["epoch", "batch"]

StopReason = Literal["done", "reached", "diverged", "interrupted"]
"""All was trained; the criterion was met; the training diverged; something else was done
with the session."""


class StopCriterion(NamedTuple):
    """A run stops when all given conditions are met: maximum losses and score, minimum accuracies."""

    train_loss: float | None = None
    test_loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None
    score: float | None = None

    @classmethod
    def of(cls, conditions: StopConditions | None) -> Self:
        """Return a client's conditions as a criterion; an empty one for None."""
        return cls() if conditions is None else cls(**conditions.model_dump())

    @property
    def conditions(self) -> StopConditions | None:
        """The criterion as a client's conditions, without the score; None if there are none."""
        asked = {name: value for name, value in self._asdict().items() if name != "score"}
        return None if set(asked.values()) == {None} else StopConditions.model_construct(**asked)

    def is_met(self, metrics: Metrics, score: Callable[[], float] = lambda: math.inf) -> bool:
        """Return whether a training meets the criterion. An empty criterion is never met.

        Args:
            metrics: the training's metrics.
            score: returns its score; called only if the criterion has one.
        """
        losses = [
            (self.train_loss, metrics.train_loss),
            (self.test_loss, metrics.test_loss),
        ]
        if self.score is not None:
            losses.append((self.score, score()))
        accuracies = [
            (self.train_accuracy, metrics.train_accuracy),
            (self.test_accuracy, metrics.test_accuracy),
        ]
        met = [value <= wanted for wanted, value in losses if wanted is not None]
        met += [value is not None and value >= wanted for wanted, value in accuracies if wanted is not None]
        return bool(met) and all(met)


@dataclass(eq=False)
class TrainingRun:
    """Epochs or mini-batches to train at most, and a criterion to stop at.

    Attributes:
        total: the maximum number of epochs or mini-batches to train.
        done: the number that was trained.
    """

    unit: Unit
    total: int
    stop_criterion: StopCriterion = field(default_factory=StopCriterion)
    done: int = 0
    records_losses: bool = True
    """Whether the losses of each epoch are measured and recorded."""
    counts_start: bool = True
    """Whether the criterion is checked before anything is trained; if not, at least one epoch is trained."""
    seconds: float = 0.0
    """Seconds that threads have spent on it."""
    ended: Future[StopReason] = field(default_factory=Future)
    """The future of the reason why the run stopped; any thread may wait for it."""

    @property
    def left(self) -> int:
        """The maximum number of epochs or mini-batches that remain."""
        return self.total - self.done

    def end(self, reason: StopReason) -> None:
        """End the run for a reason; only the first reason counts."""
        with suppress(InvalidStateError):
            self.ended.set_result(reason)
