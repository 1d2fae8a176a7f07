"""Schemas of requests and responses that several files share. Each field has a description and an example."""

from typing import Annotated, Literal

from pydantic import BaseModel, FailFast, Field

from engine.config import TrainingConfig
from engine.config_fields import Coordinate, Row
from engine.setting_types import WHOLE_NUMBER
from server.protocol.messages import MAX_SPEED
from server.protocol.stop_conditions import StopConditions
from server.protocol.strict_model import StrictModel, with_example
from server.rest.schema_limits import LimitedBy


class StopAtFirstError(FailFast):
    """Metadata of a long list: its validation stops at the first wrong item, the only one that is told."""

    __hash__ = object.__hash__  # optional types need it


MAX_EPOCHS = 1_000_000
"""Maximum number of epochs or mini-batches of one call."""
MAX_POINTS = 10_000
"""Maximum number of points in one call."""
MAX_PARAMETERS = 100_000
"""Maximum number of weights and biases in one call."""
MAX_WAIT = 30.0
"""Maximum number of seconds that a call may wait for a training."""
DEFAULT_WAIT = 5.0

Wait = Annotated[float, Field(ge=0, le=MAX_WAIT)]
WAIT_DESCRIPTION = (
    "Seconds to wait for the end; if the training takes longer, it continues as a job in the background."
)

Parameter = Annotated[float, Field(allow_inf_nan=False)]
Speed = Annotated[float, Field(gt=0, le=MAX_SPEED)]
Count = Annotated[int, Field(ge=1, le=MAX_EPOCHS), WHOLE_NUMBER, LimitedBy("max_epochs_per_call")]
InputPoint = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
"""x1 and x2."""
Rows = Annotated[
    list[Row], Field(min_length=1, max_length=MAX_POINTS), StopAtFirstError(), LimitedBy("max_points")
]
InputPoints = Annotated[list[InputPoint], Field(max_length=MAX_POINTS), StopAtFirstError()]
FlatParameters = Annotated[
    list[Parameter], Field(max_length=MAX_PARAMETERS), StopAtFirstError(), LimitedBy("max_parameters")
]


class CustomData(StrictModel):
    """Your own points, already split.

    A target is -1 or 1 for two classes, the number of the class (from 0) for several, and any number in
    regression.
    """

    train: Rows = Field(
        description="The training points: x1, x2 and target of each.",
        examples=[[[1.0, 1.5, 1], [-1.0, -1.5, -1]]],
    )
    test: Rows = Field(
        description="The test points: x1, x2 and target of each.",
        examples=[[[2.0, 0.5, 1], [-2.0, -0.5, -1]]],
    )

    model_config = with_example(
        {"train": [[1.0, 1.5, 1], [-1.0, -1.5, -1]], "test": [[2.0, 0.5, 1], [-2.0, -0.5, -1]]}
    )


class LayerParameters(StrictModel):
    """The weights and biases of one layer."""

    weights: Annotated[list[FlatParameters], StopAtFirstError()] = Field(
        max_length=MAX_PARAMETERS,
        description="`weights[i][j]` is the weight from input i of the layer to its neuron j.",
        examples=[[[0.1, -0.2], [0.3, 0.4]]],
    )
    biases: FlatParameters = Field(description="The bias of each neuron.", examples=[[0.1, 0.1]])


class SessionMetrics(BaseModel):
    """The losses and accuracies of a session's network.

    While one for images trains, they are those of the last measurement, mostly at the end of an epoch.
    """

    epoch: int = Field(description="Finished epochs.", examples=[100])
    batch: int = Field(description="Mini-batches finished in the current epoch.", examples=[0])
    train_loss: float = Field(description="Mean loss over the training points.", examples=[0.012])
    test_loss: float = Field(description="Mean loss over the test points.", examples=[0.015])
    train_accuracy: float | None = Field(
        description="Accuracy on the training points, from 0 to 1; null in regression.", examples=[1.0]
    )
    test_accuracy: float | None = Field(
        description="Accuracy on the test points, from 0 to 1; null in regression.", examples=[0.996]
    )


class SessionDivergence(BaseModel):
    """Where losses or parameters stopped being finite. The session does not train until it is changed."""

    epoch: int = Field(description="Finished epochs.", examples=[3])
    batch: int = Field(description="Mini-batches finished after them.", examples=[17])
    cause: Literal["loss", "parameters"] = Field(description="What was no longer finite.", examples=["loss"])


class TrainingProgress(BaseModel):
    """The progress of a training that a call has started."""

    unit: Literal["epoch", "batch"] = Field(description="The unit of `done` and `total`.", examples=["epoch"])
    done: int = Field(description="Epochs or mini-batches finished.", examples=[250])
    total: int = Field(description="Epochs or mini-batches at most.", examples=[1000])


class LossSeries(BaseModel):
    """The losses from the first epoch on, one list for each column."""

    epoch: list[int] = Field(description="Finished epochs at each entry.", examples=[[0, 1, 2]])
    train_loss: list[float] = Field(description="The training losses.", examples=[[0.51, 0.42, 0.33]])
    test_loss: list[float] = Field(description="The test losses.", examples=[[0.52, 0.44, 0.36]])
    epochs_a_point: int = Field(
        description="Epochs per entry: 1 up to 2,000 entries, then more, as neighbouring entries are "
        "averaged. The first and the last entry are always exact.",
        examples=[1],
    )


class ArrayPlacement(StrictModel):
    """Where one array of a layer is in a flat list, row by row."""

    layer: int = Field(description="The layer of neurons that it belongs to, from 1.", examples=[1])
    kind: str = Field(
        description="The kind of its layer, such as `dense` or `batch_norm`.", examples=["dense"]
    )
    name: str = Field(
        description="`weights`, `biases`, `scale`, `shift`, `projection`; of buffers `mean`, `variance`.",
        examples=["weights"],
    )
    start: int = Field(description="Index of its first number in the list.", examples=[0])
    shape: list[int] = Field(description="Its length in each direction.", examples=[[2, 4]])


class NetworkParameters(BaseModel):
    """All parameters, in two forms, and the buffers. `PUT` takes them as they are."""

    flat: list[float] = Field(
        description="One list: for each layer, its weights row by row, then its biases. `layout` has the "
        "place of each array, also of those that other kinds of layers have.",
        examples=[[0.1, -0.2, 0.3, 0.4, 0.1, 0.1]],
    )
    layers: list[LayerParameters] = Field(description="The weights and biases by layers, the output last.")
    dead: int = Field(
        description="Number of weights that L1 regularization has set to 0 permanently.", examples=[0]
    )
    pruned: list[int] = Field(description="The indices of these weights in `flat`, from 0.", examples=[[]])
    layout: list[ArrayPlacement] = Field(description="Where each array is in `flat`.")
    buffers: list[float] = Field(
        description="What layers keep besides parameters, such as the running statistics of `batch_norm`.",
        examples=[[]],
    )
    buffers_layout: list[ArrayPlacement] = Field(
        description="Where each array is in `buffers`.", examples=[[]]
    )


class Predictions(BaseModel):
    """The outputs of the network at points, or for images."""

    outputs: list[list[float | None]] = Field(
        description="The outputs at each point: one, or the probability of each of several classes. Null: "
        "not finite.",
        examples=[[[0.93], [-0.41]]],
    )
    labels: list[int] | None = Field(
        description="The class of each: -1 or 1, or the number (from 0) of one of several classes; "
        "null in regression.",
        examples=[[1, -1]],
    )


class OneShotResult(BaseModel):
    """The result of a training without a session."""

    metrics: SessionMetrics = Field(
        description="The final losses and accuracies; if it diverged, the last that were finite."
    )
    divergence: SessionDivergence | None = Field(description="Where the training diverged; null: it did not.")
    losses: LossSeries = Field(description="The losses during the training.")
    parameters: NetworkParameters = Field(description="The weights and biases.")
    predictions: Predictions | None = Field(
        description="The network's outputs at the points of the request; null if it had none."
    )


class SessionState(BaseModel):
    """The state of a session."""

    id: str = Field(
        description="The session's id, for all calls about it. Anyone who knows it can change the session.",
        examples=["GyT7cLq1Yt4kO1fYbT0rVw"],
    )
    url: str = Field(
        description="The page that shows the session live.", examples=["http://localhost:8000/?session=..."]
    )
    revision: int = Field(
        description="Grows with every change of the settings, the points, the weights by hand, and with a "
        "reset; not by training. Send it as `If-Match` to change the session only if nobody else has.",
        examples=[1],
    )
    config: TrainingConfig = Field(description="Every setting of the training.")
    custom_data: bool = Field(
        description="Whether a client set the points (`data`, `PUT points`). If so, noise and seed of the "
        "points cannot be changed, another `train_percent` splits these points anew, and another "
        "`dataset` draws points again.",
        examples=[False],
    )
    playing: bool = Field(description="Whether it trains continuously.", examples=[False])
    until_epoch: int | None = Field(
        description="The epoch at whose end it pauses while it plays; null: none.", examples=[None]
    )
    until: StopConditions | None = Field(
        description="The losses and accuracies at which it pauses while it plays; null: none.",
        examples=[None],
    )
    speed: float | None = Field(
        description="Epochs per second while it plays; null: as fast as possible.", examples=[60]
    )
    shape: list[int] = Field(
        description="Neurons of each layer, from the inputs to the output.", examples=[[2, 4, 2, 1]]
    )
    parameters: int = Field(description="Number of weights and biases.", examples=[25])
    metrics: SessionMetrics = Field(description="The current losses and accuracies.")
    training: TrainingProgress | None = Field(
        description="The progress of the training started by `train`; null: none is running."
    )
    divergence: SessionDivergence | None = Field(description="Where the training diverged; null: it did not.")
    engine: Literal["compiled", "reference"] = Field(
        description="The implementation that trains now: compiled code, or the NumPy reference until the "
        "code is compiled or where it is not available. Their results may differ in the last bits.",
        examples=["compiled"],
    )
