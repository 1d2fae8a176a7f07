"""The models of the blocks in a lesson's file, and which of their fields are texts that each language has."""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from engine.setting_types import Integer
from server.lessons.checks import Check
from server.lessons.controls import HIDABLE_CONTROLS, HIGHLIGHTABLE, Measure, Panel
from server.lessons.faults import similar_or_all_names
from server.protocol.strict_model import StrictModel
from server.sessions.rules import LOCKABLE

MAX_SPEED = 100_000
NAME = r"[a-z0-9][a-z0-9-]{0,39}"
"""The pattern of a lesson's name, which is part of links."""

Line = Annotated[str, Field(min_length=1, max_length=200)]
Paragraph = Annotated[str, Field(min_length=1, max_length=600)]


class LessonHeader(StrictModel):
    """The header at the top of a file, between two lines `+++`."""

    title: Annotated[str, Field(min_length=1, max_length=120)]
    summary: Annotated[str, Field(min_length=1, max_length=400)]
    order: Integer = Field(1000, ge=0, le=100_000)
    minutes: Integer | None = Field(None, ge=1, le=300)
    after: list[Annotated[str, Field(pattern=f"^{NAME}$")]] = Field([], max_length=20)


class Display(StrictModel):
    """Display options of the page; None leaves the page's default."""

    show_train: bool | None = None
    show_test: bool | None = None
    discretize: bool | None = None
    decision_line: bool | None = None
    log_scale: bool | None = None


class StepBlock(StrictModel):
    """What a step does to the training and to the page: when it begins, and as long as it is open."""

    setup: dict[str, Any] | None = None
    change: dict[str, Any] | None = None
    race: dict[str, Any] | None = None
    speed: Annotated[float, Field(gt=0, le=MAX_SPEED)] | Literal["max"] | None = None
    display: Display = Display()
    panel: Panel | None = None
    show: list[str] = Field([], max_length=len(HIDABLE_CONTROLS))
    highlight: list[str] = Field([], max_length=12)
    lock: list[str] = Field([], max_length=64)
    reason: Paragraph | None = None

    @field_validator("show")
    @classmethod
    def _check_shown(cls, value: list[str]) -> list[str]:
        return _check_names(value, HIDABLE_CONTROLS)

    @field_validator("highlight")
    @classmethod
    def _check_highlighted(cls, value: list[str]) -> list[str]:
        return _check_names(value, HIGHLIGHTABLE)

    @field_validator("lock")
    @classmethod
    def _check_lockable(cls, value: list[str]) -> list[str]:
        return _check_names(value, LOCKABLE)


def _check_names(names: list[str], known: tuple[str, ...]) -> list[str]:
    """Return names without duplicates; raise `PydanticCustomError` if one is not known."""
    for index, name in enumerate(names):
        if name not in known:
            context = {"expected": similar_or_all_names(name, known), "index": index}
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
    def _check_choices(cls, value: list[str]) -> list[str]:
        if len(value) == 1 or len(set(value)) < len(value):
            raise PydanticCustomError("choices", "{expected}", {"expected": "two to six different choices"})
        return value


class Question(StrictModel):
    """A question that learners answer in words, with a model answer to compare with."""

    ask: Paragraph
    answer: Annotated[str, Field(min_length=1, max_length=1500)]


class Solution(StrictModel):
    """A way to meet a check, tried from several seeds by `server.lessons.trial`; hidden from learners."""

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


class BlockKind(NamedTuple):
    """A kind of block.

    Attributes:
        model: validates its fields.
        texts: the names of the fields that each language has; all other fields are in the first language
            only.
    """

    model: type[StrictModel]
    texts: frozenset[str]


KINDS = {
    "step": BlockKind(StepBlock, frozenset({"reason"})),
    "predict": BlockKind(Predict, frozenset({"ask", "choices", "outcome"})),
    "question": BlockKind(Question, frozenset({"ask", "answer"})),
    "check": BlockKind(CheckBlock, frozenset({"text", "hint"})),
}
"""The kinds of blocks, by the word behind the opening ``` of each."""

HEADER = BlockKind(LessonHeader, frozenset({"title", "summary"}))
