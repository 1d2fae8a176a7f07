"""Rooms and their members, as they are stored.

Fields marked as live are not stored; they are computed again after a restart.
"""

import time
import zlib
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.config import TrainingConfig
from server.classroom.model.leaderboard import LeaderboardOrder, ranks
from server.classroom.model.lesson_record import EarlierLesson, LessonOutline, LessonRecord
from server.classroom.model.nicknames import comparison_key
from server.classroom.model.submission import Submission, best_of
from server.classroom.model.task import Task
from server.goals.goals import TrainingStatus
from server.sessions.rules import Rules

NicknameMode = Literal["own", "generated"]


class Hint(BaseModel):
    """A teacher's hint to a learner."""

    text: str = Field(description="The text.", examples=["Try another activation."])
    at: float = Field(description="Time of sending. Seconds of Unix time.", examples=[1_760_000_000.0])


class Start(BaseModel):
    """The settings that every learner starts with."""

    config: dict[str, Any] = Field(
        default_factory=lambda: TrainingConfig().model_dump(mode="json"),
        description="Every setting of the training.",
        examples=[{"dataset": "circle"}],
    )
    speed: float | None = Field(60.0, description="Epochs per second; null: as fast as possible.")


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
    lesson: LessonRecord | None = None
    """What was reached in the lesson that is the task; None without one."""
    earlier_lessons: list[EarlierLesson] = []
    """What was reached in the latest lessons before, the earliest first; for the results."""
    attempts: list[Submission] = Field([], exclude=True)
    """All submissions, for all tasks, the earliest first. Stored in a table of its own."""
    submission: Submission | None = Field(None, exclude=True)
    """Live: the best attempt at the present task; `Room.choose_best` updates it."""
    online: int = Field(0, exclude=True)
    """Live: the number of the learner's connected pages."""
    status: TrainingStatus | None = Field(None, exclude=True)
    """Live: the last known status of the training."""
    stale: bool = Field(True, exclude=True)
    """Live: whether the training may have changed since `status` was read."""
    idle_since: float = Field(default_factory=time.time, exclude=True)
    """Live: the time of the training's last change, in seconds of Unix time."""


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
    """When the server last had it open, in seconds of Unix time; 0 in rooms of earlier versions."""
    opened_by: str = ""
    """A digest of the address that created it; "" if it counts towards no address's limit."""
    prepared: bool = True
    """Whether a teacher has set anything up in it; such a room is never ended to free its place."""
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
    """The session with a copy of that network; the learner keeps training the original."""
    start: Start = Field(default_factory=Start)
    task: Task | None = None
    lessons: dict[str, dict[str, str]] = {}
    """The lessons that the teacher has uploaded: the text of each language's file, by lesson name."""
    outline: LessonOutline | None = None
    """The outline of the lesson that is the task; None without one, or in a room of an earlier version."""
    task_key: str = ""
    """Identifies the task in its attempts; equal tasks have equal keys, see `Task.key`."""
    fresh_seed: int = 0
    """The first seed of the fresh runs, the same for all members."""
    projectors: int = Field(0, exclude=True)
    """Live: the number of connected projectors."""
    members: dict[str, Member] = Field(default_factory=dict, exclude=True)

    def start_for(self, member: str) -> dict[str, Any]:
        """Return the settings with which a member, given by id, starts.

        Each member gets another seed of the weights, so that a class sees different networks, unless that
        seed is locked.
        """
        if "weights_seed" in self.locks:
            return dict(self.start.config)
        return {**self.start.config, "weights_seed": zlib.crc32(member.encode())}

    def rules_for(self, member: Member) -> Rules:
        """Return the rules for a member's session."""
        paused = self.paused or member.paused or member.waiting
        return Rules(
            frozenset(self.locks),
            self.reason,
            paused,
            room=self.id,
            seat=member.id,
            room_key=self.key_hash,
            seat_token=member.token_hash,
            lesson=self.task_lesson,
            lesson_since=self.lesson_record_of(member).since,
            lesson_title=self.task.title if self.task is not None and self.task.lesson else "",
        )

    @property
    def task_lesson(self) -> str:
        """The name of the lesson that is the task; "" without one."""
        return "" if self.task is None else self.task.lesson or ""

    def lesson_record_of(self, member: Member) -> LessonRecord:
        """Return a member's record in the lesson that is the task; an empty one if there is none."""
        if member.lesson is not None and member.lesson.lesson == self.task_lesson:
            return member.lesson
        return LessonRecord(lesson=self.task_lesson)

    def has_nickname(self, name: str, *, but: Member | None = None) -> bool:
        """Return whether a member other than `but` has a nickname that looks the same."""
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
        for member in self.members.values():
            yield from (attempt.session for attempt in member.attempts if attempt.session)
        if self.shown_session:
            yield self.shown_session

    def attempts_of(self, member: Member) -> list[Submission]:
        """Return a member's attempts at the present task, the earliest first."""
        return [attempt for attempt in member.attempts if attempt.task_key == self.task_key]

    def choose_best(self, *members: Member) -> None:
        """Update `submission` of some members (default: all), after a change of an attempt."""
        for member in members:
            member.submission = best_of(self.attempts_of(member), self.leaderboard)

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
        values = [submission.value(order) for _, submission in reached]
        rows = [
            (rank, member, value)
            for rank, (member, _), value in zip(ranks(values), reached, values, strict=True)
        ]
        return sorted(rows, key=lambda row: (row[0], row[1].nickname))
