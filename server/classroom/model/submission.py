"""Submissions: every attempt of a learner at a task, and the choice of the best."""

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
    return score(trainer.network, config, *trainer.arrays.measure_arguments, trainer.metrics())


class Submission(BaseModel):
    """One attempt: the network that was handed in, and the result of its verification."""

    id: str = Field(default_factory=new_id)
    seat: str = ""
    """The id of the member."""
    at: float
    config: dict[str, Any]
    parameters: list[float]
    buffers: list[float] = []
    """The layers' buffers (running statistics), flat; empty in submissions of earlier versions."""
    shape: list[int]
    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    score: float = math.nan
    epochs_seen: float = math.nan
    """Score and epochs are computed from the other values in submissions of earlier versions."""
    steps: int = 0
    points_seen: int = 0
    edited: bool
    spent: float
    runs: int
    met: bool
    """Whether the goal was reached, apart from fresh runs. Without a goal: whether all checks of the task's
    lesson were reached; without a lesson, too: True."""
    lesson: LessonProgress | None = None
    """The learner's progress in the lesson that is the task; None without one."""
    session: str = ""
    """The id of the session with a copy of the network; "" if there is none."""
    task: str = ""
    """The title of the task when the network was submitted."""
    task_key: str = ""
    """The key of that task, see `Room.task_key`."""
    goal: Goal | None = None
    """The goal of that task."""
    order: LeaderboardOrder | None = None
    """The order of the leaderboard at that time."""
    fresh_seed: int = 0
    """The first seed of the fresh runs."""
    wanted_runs: int = 0
    wanted_solved: int = 0
    solved: int | None = None
    """The number of fresh runs that reached the goal; None until all are done."""
    done: int = Field(0, exclude=True)
    """Live: the number of fresh runs that are done."""

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
        """The number of weights and biases."""
        return len(self.parameters)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached, including enough of its fresh runs, if it has any."""
        fresh = not self.wanted_runs or (self.solved is not None and self.solved >= self.wanted_solved)
        return self.met and fresh

    @property
    def is_pending(self) -> bool:
        """Whether fresh runs remain to be done."""
        return bool(self.wanted_runs) and self.solved is None

    def value(self, order: LeaderboardOrder) -> float:
        """Return the value that ranks it in an order; lower is better."""
        epochs = self.status().counted_epochs
        return value_of(order, weights=self.weights, epochs=epochs, score=self.score)

    def is_same_network(self, other: "Submission") -> bool:
        """Return whether another attempt has the same network with the same training and settings."""
        return (self.config, self.parameters) == (other.config, other.parameters) and (
            (self.steps, self.epoch, self.edited) == (other.steps, other.epoch, other.edited)
        )

    def has_same_fresh_runs_as(self, other: "Submission") -> bool:
        """Return whether the fresh runs of another attempt are exactly the same trainings."""
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
    """Return the best of some attempts at one task; None if there are none.

    Attempts are compared by these criteria, the first of which decides: the goal is reached; no weight was
    set by hand; the goal is reached apart from fresh runs; more fresh runs reached it; the value in the order
    is lower; it is earlier. Without a goal and an order, the latest attempt is the best.
    """
    if not attempts:
        return None
    if order is None and attempts[-1].goal is None:
        return attempts[-1]

    def key(attempt: Submission) -> tuple[float, ...]:
        value = 0.0 if order is None else attempt.value(order)
        return not attempt.reached, attempt.edited, not attempt.met, -(attempt.solved or 0), value, attempt.at

    return min(attempts, key=key)
