"""Rooms, their members and submissions, as they are stored.

Fields marked as live are not stored; they are set anew after a restart.
"""

import math
import time
import zlib
from collections.abc import Iterable
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.config import TrainingConfig
from engine.training.score import score, score_of_loss
from engine.training.trainer import Trainer
from server.classroom.model.goals import TrainingStatus
from server.classroom.model.leaderboard import LeaderboardOrder, ranks, value_of
from server.classroom.model.nicknames import comparison_key
from server.classroom.model.task import Task
from server.sessions.rules import Rules

NicknameMode = Literal["own", "generated"]


class Hint(BaseModel):
    """A teacher's hint to a learner."""

    text: str = Field(description="The text.", examples=["Try another activation."])
    at: float = Field(description="When it was sent, in seconds of Unix time.", examples=[1_760_000_000.0])


class Start(BaseModel):
    """The settings that every learner starts with."""

    config: dict[str, Any] = Field(
        default_factory=lambda: TrainingConfig().model_dump(mode="json"),
        description="Every setting of the training.",
        examples=[{"dataset": "circle"}],
    )
    speed: float | None = Field(60.0, description="Epochs per second; null: as fast as possible.")


def _score_of_network(config: TrainingConfig, parameters: list[float]) -> float:
    trainer = Trainer(config, parameters=np.array(parameters))
    return score(trainer.network, config, *trainer.arrays.measured, trainer.metrics())


class Submission(BaseModel):
    """A submission: the network as it was handed in, and the result of verifying it."""

    at: float
    config: dict[str, Any]
    parameters: list[float]
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
    """Whether the goal, not counting its fresh runs, was reached; always true without a goal."""
    session: str = ""
    """The session that holds a copy of the network; empty if there is none."""
    task: str = ""
    """The title of the task when the network was submitted."""
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


class Member(BaseModel):
    """A learner in a room: their seat, their session and their submission."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    id: str
    room: str
    nickname: str
    token_hash: str
    """Empty once the learner has left the seat."""
    session: str
    joined: float
    waiting: bool = False
    help: bool = False
    done: bool = False
    asked: bool = False
    agreed: bool = False
    paused: bool = False
    hint: Hint | None = None
    spent: float = 0.0
    submission: Submission | None = Field(None, exclude=True)
    """Stored in a table of its own."""
    online: int = Field(0, exclude=True)
    """Live: number of the learner's pages that are connected."""
    status: TrainingStatus | None = Field(None, exclude=True)
    """Live: the last known status of the training."""
    stale: bool = Field(True, exclude=True)
    """Live: whether the training may have changed since `status` was read."""
    idle_since: float = Field(default_factory=time.time, exclude=True)
    """Live: since when the training did not change, in seconds of Unix time."""


class Room(BaseModel):
    """A room, its task and its members."""

    id: str
    key_hash: str
    name: str
    code: str
    language: str
    created: float
    ends: float
    seen: float = 0.0
    """The latest time at which it is known to have been open; 0 in rooms of earlier versions."""
    approval: bool = False
    nicknames: NicknameMode = "own"
    joining: bool = True
    paused: bool = False
    locks: list[str] = []
    reason: str = ""
    leaderboard: LeaderboardOrder | None = None
    anonymous: bool = False
    shown: str | None = None
    """The id of the member whose network is shown to all learners."""
    shown_session: str | None = None
    """The session that holds a copy of that network; the learner goes on with the original."""
    start: Start = Field(default_factory=Start)
    task: Task | None = None
    fresh_seed: int = 0
    """The first seed of the fresh runs, the same for all members."""
    members: dict[str, Member] = Field(default_factory=dict, exclude=True)

    def start_for(self, member: str) -> dict[str, Any]:
        """Return the settings with which the member with an id starts.

        Each member has another seed of the weights, so that a class sees different networks; unless that seed
        is locked.
        """
        if "weights_seed" in self.locks:
            return dict(self.start.config)
        return {**self.start.config, "weights_seed": zlib.crc32(member.encode())}

    def rules_for(self, member: Member) -> Rules:
        """Return the rules for a member's session."""
        paused = self.paused or member.paused or member.waiting
        return Rules(frozenset(self.locks), self.reason, paused)

    def has_nickname(self, name: str, *, but: Member | None = None) -> bool:
        """Return whether a member, other than `but`, has a nickname that looks the same."""
        return any(
            comparison_key(each.nickname) == comparison_key(name)
            for each in self.members.values()
            if each is not but
        )

    def sessions(self) -> Iterable[str]:
        """Yield the ids of all sessions that belong to the room."""
        yield from (member.session for member in self.members.values())
        yield from self.copies()

    def copies(self) -> Iterable[str]:
        """Yield the ids of the sessions that hold copies of submitted or shown networks."""
        handed = [member.submission for member in self.members.values() if member.submission is not None]
        yield from (each.session for each in handed if each.session)
        if self.shown_session:
            yield self.shown_session

    def standings(self) -> list[tuple[int, Member, float]]:
        """Return rank, member and value of each member who reached the goal, best first.

        Submissions whose weights were set by hand do not count.
        """
        order = self.leaderboard
        if order is None:
            return []
        submitted = [(each, each.submission) for each in self.members.values() if each.submission is not None]
        reached = [
            (member, submission)
            for member, submission in submitted
            if submission.reached and not submission.edited
        ]
        values = [
            value_of(
                order,
                weights=submission.weights,
                epochs=submission.status().counted_epochs,
                score=submission.score,
            )
            for _, submission in reached
        ]
        rows = [
            (rank, member, value)
            for rank, (member, _), value in zip(ranks(values), reached, values, strict=True)
        ]
        return sorted(rows, key=lambda row: (row[0], row[1].nickname))
