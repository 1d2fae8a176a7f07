"""Rooms, seats and hand-ins as values, and what can be said of them without asking anybody.

What is marked as live is not kept: it is found anew after a restart.
"""

import time
import zlib
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.config import TrainingConfig
from server.classroom.model.goals import TrainingStatus
from server.classroom.model.leaderboard import Order, ranks, value_of
from server.classroom.model.nicknames import same
from server.classroom.model.task import Task
from server.sessions.rules import Rules

Nicknames = Literal["own", "generated"]


class Hint(BaseModel):
    """What a teacher wrote to a learner."""

    text: str = Field(description="The words, as they are.", examples=["Try another activation."])
    at: float = Field(description="When, in seconds of Unix time.", examples=[1_760_000_000.0])


class Start(BaseModel):
    """Where everybody begins."""

    config: dict[str, Any] = Field(
        default_factory=lambda: TrainingConfig().model_dump(mode="json"),
        description="Every setting of the training.",
        examples=[{"dataset": "circle"}],
    )
    speed: float | None = Field(60.0, description="Epochs a second; null: as many as can be had.")


class HandIn(BaseModel):
    """What a learner handed in: the network as it was, and what came of looking at it."""

    at: float
    config: dict[str, Any]
    parameters: list[float]
    shape: list[int]
    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    edited: bool
    spent: float
    runs: int
    met: bool
    """Whether the goal was reached but for fresh runs; without a goal, always."""
    session: str = ""
    """A copy of the training, for a link."""
    task: str = ""
    """The title of the task that it answers."""
    wanted_runs: int = 0
    wanted_solved: int = 0
    solved: int | None = None
    """Fresh runs that got there; None until all are done."""
    done: int = Field(0, exclude=True)
    """Live: fresh runs that are done."""

    @property
    def weights(self) -> int:
        """Weights and biases."""
        return len(self.parameters)

    @property
    def reached(self) -> bool:
        """Whether the goal is reached, as far as is known."""
        fresh = not self.wanted_runs or (self.solved is not None and self.solved >= self.wanted_solved)
        return self.met and fresh

    def look(self) -> TrainingStatus:
        """Return it as a training stands."""
        return TrainingStatus(
            config=TrainingConfig.model_validate(self.config),
            shape=tuple(self.shape),
            weights=self.weights,
            epoch=self.epoch,
            train_loss=self.train_loss,
            test_loss=self.test_loss,
            train_accuracy=self.train_accuracy,
            test_accuracy=self.test_accuracy,
            edited=self.edited,
            runs=self.runs,
        )


class Member(BaseModel):
    """A learner's seat."""

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
    hand_in: HandIn | None = Field(None, exclude=True)
    """Kept by itself."""
    online: int = Field(0, exclude=True)
    """Live: pages that show the seat."""
    look: TrainingStatus | None = Field(None, exclude=True)
    """Live: the training, as it was seen last."""
    stale: bool = Field(True, exclude=True)
    """Live: whether the training was changed since."""
    idle_since: float = Field(default_factory=time.time, exclude=True)
    """Live: since when nothing changed."""


class Room(BaseModel):
    """A room, its task and its members."""

    id: str
    key_hash: str
    name: str
    code: str
    language: str
    created: float
    ends: float
    approval: bool = False
    nicknames: Nicknames = "own"
    joining: bool = True
    paused: bool = False
    locks: list[str] = []
    reason: str = ""
    leaderboard: Order | None = None
    anonymous: bool = False
    shown: str | None = None
    """The seat that everybody is shown."""
    shown_session: str | None = None
    """A copy of its training: the training itself is the learner's."""
    start: Start = Field(default_factory=Start)
    task: Task | None = None
    fresh_seed: int = 0
    """Where the seeds of fresh runs begin: the same for all."""
    members: dict[str, Member] = Field(default_factory=dict, exclude=True)

    def start_for(self, member: str) -> dict[str, Any]:
        """Return the settings that a member begins with, named by id.

        Each has initial weights of their own, or all of a class would see one network; unless the seed of the
        weights is locked.
        """
        if "weights_seed" in self.locks:
            return dict(self.start.config)
        return {**self.start.config, "weights_seed": zlib.crc32(member.encode())}

    def rules_for(self, member: Member) -> Rules:
        """Return what holds for a member's training."""
        paused = self.paused or member.paused or member.waiting
        return Rules(frozenset(self.locks), self.reason, paused)

    def has_nickname(self, name: str, *, but: Member | None = None) -> bool:
        """Return whether somebody has a nickname already."""
        return any(same(each.nickname) == same(name) for each in self.members.values() if each is not but)

    def sessions(self) -> Iterable[str]:
        """Give all trainings that belong to the room."""
        yield from (member.session for member in self.members.values())
        yield from self.copies()

    def copies(self) -> Iterable[str]:
        """Give the trainings that are copies of what was handed in, or is shown."""
        handed = [member.hand_in for member in self.members.values() if member.hand_in is not None]
        yield from (each.session for each in handed if each.session)
        if self.shown_session:
            yield self.shown_session

    def standings(self) -> list[tuple[int, Member, float]]:
        """Return rank, member and value of those who reached the goal, the best first.

        Who set weights by hand is not among them: others trained theirs.
        """
        order = self.leaderboard
        if order is None:
            return []
        there = [(each, each.hand_in) for each in self.members.values() if each.hand_in is not None]
        reached = [(member, hand_in) for member, hand_in in there if hand_in.reached and not hand_in.edited]
        values = [
            value_of(order, weights=hand_in.weights, epoch=hand_in.epoch, test_loss=hand_in.test_loss)
            for _, hand_in in reached
        ]
        rows = [
            (rank, member, value)
            for rank, (member, _), value in zip(ranks(values), reached, values, strict=True)
        ]
        return sorted(rows, key=lambda row: (row[0], row[1].nickname))
