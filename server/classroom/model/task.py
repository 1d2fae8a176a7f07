"""Tasks that a teacher sets a class."""

import hashlib

from pydantic import Field, JsonValue, field_validator
from pydantic_core import PydanticCustomError

from server.classroom.model.leaderboard import LeaderboardOrder
from server.goals.goals import Goal
from server.protocol.lessons import MAX_LESSON_NAME
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.sessions.rules import LOCKABLE

NO_TASK = "none"
"""The key of the attempts that were handed in while there was no task."""


EXAMPLE_TASK: dict[str, JsonValue] = {
    "title": "Close the circle",
    "text": "Find a network that tells the points apart.",
    "config": {"dataset": "circle", "hidden_layers": [2]},
    "locks": ["dataset", "noise"],
    "goal": {"test_loss_at_most": 0.05, "fresh": {"runs": 5, "solved": 4, "epochs": 200}},
    "order": "fewest_weights",
}


def check_locks(names: list[str]) -> list[str]:
    """Return names of locks without duplicates; raises `PydanticCustomError` if one is not in `LOCKABLE`."""
    for name in names:
        if name not in LOCKABLE:
            raise PydanticCustomError(
                "lock", "{expected}", {"expected": "names of settings, speed or weights"}
            )
    return list(dict.fromkeys(names))


MAX_TITLE, MAX_TEXT = 120, 4000
"""Characters of a task's title and text. `static/js/classroom/shared/text-limits.js` has the same."""


class Task(StrictModel):
    """A task: a text, settings to start with, locks, and a goal."""

    title: str = Field(
        min_length=1, max_length=MAX_TITLE, description="The title.", examples=["Two neurons are not enough"]
    )
    text: str = Field(
        "",
        max_length=MAX_TEXT,
        description="What to do: plain text. **bold**, *italic*, `code`, - lists, an empty line between "
        "paragraphs; pages show anything else as it is.",
        examples=["Close the circle with **three** neurons."],
    )
    config: ConfigChanges = Field(
        default_factory=dict,
        description="The settings to start with; those left out take their defaults.",
        examples=[{"dataset": "circle", "hidden_layers": [2]}],
    )
    locks: list[str] = Field(
        [], max_length=64, description="Settings that learners cannot change.", examples=[["features"]]
    )
    goal: Goal | None = Field(None, description="The goal, which the server checks; null: none.")
    lesson: str | None = Field(
        None,
        max_length=MAX_LESSON_NAME,
        description="The name of a lesson, which the learners' pages open; null: none.",
        examples=["neuron"],
    )
    order: LeaderboardOrder | None = Field(
        None,
        description="The value that ranks the leaderboard; null: no leaderboard.",
        examples=["fewest_weights"],
    )

    model_config = with_example(EXAMPLE_TASK)

    @property
    def key(self) -> str:
        """A text that is equal for equal tasks, and different for different ones."""
        left_out = {"lesson"} if self.lesson is None else None  # tasks of earlier versions keep their keys
        return hashlib.sha256(self.model_dump_json(exclude=left_out).encode()).hexdigest()[:16]

    @field_validator("locks")
    @classmethod
    def _lockable(cls, value: list[str]) -> list[str]:
        return check_locks(value)
