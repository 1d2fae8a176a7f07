"""The JSON of a model that left the server: its schema, which also refuses files that are none.

Lists of numbers are written as numbers while they are short, else as text: base64 of 64-bit little-endian
floats. Both are exact.
"""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, TypeAdapter, WithJsonSchema, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from engine.config import TrainingConfig
from engine.setting_types import WHOLE_NUMBER
from server.protocol.client_message import MAX_EXACT_INTEGER
from server.protocol.strict_model import StrictModel, with_example
from server.rest.schemas import (
    MAX_PARAMETERS,
    CustomData,
    FlatParameters,
    SessionDivergence,
    SessionMetrics,
    StopAtFirstError,
)
from server.sessions.loss_history import MAX_HISTORY_POINTS, MAX_LOSS

FORMAT = "tinkernet-model"
VERSION = 1
"""The version of the files that this server writes, and the latest that it reads."""

MAX_PLAIN_NUMBERS = 5000
"""Lists of more numbers than this are written as base64."""

_PLAIN: TypeAdapter[list[float]] = TypeAdapter(FlatParameters, config=StrictModel.model_config)


def _decode_numbers(value: Any, _validate: Callable[[Any], Any]) -> NDArray[np.float64]:
    if isinstance(value, np.ndarray):
        return value
    if not isinstance(value, str):
        return np.array(_PLAIN.validate_python(value), np.float64)
    try:
        return np.frombuffer(base64.b64decode(value, validate=True), "<f8").astype(np.float64)
    except (binascii.Error, ValueError):
        expected = "a list of numbers, or the base64 of 64-bit little-endian floats"
        raise PydanticCustomError("numbers", "{expected}", {"expected": expected}) from None


Numbers = Annotated[
    Any,
    WrapValidator(_decode_numbers),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "number"}, "maxItems": MAX_PARAMETERS},
                {"type": "string", "contentEncoding": "base64"},
            ]
        }
    ),
]
"""A list of numbers, as an array (n,); in JSON it may be base64."""

Index = Annotated[int, Field(ge=0, lt=MAX_PARAMETERS), WHOLE_NUMBER]
Indices = Annotated[list[Index], Field(max_length=MAX_PARAMETERS), StopAtFirstError()]
Counted = Annotated[int, Field(ge=0, le=MAX_EXACT_INTEGER), WHOLE_NUMBER]
Loss = Annotated[float, Field(ge=0, le=MAX_LOSS)]
Losses = Annotated[list[Loss], Field(max_length=MAX_HISTORY_POINTS), StopAtFirstError()]


def encode_numbers(values: NDArray[np.float64]) -> list[float] | str:
    """Return an array (n,) as a list of numbers; as base64 if it is long or has non-finite numbers."""
    if len(values) <= MAX_PLAIN_NUMBERS and np.isfinite(values).all():
        return [float(value) for value in values]
    return base64.b64encode(values.astype("<f8").tobytes()).decode("ascii")


class ModelState(StrictModel):
    """Everything that training changes."""

    parameters: Numbers = Field(
        description="Weights and biases, as `flat` of `GET parameters` has them.", examples=[[0.1, -0.2]]
    )
    buffers: Numbers = Field(
        [], description="What layers keep besides, such as running means.", examples=[[]]
    )
    pruned: Indices = Field([], description="Indices of weights that L1 keeps at 0.", examples=[[]])
    optimizer_state: Annotated[list[Numbers], Field(max_length=4)] = Field(
        [],
        description="The optimizer's memory: for each of its averages a number for each parameter.",
        examples=[[]],
    )
    steps: Counted = Field(description="Mini-batches trained.", examples=[250])
    epoch: Counted = Field(description="Finished epochs.", examples=[10])
    batch: Counted = Field(0, description="Finished mini-batches of the current epoch.", examples=[0])
    points: Counted = Field(
        0, description="Training points seen, each as often as it was in a mini-batch.", examples=[2500]
    )
    cut_epochs: float = Field(
        0.0,
        ge=0,
        le=MAX_EXACT_INTEGER,
        description="Parts of epochs that count in no `epoch`: those that changes of the points cut off.",
        examples=[0.0],
    )
    batch_size: Annotated[int, Field(ge=1, le=10_000), WHOLE_NUMBER] = Field(
        description="Points in a mini-batch of the current epoch.", examples=[10]
    )


class InitialState(StrictModel):
    """Initial weights that were given, not drawn with the seed: where a reset returns to."""

    parameters: Numbers = Field(description="Weights and biases.", examples=[[0.1, -0.2]])
    buffers: Numbers | None = Field(None, description="What layers keep besides.", examples=[None])
    pruned: Indices | None = Field(None, description="Weights that L1 keeps at 0.", examples=[None])


class LossTable(StrictModel):
    """The losses so far, and what is needed to go on recording them."""

    epoch: Annotated[list[Counted], Field(max_length=MAX_HISTORY_POINTS), StopAtFirstError()] = Field(
        description="The epoch of each entry.", examples=[[0, 1]]
    )
    train_loss: Losses = Field(description="The training losses.", examples=[[0.5, 0.4]])
    test_loss: Losses = Field(description="The test losses.", examples=[[0.5, 0.4]])
    epochs_a_point: Annotated[int, Field(ge=1, le=2**40), WHOLE_NUMBER] = Field(
        1, description="Epochs for each entry: a power of two.", examples=[1]
    )
    span: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=4, max_length=4)] = Field(
        [0.0, 0.0, 0.0, 0.0],
        description="Of the epochs since the last entry the sums of number, training loss and test loss, and "
        "how many they are.",
        examples=[[0.0, 0.0, 0.0, 0.0]],
    )
    newest: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=3, max_length=3)] | None = Field(
        None,
        description="The newest epoch, training loss and test loss; null: none.",
        examples=[[1.0, 0.4, 0.4]],
    )

    @model_validator(mode="after")
    def _check_columns(self) -> "LossTable":
        lengths = {len(self.epoch), len(self.train_loss), len(self.test_loss)}
        if len(lengths) > 1:
            raise PydanticCustomError("table", "epoch, train_loss and test_loss of equal length")
        if any(after <= before for before, after in zip(self.epoch, self.epoch[1:], strict=False)):
            raise PydanticCustomError("ascending", "epochs in ascending order")
        if self.epochs_a_point & (self.epochs_a_point - 1):
            raise PydanticCustomError("power", "epochs_a_point as a power of two")
        return self


def _check_format(value: str) -> str:
    if value != FORMAT:
        expected = f'"{FORMAT}", as in a model that Tinkernet exported'
        raise PydanticCustomError("format", "{expected}", {"expected": expected})
    return value


def _check_version(value: int) -> int:
    if value > VERSION:
        expected = f"{VERSION} at most: the file is from a later Tinkernet than this one"
        raise PydanticCustomError("later", "{expected}", {"expected": expected})
    return value


class ModelFile(StrictModel):
    """A training that left the server, whole: it trains on elsewhere as it would have here, bit for bit."""

    format: Annotated[str, AfterValidator(_check_format)] = Field(
        description="What the file is: always `tinkernet-model`.", examples=[FORMAT]
    )
    version: Annotated[int, Field(ge=1), WHOLE_NUMBER, AfterValidator(_check_version)] = Field(
        description="The version of the format.", examples=[VERSION]
    )
    name: Annotated[str, Field(max_length=100)] = Field(
        "", description="The name that the model was given.", examples=["My first network"]
    )
    config: TrainingConfig = Field(description="Every setting of the training.")
    data: CustomData | None = Field(
        None, description="The points, if a client set them; null: those of the config."
    )
    initial: InitialState | None = Field(
        None, description="Initial weights that were given; null: those of the config's seed."
    )
    state: ModelState = Field(description="The weights, and everything else that training changes.")
    losses: LossTable | None = Field(None, description="The losses so far; null: none are known.")
    divergence: SessionDivergence | None = Field(
        None, description="Where the training diverged; null: it did not.", examples=[None]
    )
    edited: bool = Field(False, description="Whether weights were set by hand.", examples=[False])
    metrics: SessionMetrics | None = Field(
        None,
        description="Losses and accuracies, for who reads the file; they are measured again.",
        examples=[None],
    )

    model_config = with_example(
        {
            "format": FORMAT,
            "version": VERSION,
            "name": "A line",
            "config": {"hidden_layers": []},
            "state": {"parameters": [0.5, -0.5, 0.1], "steps": 0, "epoch": 0, "batch_size": 10},
        }
    )
