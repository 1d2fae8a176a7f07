"""Checks of a lesson's step: conditions for the training, namely the goals of rooms and further ones."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from engine.config import TrainingConfig
from engine.config_fields import Settings
from engine.setting_types import WHOLE_NUMBER
from server.errors.validation import first_error
from server.goals.goals import Goal, GoalKind, TrainingStatus, at_least, at_most, if_trained, kinds_of
from server.lessons.faults import similar_or_all_names
from server.protocol.lessons import CheckPart, CheckProgress
from server.protocol.strict_model import StrictModel
from server.sessions.training_run import StopCriterion

Count = Annotated[int, Field(ge=0, le=1_000_000), WHOLE_NUMBER]

_NUMBERS = (int, float)


class Condition(StrictModel):
    """A condition for one setting. A value alone, such as `"relu"`, is short for `equals`."""

    equals: JsonValue = Field(None, description="The value that it has.", examples=["relu"])
    one_of: list[JsonValue] | None = Field(
        None, min_length=1, max_length=20, description="The values of which it has one.", examples=[["relu"]]
    )
    contains: list[JsonValue] | None = Field(
        None, min_length=1, max_length=20, description="For a list: what is in it.", examples=[["x1_x2"]]
    )
    at_least: float | None = Field(None, description="Its minimum.", examples=[0.1])
    at_most: float | None = Field(None, description="Its maximum.", examples=[0.3])

    def is_met(self, value: Any) -> bool:
        """Return whether the value of a setting meets the condition."""
        value = _as_json_value(value)
        number = value if isinstance(value, _NUMBERS) and not isinstance(value, bool) else None
        items = value if isinstance(value, list) else []
        met = [
            self.equals is None or value == self.equals,
            self.one_of is None or value in self.one_of,
            self.contains is None or all(each in items for each in self.contains),
            self.at_least is None or (number is not None and number >= self.at_least),
            self.at_most is None or (number is not None and number <= self.at_most),
        ]
        return all(met)

    @property
    def is_contradictory(self) -> bool:
        """Whether no number meets the condition."""
        return self.at_least is not None and self.at_most is not None and self.at_least > self.at_most

    def values(self) -> Iterator[JsonValue]:
        """Yield the values in the condition, which must be valid values of the setting."""
        if self.equals is not None:
            yield self.equals
        yield from self.one_of or ()
        yield from [self.contains] if self.contains is not None else ()
        yield from (each for each in (self.at_least, self.at_most) if each is not None)


def _as_json_value(value: Any) -> Any:
    """Return a setting's value as JSON has it: tuples as lists, models as objects."""
    if isinstance(value, list | tuple):
        return [_as_json_value(each) for each in value]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value


def _is_ahead(status: TrainingStatus) -> bool | None:
    """Return whether a training is ahead of its rival; None if it is untrained, or level, or has no rival."""
    if status.rival_score is None or status.is_untrained or status.score == status.rival_score:
        return None
    return status.score < status.rival_score


class Check(Goal):
    """The conditions of a check, all of which a training must meet at the same time."""

    train_loss_at_most: Annotated[float | None, at_most(if_trained(lambda status: status.train_loss))] = (
        Field(None, ge=0, description="Maximum training loss, as the page shows it.", examples=[0.05])
    )
    train_loss_at_least: Annotated[float | None, at_least(if_trained(lambda status: status.train_loss))] = (
        Field(None, ge=0, description="Minimum training loss, as the page shows it.", examples=[0.4])
    )
    test_loss_at_least: Annotated[float | None, at_least(if_trained(lambda status: status.score))] = Field(
        None, ge=0, description="Minimum score on the test points: see `test_loss_at_most`.", examples=[0.2]
    )
    shown_test_loss_at_most: Annotated[float | None, at_most(if_trained(lambda status: status.test_loss))] = (
        Field(
            None,
            ge=0,
            description="Maximum test loss, as the page shows it. It differs from the score where the output "
            "is a sigmoid, or the loss is not the usual one.",
            examples=[0.05],
        )
    )
    train_accuracy_at_least: Annotated[
        float | None, at_least(if_trained(lambda status: status.train_accuracy))
    ] = Field(None, ge=0, le=1, description="Minimum accuracy on the training points.", examples=[0.95])
    accuracy_at_most: Annotated[float | None, at_most(if_trained(lambda status: status.test_accuracy))] = (
        Field(None, ge=0, le=1, description="Maximum accuracy on the test points.", examples=[0.75])
    )
    epochs_at_least: Annotated[Count | None, at_least(lambda status: int(status.epochs_seen))] = Field(
        None, description="Minimum number of finished epochs.", examples=[100]
    )
    steps_at_least: Annotated[Count | None, at_least(lambda status: status.steps)] = Field(
        None, description="Minimum number of steps: mini-batches.", examples=[1]
    )
    within_steps: Annotated[Count | None, at_most(lambda status: status.steps)] = Field(
        None, description="Maximum number of steps: mini-batches.", examples=[25]
    )
    neurons_at_least: Annotated[Count | None, at_least(lambda status: sum(status.shape[1:-1]))] = Field(
        None, description="Minimum number of hidden neurons.", examples=[3]
    )
    layers_at_least: Annotated[Count | None, at_least(lambda status: len(status.shape) - 2)] = Field(
        None, description="Minimum number of hidden layers.", examples=[1]
    )
    most_layers: Annotated[Count | None, at_most(lambda status: len(status.shape) - 2)] = Field(
        None, description="Maximum number of hidden layers.", examples=[1]
    )
    zero_weights_at_least: Annotated[
        Count | None, at_least(if_trained(lambda status: status.zero_weights))
    ] = Field(None, description="Minimum number of weights that are exactly 0.", examples=[5])
    diverged: Annotated[
        bool | None, GoalKind(lambda status: status.diverged, lambda value, wanted: value == wanted)
    ] = Field(None, description="Whether training has diverged.", examples=[True])
    edited: Annotated[
        bool | None, GoalKind(lambda status: status.edited, lambda value, wanted: value == wanted)
    ] = Field(None, description="Whether a weight or bias was set by hand.", examples=[True])
    points_by_hand_at_least: Annotated[Count | None, at_least(lambda status: status.points_by_hand)] = Field(
        None, description="Minimum number of points that were taken apart by hand.", examples=[3]
    )
    point_steps_at_least: Annotated[Count | None, at_least(lambda status: status.point_steps)] = Field(
        None, description="Minimum number of steps that were taken with one point.", examples=[1]
    )
    ahead: Annotated[bool | None, GoalKind(_is_ahead, lambda value, wanted: value == wanted)] = Field(
        None, description="In a race: whether its score is lower than the rival's.", examples=[True]
    )
    rival_test_loss_at_most: Annotated[
        float | None, at_most(if_trained(lambda status: status.rival_score))
    ] = Field(None, ge=0, description="In a race: maximum score of the rival.", examples=[0.1])
    rival_test_loss_at_least: Annotated[
        float | None, at_least(if_trained(lambda status: status.rival_score))
    ] = Field(None, ge=0, description="In a race: minimum score of the rival.", examples=[0.3])
    settings: dict[str, Condition] = Field(
        default_factory=dict, description="Conditions for settings, by their names."
    )

    @model_validator(mode="before")
    @classmethod
    def _expand_short_forms(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or not isinstance(value.get("settings"), Mapping):
            return value
        conditions = {
            name: each if isinstance(each, Mapping | Condition) else {"equals": each}
            for name, each in value["settings"].items()
        }
        return {**value, "settings": conditions}

    @model_validator(mode="after")
    def _check_settings(self) -> "Check":
        for name, condition in self.settings.items():
            if name not in TrainingConfig.model_fields:
                known = similar_or_all_names(name, list(TrainingConfig.model_fields))
                context = {"expected": known, "key": name, "unknown": known}
                raise PydanticCustomError("settings", "{expected}", context)
            for value in condition.values():
                _check_value(name, value)
        return self

    @property
    def has_conditions(self) -> bool:
        """Whether the check has any condition."""
        return bool(self.settings) or any(getattr(self, name) is not None for name in CHECK_KINDS)

    @property
    def stop_criterion(self) -> StopCriterion:
        """The conditions of the check at which a fresh run stops early."""
        return super().stop_criterion._replace(
            train_loss=self.train_loss_at_most,
            test_loss=self.shown_test_loss_at_most,
            train_accuracy=self.train_accuracy_at_least,
        )


CHECK_KINDS = kinds_of(Check)
"""The kinds of conditions that are decided by a training's status, in the order in which they are shown."""

_BOUNDS = (
    ("test_loss_at_least", "test_loss_at_most"),
    ("train_loss_at_least", "train_loss_at_most"),
    ("accuracy_at_least", "accuracy_at_most"),
    ("epochs_at_least", "within_epochs"),
    ("steps_at_least", "within_steps"),
    ("neurons_at_least", "most_neurons"),
    ("layers_at_least", "most_layers"),
    ("layers_at_least", "most_neurons"),
    ("rival_test_loss_at_least", "rival_test_loss_at_most"),
)
_NEEDS_CLASSES = ("accuracy_at_least", "accuracy_at_most", "train_accuracy_at_least")


def _check_value(name: str, value: JsonValue) -> None:
    """Raise an error if a setting can never have a value."""
    try:
        Settings.model_validate({name: value})
    except ValidationError as invalid:
        error = first_error(invalid.errors(include_url=False))
        raise PydanticCustomError(
            "settings",
            "{expected}",
            {"expected": error.expected or "another value", "key": name, "given": str(error.value)},
        ) from None


def why_impossible(check: Check, config: TrainingConfig, locks: frozenset[str]) -> str | None:
    """Return, in English, why no training can meet a check; None if a training may.

    Args:
        check: the check.
        config: the settings at the beginning of the step.
        locks: the names of settings that cannot be changed in the step.
    """
    for low, high in _BOUNDS:
        low_bound, high_bound = getattr(check, low), getattr(check, high)
        if low_bound is not None and high_bound is not None and low_bound > high_bound:
            return f"{low} = {low_bound} is above {high} = {high_bound}"
    for name, condition in check.settings.items():
        if condition.is_contradictory:
            return f"settings.{name}: at_least is above at_most"
        value = getattr(config, name)
        if name in locks and not condition.is_met(value):
            return f"{name} is locked at {_as_json_value(value)}"
    if "problem" in locks and config.problem == "regression":
        named = next((name for name in _NEEDS_CLASSES if getattr(check, name) is not None), None)
        if named is not None:
            return f"{named}: regression has no accuracy"
    if "hidden_layers" in locks:
        neurons = sum(config.hidden_sizes)
        if check.most_neurons is not None and neurons > check.most_neurons:
            return f"hidden_layers are locked at {neurons} neurons"
        if check.neurons_at_least is not None and neurons < check.neurons_at_least:
            return f"hidden_layers are locked at {neurons} neurons"
        layers, minimum, maximum = len(config.hidden_sizes), check.layers_at_least, check.most_layers
        if minimum is not None and layers < minimum:
            return f"layers_at_least: hidden_layers are locked at {layers} layers"
        if maximum is not None and layers > maximum:
            return f"most_layers: hidden_layers are locked at {layers} layers"
    inputs = set() if config.problem == "images" else set(config.features)
    if "features" in locks and check.only_features and not inputs <= set(check.only_features):
        return f"only_features: features are locked at {', '.join(config.features)}"
    if check.edited and "weights" in locks:
        return "edited: the weights are locked"
    if check.fresh is not None and check.epochs_at_least and check.epochs_at_least > check.fresh.epochs:
        return "epochs_at_least is above the epochs of fresh runs"
    return None


def check_progress(
    check: Check, status: TrainingStatus, *, solved: int | None = None, others: Sequence[CheckPart] = ()
) -> CheckProgress:
    """Return the progress of a training towards a check.

    Args:
        check: the check.
        status: the training's status.
        solved: how many fresh runs with its settings reached the check; None if they were not run.
        others: further conditions, which are added to those of the check.
    """
    parts = [*others]
    for name, kind in CHECK_KINDS.items():
        if (wanted := getattr(check, name)) is not None:
            value = kind.value(status)
            met = value is not None and kind.is_met(value, wanted)
            parts.append(CheckPart(kind=name, wanted=wanted, value=value, met=met))
    for name, condition in check.settings.items():
        value = _as_json_value(getattr(status.config, name))
        wanted = condition.model_dump(exclude_none=True)
        met = condition.is_met(value)
        parts.append(CheckPart(kind="settings", setting=name, wanted=wanted, value=value, met=met))
    if check.fresh is not None:
        met = solved is not None and solved >= check.fresh.solved
        parts.append(CheckPart(kind="fresh", wanted=check.fresh.model_dump(), value=solved, met=met))
    finite = check.diverged is True or not status.diverged
    return CheckProgress(reached=bool(parts) and finite and all(part.met for part in parts), parts=parts)
