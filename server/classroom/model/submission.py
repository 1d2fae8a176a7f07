"""What learners hand in: every attempt at a task, and which of them is the best."""

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from pydantic import BaseModel, Field, model_validator

from engine.config import TrainingConfig
from engine.training.score import score, score_of_loss
from engine.training.trainer import Trainer
from server.classroom.model.join_codes import new_id
from server.classroom.model.leaderboard import LeaderboardOrder, value_of
from server.classroom.model.lesson_record import LessonProgress
from server.goals.goals import Goal, TrainingStatus
from server.sessions.rules import SEEDS

MAX_ATTEMPTS = 200
"""Maximum attempts of one member at one task; a further one replaces the earliest that is not the best."""


def _score_of_network(config: TrainingConfig, parameters: list[float]) -> float:
    trainer = Trainer(config, parameters=np.array(parameters))
    return score(trainer.network, config, *trainer.arrays.measured, trainer.metrics())


class Submission(BaseModel):
    """One attempt: the network as it was handed in, and the result of verifying it."""

    id: str = Field(default_factory=new_id)
    seat: str = ""
    """The id of the member."""
    at: float
    config: dict[str, Any]
    parameters: list[float]
    buffers: list[float] = []
    """What the network's layers keep besides, flat; empty in submissions of earlier versions."""
    shape: list[int]
    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    score: float = math.nan
    epochs_seen: float = math.nan
    """Both are computed from the other values for submissions of earlier versions, which lack them."""
    steps: int = 0
    points_seen: int = 0
    edited: bool
    spent: float
    runs: int
    met: bool
    """Whether the goal, not counting its fresh runs, was reached; without a goal, whether all checks of the
    task's lesson were, and always true without a lesson, too."""
    lesson: LessonProgress | None = None
    """How far the learner was in the lesson that is the task; None without one."""
    session: str = ""
    """The session that holds a copy of the network; empty if there is none."""
    task: str = ""
    """The title of the task when the network was submitted."""
    task_key: str = ""
    """The key of that task, see `Room.task_key`."""
    goal: Goal | None = None
    """The goal of that task."""
    order: LeaderboardOrder | None = None
    """What ranked the leaderboard then."""
    fresh_seed: int = 0
    """The first seed of the fresh runs."""
    wanted_runs: int = 0
    wanted_solved: int = 0
    solved: int | None = None
    """Number of fresh runs that reached the goal; None until all are done."""
    done: int = Field(0, exclude=True)
    """Live: number of fresh runs that are done."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if math.isnan(self.epochs_seen):
            self.epochs_seen = self.epoch
        if math.isnan(self.score):
            config = TrainingConfig.model_validate(self.config)
            known = score_of_loss(config, self.test_loss)
            self.score = _score_of_network(config, self.parameters) if known is None else known
        return self

    @property
    def weights(self) -> int:
        """Weights and biases."""
        return len(self.parameters)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached and, if it has fresh runs, enough of them reached it too."""
        fresh = not self.wanted_runs or (self.solved is not None and self.solved >= self.wanted_solved)
        return self.met and fresh

    @property
    def is_pending(self) -> bool:
        """Whether fresh runs are to be done yet."""
        return bool(self.wanted_runs) and self.solved is None

    def value(self, order: LeaderboardOrder) -> float:
        """Return the value by which an order ranks it; lower is better."""
        epochs = self.status().counted_epochs
        return value_of(order, weights=self.weights, epochs=epochs, score=self.score)

    def is_same_network(self, other: "Submission") -> bool:
        """Return whether another attempt is the same network, as trained and with the same settings."""
        return (self.config, self.parameters) == (other.config, other.parameters) and (
            (self.steps, self.epoch, self.edited) == (other.steps, other.epoch, other.edited)
        )

    def fresh_runs_are_those_of(self, other: "Submission") -> bool:
        """Return whether fresh runs of another attempt would be exactly the same trainings."""
        settings = [
            {name: value for name, value in each.config.items() if name not in SEEDS}
            for each in (self, other)
        ]
        return settings[0] == settings[1] and (
            (self.goal, self.fresh_seed, self.wanted_runs)
            == (other.goal, other.fresh_seed, other.wanted_runs)
        )

    def status(self) -> TrainingStatus:
        """Return the submitted network as the status of a training."""
        return TrainingStatus(
            config=TrainingConfig.model_validate(self.config),
            shape=tuple(self.shape),
            weights=self.weights,
            epoch=self.epoch,
            train_loss=self.train_loss,
            test_loss=self.test_loss,
            train_accuracy=self.train_accuracy,
            test_accuracy=self.test_accuracy,
            score=self.score,
            epochs_seen=self.epochs_seen,
            steps=self.steps,
            points_seen=self.points_seen,
            edited=self.edited,
            runs=self.runs,
        )


def best_of(attempts: Sequence[Submission], order: LeaderboardOrder | None) -> Submission | None:
    """Return the best of some attempts at one task, None if there are none.

    That is the one that reached the goal, then one that was trained and not edited by hand, then the one that
    reached it apart from fresh runs, then held in more of those, then ranks first in the order, then is the
    earliest. Where there is neither a goal nor an order, the latest counts.
    """
    if not attempts:
        return None
    if order is None and attempts[-1].goal is None:
        return attempts[-1]

    def key(attempt: Submission) -> tuple[float, ...]:
        value = 0.0 if order is None else attempt.value(order)
        return not attempt.reached, attempt.edited, not attempt.met, -(attempt.solved or 0), value, attempt.at

    return min(attempts, key=key)
