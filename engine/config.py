"""`TrainingConfig`: every setting of a training, with its default, bounds and description.

REST, the websocket, the page and the tests take their limits from here. Choices come from the tables, so that
a new entry in a table can be chosen everywhere.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError, PydanticKnownError

from engine.activations import ACTIVATIONS, OUTPUTS
from engine.choices import Offered, OneOf, quoted
from engine.datasets import DATASETS
from engine.features import FEATURES
from engine.initializers import INITIALIZERS
from engine.losses import LOSSES
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.schedules import SCHEDULES


def _is_sequence(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise PydanticKnownError("list_type")
    return tuple(value)


def _is_unique(value: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(value)) < len(value):
        raise PydanticCustomError("repeated", "each name once")
    return value


RATES = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
PENALTY_RATES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
LARGEST_SEED = 2**32 - 1


def _datasets(problem: str) -> tuple[str, ...]:
    return tuple(name for name, kind in DATASETS.items() if kind.problem == problem)


class TrainingConfig(BaseModel):
    """Every setting of a training. Settings left out take their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    problem: Annotated[str, OneOf(OUTPUTS)] = Field(
        "classification", description="Tell two classes of points apart, or learn a number for each point."
    )
    dataset: Annotated[str, OneOf(DATASETS)] = Field(
        "circle",
        description="Which points to learn from. It must fit the problem; left out, it is circle or plane.",
    )
    noise: Annotated[float, Offered({"minimum": 0, "maximum": 50, "step": 5})] = Field(
        0.0, ge=0, le=80, description="How noisy the data is, in percent."
    )
    train_percent: Annotated[int, Offered({"minimum": 10, "maximum": 90, "step": 10})] = Field(
        50, ge=10, le=90, description="Share of the points that train, in percent; the others test."
    )
    features: Annotated[
        tuple[Annotated[str, OneOf(FEATURES)], ...], BeforeValidator(_is_sequence), AfterValidator(_is_unique)
    ] = Field(
        ("x1", "x2"),
        min_length=1,
        description="What the network is told about each point: its inputs, in this order, each once.",
        json_schema_extra={"uniqueItems": True},
    )
    hidden_layers: Annotated[
        tuple[Annotated[int, Field(ge=1, le=64)], ...],
        BeforeValidator(_is_sequence),
        Offered({"minimum_layers": 0, "maximum_layers": 6, "minimum_neurons": 1, "maximum_neurons": 8}),
    ] = Field(
        (4, 2), max_length=16, description="How many neurons each hidden layer has, from the inputs on."
    )
    activation: Annotated[str, OneOf(ACTIVATIONS)] = Field(
        "tanh", description="What each hidden neuron makes of the sum of its inputs."
    )
    output_activation: Annotated[str, OneOf(ACTIVATIONS)] = Field(
        "tanh",
        description="What the output makes of the sum of its inputs. It must fit the problem; "
        "left out, it is tanh for classification and linear for regression.",
    )
    loss: Annotated[str, OneOf(LOSSES)] = Field(
        "squared_error",
        description="What training makes small: half the squared error, averaged over the points.",
    )
    optimizer: Annotated[str, OneOf(OPTIMIZERS)] = Field(
        "sgd", description="How the slope of the loss moves the weights."
    )
    schedule: Annotated[str, OneOf(SCHEDULES)] = Field(
        "constant", description="How the learning rate changes over the epochs."
    )
    learning_rate: Annotated[float, Offered({"values": RATES})] = Field(
        0.03, gt=0, le=100, description="How far each step goes down the slope."
    )
    batch_size: Annotated[int, Offered({"minimum": 1, "maximum": 30, "step": 1})] = Field(
        10, ge=1, le=10_000, description="How many points each step averages over."
    )
    regularization: Annotated[str, OneOf(REGULARIZERS)] = Field(
        "none", description="Penalty on large weights: l1 brings weights to exactly 0, l2 keeps them small."
    )
    regularization_rate: Annotated[float, Offered({"values": PENALTY_RATES})] = Field(
        0.0, ge=0, le=100, description="How much the penalty counts."
    )
    initializer: Annotated[str, OneOf(INITIALIZERS)] = Field(
        "uniform",
        description="First weights: uniform in [-0.5, 0.5] with biases of 0.1, or zeros throughout.",
    )
    data_seed: int = Field(0, ge=0, le=LARGEST_SEED, description="Which random points are drawn.")
    weights_seed: int = Field(0, ge=0, le=LARGEST_SEED, description="Which random first weights are drawn.")

    @model_validator(mode="before")
    @classmethod
    def _default_by_problem(cls, settings: Any) -> Any:
        if isinstance(settings, Mapping):
            problem = settings.get("problem", "classification")
            if isinstance(problem, str) and problem in OUTPUTS:
                return {
                    "dataset": _datasets(problem)[0],
                    "output_activation": OUTPUTS[problem][0],
                    **settings,
                }
        return settings

    @field_validator("dataset", "output_activation")
    @classmethod
    def _fits_the_problem(cls, value: str, info: ValidationInfo) -> str:
        problem = info.data.get("problem")
        if problem is not None:
            fitting = _datasets(problem) if info.field_name == "dataset" else OUTPUTS[problem]
            if value not in fitting:
                raise PydanticKnownError("literal_error", {"expected": quoted(fitting)})
        return value

    def changed(self, changes: Mapping[str, object]) -> Self:
        """Return a checked copy with these settings changed; raises pydantic's `ValidationError`.

        Where `problem` changes, a dataset or output activation that is not among the changes becomes the new
        problem's default.
        """
        settings: dict[str, object] = self.model_dump()
        if changes.get("problem", self.problem) != self.problem:
            del settings["dataset"], settings["output_activation"]
        return type(self).model_validate({**settings, **changes})
