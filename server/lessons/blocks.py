"""The blocks of a lesson's file: what may stand in each, and what is text and hence differs by language."""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from engine.config import TrainingConfig
from engine.setting_types import Integer
from server.lessons.checks import Check
from server.lessons.controls import HIGHLIGHTED, SHOWN, Measure, Panel
from server.lessons.faults import names_like
from server.protocol.strict_model import StrictModel
from server.sessions.rules import SPEED, WEIGHTS

MAX_SPEED = 100_000
NAME = r"[a-z0-9][a-z0-9-]{0,39}"
"""What a lesson's name looks like: it is part of links."""

LOCKABLE = (*TrainingConfig.model_fields, SPEED, WEIGHTS)
"""Names that can be locked: all settings of a training, its speed, and its weights."""

Line = Annotated[str, Field(min_length=1, max_length=200)]
Paragraph = Annotated[str, Field(min_length=1, max_length=600)]


class LessonHeader(StrictModel):
    """What stands between the lines +++ at the top of a file."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    summary: Annotated[str, Field(min_length=1, max_length=400)]
    order: Integer = Field(1000, ge=0, le=100_000)
    minutes: Integer | None = Field(None, ge=1, le=300)
    after: list[Annotated[str, Field(pattern=f"^{NAME}$")]] = Field([], max_length=20)


class Display(StrictModel):
    """What the page shows; what is left out is as the page shows it by default."""

    show_train: bool | None = None
    show_test: bool | None = None
    discretize: bool | None = None
    decision_line: bool | None = None
    log_scale: bool | None = None


class StepBlock(StrictModel):
    """What a step does to the training and to the page when it begins, and while it is open."""

    setup: dict[str, Any] | None = None
    change: dict[str, Any] | None = None
    race: dict[str, Any] | None = None
    speed: Annotated[float, Field(gt=0, le=MAX_SPEED)] | Literal["max"] | None = None
    display: Display = Display()
    panel: Panel | None = None
    show: list[str] = Field([], max_length=len(SHOWN))
    highlight: list[str] = Field([], max_length=12)
    lock: list[str] = Field([], max_length=64)
    reason: Paragraph | None = None

    @field_validator("show")
    @classmethod
    def _can_be_shown(cls, value: list[str]) -> list[str]:
        return _known(value, SHOWN)

    @field_validator("highlight")
    @classmethod
    def _can_be_highlighted(cls, value: list[str]) -> list[str]:
        return _known(value, HIGHLIGHTED)

    @field_validator("lock")
    @classmethod
    def _can_be_locked(cls, value: list[str]) -> list[str]:
        return _known(value, LOCKABLE)


def _known(names: list[str], known: tuple[str, ...]) -> list[str]:
    """Return names without duplicates; raise `PydanticCustomError` if one is not known."""
    for index, name in enumerate(names):
        if name not in known:
            context = {"expected": names_like(name, known), "index": index}
            raise PydanticCustomError("name", "{expected}", context)
    return list(dict.fromkeys(names))


class Number(StrictModel):
    """A prediction that is a number."""

    at_least: float = 0.0
    at_most: float = 1_000_000.0


class Predict(StrictModel):
    """A prediction to make before running: one of the choices, or a number."""

    ask: Paragraph
    choices: list[Line] = Field([], max_length=6)
    number: Number | None = None
    measure: Measure | None = None
    outcome: Paragraph | None = None

    @field_validator("choices")
    @classmethod
    def _several(cls, value: list[str]) -> list[str]:
        if len(value) == 1 or len(set(value)) < len(value):
            raise PydanticCustomError("choices", "{expected}", {"expected": "two to six different choices"})
        return value


class Question(StrictModel):
    """A question to answer in words, with an answer to compare one's own with."""

    ask: Paragraph
    answer: Annotated[str, Field(min_length=1, max_length=1500)]


class Solution(StrictModel):
    """A way to meet a check, which tests try out from ten seeds; learners do not see it."""

    change: dict[str, Any] = Field(default_factory=dict)
    epochs: Integer = Field(0, ge=0, le=10_000)
    steps: Integer = Field(0, ge=0, le=10_000)
    output_bias: float | None = None
    points: Integer = Field(0, ge=0, le=1000)
    point_steps: Integer = Field(0, ge=0, le=1000)
    seeds: Integer = Field(10, ge=1, le=10)


class CheckBlock(Check):
    """Conditions that the server verifies on the real training."""

    text: Paragraph
    hint: Paragraph | None = None
    solution: Solution | None = None


class Kind(NamedTuple):
    """A kind of block.

    Attributes:
        model: what may stand in it.
        texts: the names of what differs by language. All else stands in the first language alone.
    """

    model: type[StrictModel]
    texts: frozenset[str]


KINDS = {
    "step": Kind(StepBlock, frozenset({"reason"})),
    "predict": Kind(Predict, frozenset({"ask", "choices", "outcome"})),
    "question": Kind(Question, frozenset({"ask", "answer"})),
    "check": Kind(CheckBlock, frozenset({"text", "hint"})),
}
"""The kinds of blocks by the word that stands behind their first line's ```."""

HEADER = Kind(LessonHeader, frozenset({"title", "summary"}))
