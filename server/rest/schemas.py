"""The bodies and answers of REST that several files share. Each field has a description and an example."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from engine.config import Coordinate, Row, TrainingConfig
from server.protocol.messages import MAX_PARAMETER, MAX_SPEED
from server.protocol.strict_model import StrictModel
from server.sessions.training_run import StopCriterion

MAX_EPOCHS = 1_000_000
"""Epochs or mini-batches that one call may ask for at most."""
MAX_POINTS = 10_000
"""Points that one call may send at most."""
MAX_PARAMETERS = 100_000
"""Weights and biases that one call may send at most."""
MAX_WAIT = 30.0
"""Seconds that a call may wait for a training at most."""
DEFAULT_WAIT = 5.0

Wait = Annotated[float, Field(ge=0, le=MAX_WAIT)]
WAIT_DESCRIPTION = (
    "Seconds that the call waits for the end; if it takes longer, a job goes on in the background."
)

Parameter = Annotated[float, Field(ge=-MAX_PARAMETER, le=MAX_PARAMETER)]
Speed = Annotated[float, Field(gt=0, le=MAX_SPEED)]
Count = Annotated[int, Field(ge=1, le=MAX_EPOCHS)]
InputPoint = Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
"""x1 and x2."""
Rows = Annotated[list[Row], Field(min_length=1, max_length=MAX_POINTS)]


class CustomData(StrictModel):
    """Points of your own, already split.

    A target is -1 or 1, of several classes the class from 0 on, in regression any number.
    """

    train: Rows = Field(
        description="Points to train with: x1, x2 and target of each.",
        examples=[[[1.0, 1.5, 1], [-1.0, -1.5, -1]]],
    )
    test: Rows = Field(
        description="Points to test with.",
        examples=[[[2.0, 0.5, 1], [-2.0, -0.5, -1]]],
    )


class LayerParameters(StrictModel):
    """The weights and biases of one layer."""

    weights: list[list[Parameter]] = Field(
        max_length=MAX_PARAMETERS,
        description="`weights[i][j]` runs from input i of the layer to its neuron j.",
        examples=[[[0.1, -0.2], [0.3, 0.4]]],
    )
    biases: list[Parameter] = Field(
        max_length=MAX_PARAMETERS, description="The bias of each neuron.", examples=[[0.1, 0.1]]
    )


class StopConditions(StrictModel):
    """When to stop before all epochs are done: as soon as all the conditions that are given hold."""

    train_loss: float | None = Field(None, ge=0, description="Training loss at most this.", examples=[0.05])
    test_loss: float | None = Field(None, ge=0, description="Test loss at most this.", examples=[0.05])
    train_accuracy: float | None = Field(
        None, ge=0, le=1, description="Share of training points told right at least this.", examples=[0.95]
    )
    test_accuracy: float | None = Field(
        None, ge=0, le=1, description="Share of test points told right at least this.", examples=[0.95]
    )

    @property
    def stop_criterion(self) -> StopCriterion:
        """The conditions as a training run takes them."""
        return StopCriterion(self.train_loss, self.test_loss, self.train_accuracy, self.test_accuracy)


class SessionMetrics(BaseModel):
    """The losses and accuracies of a session's network."""

    epoch: int = Field(description="Finished epochs.", examples=[100])
    batch: int = Field(description="Mini-batches done in the present epoch.", examples=[0])
    train_loss: float = Field(description="Mean loss over the training points.", examples=[0.012])
    test_loss: float = Field(description="Mean loss over the test points.", examples=[0.015])
    train_accuracy: float | None = Field(
        description="Share of the training points told right; null in regression.", examples=[1.0]
    )
    test_accuracy: float | None = Field(
        description="Share of the test points told right; null in regression.", examples=[0.996]
    )


class SessionDivergence(BaseModel):
    """Where losses or parameters stopped being finite. Nothing trains until something is changed."""

    epoch: int = Field(description="Finished epochs.", examples=[3])
    batch: int = Field(description="Mini-batches done after them.", examples=[17])
    cause: Literal["loss", "parameters"] = Field(description="What was no longer finite.", examples=["loss"])


class TrainingProgress(BaseModel):
    """The progress of a training that a call has started."""

    unit: Literal["epoch", "batch"] = Field(description="What is counted.", examples=["epoch"])
    done: int = Field(description="How many are done.", examples=[250])
    total: int = Field(description="How many it will be at most.", examples=[1000])


class LossSeries(BaseModel):
    """The losses from the first epoch on, one list for each column."""

    epoch: list[int] = Field(description="After how many epochs.", examples=[[0, 1, 2]])
    train_loss: list[float] = Field(description="The training loss then.", examples=[[0.51, 0.42, 0.33]])
    test_loss: list[float] = Field(description="The test loss then.", examples=[[0.52, 0.44, 0.36]])
    epochs_a_point: int = Field(
        description="Epochs that one entry stands for: 1 until there are 2,000, then neighbours are "
        "averaged. The first and the last entry are always exact.",
        examples=[1],
    )


class NetworkParameters(BaseModel):
    """All weights and biases, in two forms."""

    flat: list[float] = Field(
        description="One list: layer after layer, first its weights row by row, then its biases.",
        examples=[[0.1, -0.2, 0.3, 0.4, 0.1, 0.1]],
    )
    layers: list[LayerParameters] = Field(description="The same by layers, the output last.")
    dead: int = Field(description="Weights that L1 has brought to 0 for good.", examples=[0])


class Predictions(BaseModel):
    """The outputs of the network at points."""

    outputs: list[list[float | None]] = Field(
        description="The outputs at each point: one, or of several classes the probability of each. Null is "
        "not finite.",
        examples=[[[0.93], [-0.41]]],
    )
    labels: list[int] | None = Field(
        description="The class of each point: -1 or 1, of several from 0 on; null in regression.",
        examples=[[1, -1]],
    )


class OneShotResult(BaseModel):
    """The result of a training without a session."""

    metrics: SessionMetrics = Field(description="How well the network does.")
    losses: LossSeries = Field(description="The losses on the way.")
    parameters: NetworkParameters = Field(description="The weights and biases.")
    predictions: Predictions | None = Field(
        description="What the network says at the points that were given; null if there were none."
    )


class SessionState(BaseModel):
    """The state of a session."""

    id: str = Field(
        description="Names the session in all calls. Who knows it may change it.",
        examples=["GyT7cLq1Yt4kO1fYbT0rVw"],
    )
    url: str = Field(
        description="The page that shows the session live.", examples=["http://localhost:8000/?session=..."]
    )
    config: TrainingConfig = Field(description="Every setting of the training.")
    playing: bool = Field(description="Whether it trains by itself.", examples=[False])
    speed: float | None = Field(
        description="Epochs a second while it plays; null: as many as can be had.", examples=[60]
    )
    shape: list[int] = Field(
        description="Neurons of each layer, from the inputs to the output.", examples=[[2, 4, 2, 1]]
    )
    parameters: int = Field(description="How many weights and biases there are.", examples=[25])
    metrics: SessionMetrics = Field(description="How well the network does.")
    training: TrainingProgress | None = Field(
        description="The training under way that was asked for, if any."
    )
    divergence: SessionDivergence | None = Field(description="Where it broke down, if it did.")
    engine: Literal["compiled", "reference"] = Field(
        description="What trains it now: compiled code, or the NumPy reference until that is compiled or "
        "where it is not available. Results of the two may differ in the last bits.",
        examples=["compiled"],
    )
