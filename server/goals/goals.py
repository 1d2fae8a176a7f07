"""The goals of a task, and a training's progress towards them.

A kind of goal is a field of `Goal` with a `GoalKind` in its annotation. The page needs the same name in its
list of goal kinds, and words for it.
"""

import operator
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from engine.config import TrainingConfig
from engine.setting_types import WHOLE_NUMBER, Integer
from engine.state import count_epochs
from server.catalogue import get_catalogue
from server.protocol.strict_model import StrictModel, with_example
from server.sessions.training_run import StopCriterion
from server.sessions.verified_lesson import VerifiedLesson

MAX_FRESH_RUNS = 20
MAX_FRESH_EPOCHS = 10_000
"""The most epochs of a fresh run."""

Count = Annotated[int, Field(ge=1, le=1_000_000), WHOLE_NUMBER]


class TrainingStatus(NamedTuple):
    """The measures of a training that goals and the teacher's list use."""

    config: TrainingConfig
    shape: tuple[int, ...]
    weights: int
    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    score: float
    """The error on the test points, comparable between loss functions: see `engine.training.score`."""
    epochs_seen: float
    """Epochs of training, including parts of epochs, which `epoch` does not count."""
    steps: int = 0
    points_seen: int = 0
    playing: bool = False
    diverged: bool = False
    edited: bool = False
    runs: int = 0
    revision: int = 0
    zero_weights: int = 0
    """The number of weights, without biases, that are exactly 0."""
    rival_score: float | None = None
    """The score of its rival; None without a race."""
    lesson_step: int = 0
    """The number of the lesson's step that the session is at; 0 if it follows no lesson."""
    points_by_hand: int = 0
    """The number of points that the learner has inspected since that step began."""
    point_steps: int = 0
    """The number of training steps with a single point since then."""
    verified: VerifiedLesson | None = None
    """What was verified in the lesson that is the task of its classroom; None if nothing was."""

    @property
    def counted_epochs(self) -> int:
        """Epochs of training for goals and leaderboards: a started epoch counts as a whole."""
        return count_epochs(self.epochs_seen)

    @property
    def is_untrained(self) -> bool:
        """Whether the network was trained for less than an epoch, so that its results are chance."""
        return self.epochs_seen < 1 and not self.edited


class GoalKind(NamedTuple):
    """How a kind of goal is evaluated; belongs into the annotation of a field of `Goal`."""

    value: Callable[[TrainingStatus], JsonValue]
    """Returns a training's current value; None if it is unknown."""
    is_met: Callable[[Any, Any], bool]
    """Returns whether a value, its first argument, meets the wanted one, its second argument."""


def if_trained(value: Callable[[TrainingStatus], JsonValue]) -> Callable[[TrainingStatus], JsonValue]:
    """Return a function that returns None for an untrained network, and otherwise `value` of the status."""
    return lambda status: None if status.is_untrained else value(status)


def at_most(value: Callable[[TrainingStatus], JsonValue]) -> GoalKind:
    """Return a kind that is met if the value is at most the wanted one."""
    return GoalKind(value, operator.le)


def at_least(value: Callable[[TrainingStatus], JsonValue]) -> GoalKind:
    """Return a kind that is met if the value is at least the wanted one."""
    return GoalKind(value, operator.ge)


def _subset_of(value: Callable[[TrainingStatus], JsonValue]) -> GoalKind:
    """Return a kind that is met if every name in the value is also in the wanted list."""
    return GoalKind(value, lambda used, allowed: set(used) <= set(allowed))


class FreshRuns(StrictModel):
    """Trainings that the server runs to verify a submission, from other random weights and points."""

    runs: Integer = Field(ge=1, le=MAX_FRESH_RUNS, description="Number of runs.", examples=[10])
    solved: Integer = Field(
        ge=1, le=MAX_FRESH_RUNS, description="Number of runs that must reach the goal.", examples=[8]
    )
    epochs: Integer = Field(
        ge=1, le=MAX_FRESH_EPOCHS, description="Maximum number of epochs of each run.", examples=[300]
    )

    @model_validator(mode="after")
    def _check_solved(self) -> Self:
        if self.solved > self.runs:
            raise PydanticCustomError("fresh", "{expected}", {"expected": "no more solved than runs"})
        return self


class Goal(StrictModel):
    """The conditions that a training must meet, all at the same time. Null conditions are not checked."""

    test_loss_at_most: Annotated[float | None, at_most(if_trained(lambda status: status.score))] = Field(
        None,
        ge=0,
        description="Maximum score on the test points. It is the test loss of the usual output and loss, and "
        "compares networks whatever theirs are: half the squared difference from targets -1 and 1, where a "
        "probability p counts as 2p - 1; cross-entropy for several classes; half the squared difference in "
        "regression. A network has no score until it has trained for an epoch or its weights were set.",
        examples=[0.05],
    )
    accuracy_at_least: Annotated[float | None, at_least(if_trained(lambda status: status.test_accuracy))] = (
        Field(
            None,
            ge=0,
            le=1,
            description="Minimum accuracy on the test points, from 0 to 1; an untrained network has none.",
            examples=[0.95],
        )
    )
    within_epochs: Annotated[Count | None, at_most(lambda status: status.counted_epochs)] = Field(
        None,
        description="Maximum number of epochs, including those that a change of the points cut off; "
        "one that has begun counts.",
        examples=[300],
    )
    most_neurons: Annotated[
        Annotated[int, Field(ge=0, le=1024), WHOLE_NUMBER] | None,
        at_most(lambda status: sum(status.shape[1:-1])),
    ] = Field(None, description="Maximum number of hidden neurons.", examples=[4])
    most_weights: Annotated[Count | None, at_most(lambda status: status.weights)] = Field(
        None, description="Maximum number of weights and biases.", examples=[25]
    )
    only_features: Annotated[
        Annotated[list[str], Field(min_length=1, max_length=16)] | None,
        _subset_of(lambda status: None if status.config.image else [*status.config.features]),
    ] = Field(
        None,
        description="The only inputs that may be used; a network for images does not meet it.",
        examples=[["x1", "x2"]],
    )
    fresh: FreshRuns | None = Field(
        None, description="Runs from other seeds that must reach the goal, too; null: none."
    )

    model_config = with_example({"test_loss_at_most": 0.05, "within_epochs": 300})

    @model_validator(mode="after")
    def _check_features_and_fresh_runs(self) -> Self:
        choices = get_catalogue()["fields"]["features"]["choices"]
        if not set(self.only_features or ()) <= set(choices):
            expected = f"some of {', '.join(choices)}"
            context = {"expected": expected, "field": "only_features"}
            raise PydanticCustomError("features", "{expected}", context)
        if self.fresh is not None and self.stop_criterion == StopCriterion():
            expected = "test_loss_at_most or accuracy_at_least, for fresh runs to reach"
            raise PydanticCustomError("fresh", "{expected}", {"expected": expected, "field": "fresh"})
        return self

    @property
    def stop_criterion(self) -> StopCriterion:
        """The conditions of the goal at which a fresh run stops early."""
        return StopCriterion(score=self.test_loss_at_most, test_accuracy=self.accuracy_at_least)


def kinds_of(goal: type[Goal]) -> dict[str, GoalKind]:
    """Return the kinds of a goal, by the names of its fields."""
    return {
        name: kind
        for name, field in goal.model_fields.items()
        for kind in field.metadata
        if isinstance(kind, GoalKind)
    }


GOAL_KINDS = kinds_of(Goal)
"""The kinds of goals that are evaluated on a training's status, in the order in which they are shown."""

PART_KINDS: list[JsonValue] = [*GOAL_KINDS, "fresh"]


class GoalPart(BaseModel):
    """The progress towards one kind of goal."""

    kind: str = Field(
        description="The name of the goal's field.",
        examples=["test_loss_at_most"],
        json_schema_extra={"enum": PART_KINDS},
    )
    wanted: JsonValue = Field(description="The value that the goal asks for.", examples=[0.05])
    value: JsonValue = Field(description="The current value; null: unknown.", examples=[0.31])
    met: bool = Field(description="Whether the value meets the goal.", examples=[False])


class GoalProgress(BaseModel):
    """The progress of a training towards a goal."""

    reached: bool = Field(
        description="Whether all parts except the fresh runs are met; those start with the submission.",
        examples=[False],
    )
    parts: list[GoalPart] = Field(description="Each part of the goal, in the order of its fields.")


def progress(goal: Goal, status: TrainingStatus, *, solved: int | None = None) -> GoalProgress:
    """Return the progress of a training towards a goal.

    Args:
        goal: the goal.
        status: the training's status.
        solved: how many fresh runs reached the goal; None if they were not run.
    """
    parts = [
        _part_progress(name, wanted, status)
        for name in GOAL_KINDS
        if (wanted := getattr(goal, name)) is not None
    ]
    reached = bool(parts) and all(part.met for part in parts) and not status.diverged
    if goal.fresh is not None:
        met = solved is not None and solved >= goal.fresh.solved
        parts.append(GoalPart(kind="fresh", wanted=goal.fresh.model_dump(), value=solved, met=met))
    return GoalProgress(reached=reached, parts=parts)


def _part_progress(name: str, wanted: JsonValue, status: TrainingStatus) -> GoalPart:
    kind = GOAL_KINDS[name]
    value = kind.value(status)
    return GoalPart(
        kind=name, wanted=wanted, value=value, met=value is not None and kind.is_met(value, wanted)
    )
