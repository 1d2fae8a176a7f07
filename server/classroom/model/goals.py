"""Goals that the server checks, on the numbers of a training as it stands."""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from engine.config import TrainingConfig
from server.catalogue import offered
from server.protocol.strict_model import StrictModel, with_example
from server.sessions.training_run import StopCriterion

MOST_FRESH = 20
LONGEST_FRESH = 10_000
"""Epochs of a fresh run."""


class Fresh(StrictModel):
    """Trainings that the server does itself, from other random weights and points."""

    runs: int = Field(ge=1, le=MOST_FRESH, description="How many.", examples=[10])
    solved: int = Field(ge=1, le=MOST_FRESH, description="How many have to get there.", examples=[8])
    epochs: int = Field(ge=1, le=LONGEST_FRESH, description="Epochs that each may take.", examples=[300])

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.solved > self.runs:
            raise PydanticCustomError("fresh", "{expected}", {"expected": "no more solved than runs"})
        return self


class Goal(StrictModel):
    """What is to be reached, all of it at the same time. What is left out does not count."""

    test_loss_at_most: float | None = Field(None, ge=0, description="Test loss.", examples=[0.05])
    accuracy_at_least: float | None = Field(
        None, ge=0, le=1, description="Share of the test points told right.", examples=[0.95]
    )
    within_epochs: int | None = Field(None, ge=1, le=1_000_000, description="Epochs at most.", examples=[300])
    most_neurons: int | None = Field(None, ge=0, le=1024, description="Hidden neurons at most.", examples=[4])
    most_weights: int | None = Field(
        None, ge=1, le=1_000_000, description="Weights and biases at most.", examples=[25]
    )
    only_features: Annotated[list[str], Field(min_length=1, max_length=16)] | None = Field(
        None, description="Inputs that may be used.", examples=[["x1", "x2"]]
    )
    fresh: Fresh | None = Field(
        None, description="In how many trainings from other seeds it has to be reached, too."
    )

    model_config = with_example({"test_loss_at_most": 0.05, "within_epochs": 300})

    @model_validator(mode="after")
    def _has_sense(self) -> Self:
        choices = offered()["fields"]["features"]["choices"]
        if not set(self.only_features or ()) <= set(choices):
            expected = f"some of {', '.join(choices)}"
            raise PydanticCustomError("features", "{expected}", {"expected": expected})
        if self.fresh is not None and self.until == StopCriterion():
            expected = "test_loss_at_most or accuracy_at_least, for fresh runs to reach"
            raise PydanticCustomError("fresh", "{expected}", {"expected": expected})
        return self

    @property
    def until(self) -> StopCriterion:
        """What a training has to reach, for those that stop there."""
        return StopCriterion(test_loss=self.test_loss_at_most, test_accuracy=self.accuracy_at_least)


class TrainingStatus(NamedTuple):
    """How a training stands."""

    config: TrainingConfig
    shape: tuple[int, ...]
    weights: int
    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float | None
    test_accuracy: float | None
    playing: bool = False
    diverged: bool = False
    edited: bool = False
    runs: int = 0
    revision: int = 0


class Part(BaseModel):
    """One thing that a goal asks for."""

    kind: Literal[
        "test_loss_at_most",
        "accuracy_at_least",
        "within_epochs",
        "most_neurons",
        "most_weights",
        "only_features",
        "fresh",
    ] = Field(description="What it is about.", examples=["test_loss_at_most"])
    wanted: JsonValue = Field(description="What is asked for.", examples=[0.05])
    value: JsonValue = Field(description="How it is; null: not known.", examples=[0.31])
    met: bool = Field(description="Whether that is enough.", examples=[False])


class Progress(BaseModel):
    """How far somebody is."""

    reached: bool = Field(
        description="Whether all is reached that can be seen now; fresh runs come with the hand-in.",
        examples=[False],
    )
    parts: list[Part] = Field(description="Each part of the goal, in the order of its fields.")


def progress(goal: Goal, look: TrainingStatus, *, solved: int | None = None) -> Progress:
    """Return how far a training is.

    Args:
        goal: what is asked for.
        look: how it stands.
        solved: fresh runs that got there, None if they are not done.
    """
    parts = [_part(kind, wanted, look) for kind, wanted in _asked(goal).items()]
    reached = bool(parts) and all(part.met for part in parts) and not look.diverged
    if goal.fresh is not None:
        met = solved is not None and solved >= goal.fresh.solved
        parts.append(Part(kind="fresh", wanted=goal.fresh.model_dump(), value=solved, met=met))
    return Progress(reached=reached, parts=parts)


def _asked(goal: Goal) -> Mapping[str, JsonValue]:
    return goal.model_dump(exclude={"fresh"}, exclude_none=True)


def _part(kind: str, wanted: JsonValue, look: TrainingStatus) -> Part:
    value, met = _value(kind, wanted, look)
    return Part.model_validate({"kind": kind, "wanted": wanted, "value": value, "met": met})


def _value(kind: str, wanted: JsonValue, look: TrainingStatus) -> tuple[JsonValue, bool]:
    if kind == "only_features":
        used = list(look.config.features)
        return [*used], isinstance(wanted, list) and set(used) <= set(wanted)
    value = {
        "test_loss_at_most": look.test_loss,
        "accuracy_at_least": look.test_accuracy,
        "within_epochs": look.epoch,
        "most_neurons": sum(look.shape[1:-1]),
        "most_weights": look.weights,
    }[kind]
    if value is None or not isinstance(wanted, int | float):
        return None, False
    return value, value >= wanted if kind == "accuracy_at_least" else value <= wanted
