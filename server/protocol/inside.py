"""What is inside of a network: the numbers of one step of training, and of every layer, with explanations.

REST and the websocket send the same.
"""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from engine.config_fields import Coordinate
from engine.data.drawings import DrawnPixels
from engine.training.diagnosis import Name
from server.protocol.client_message import ClientMessage
from server.protocol.strict_model import StrictModel, with_example

Numbers = list[float | None]
"""Null: not finite."""
Array = list[Any]
"""Nested lists of numbers, as deep as the array has dimensions."""


class HistogramOfValues(StrictModel):
    """How often values are in each of equal parts of a range."""

    low: float = Field(description="Lower end of the range: the least value.", examples=[-1.2])
    high: float = Field(description="Upper end: the largest value.", examples=[3.4])
    counts: list[int] = Field(
        description="How many values are in each part, from the lower end.", examples=[[3, 0, 247]]
    )


class StatisticsOfLayer(StrictModel):
    """What happens in one layer of neurons. Sizes are root mean squares."""

    layer: int = Field(description="Its number, from 1; the last is the output.", examples=[1])
    activation: str | None = Field(description="Its activation; null for the output.", examples=["sigmoid"])
    gradient: float = Field(
        description="Size of the gradient of the mean loss by its weights.", examples=[1.2e-5]
    )
    delta: float = Field(
        description="Size of the derivatives of each point's loss by its sums z.", examples=[1.1e-5]
    )
    update: float = Field(description="Size of what the next step adds to its weights.", examples=[3e-7])
    weight: float = Field(description="Size of its weights.", examples=[0.29])
    saturated: float = Field(
        description="Share of all neurons at all points where the activation is flatter than a tenth of its "
        "steepest slope.",
        examples=[0.12],
    )
    saturation: list[float] = Field(
        description="For each neuron the share of points where it is saturated; 0 for the output.",
        examples=[[0.02, 1.0]],
    )
    dead: list[bool] = Field(
        description="For each neuron whether its activation is flat at all points.", examples=[[False, True]]
    )
    sums: HistogramOfValues = Field(description="Of what the activation is applied to.")
    values: HistogramOfValues = Field(description="Of what it returns.")
    weights: HistogramOfValues = Field(description="Of the weights.")


class NetworkStatistics(StrictModel):
    """What happens in all layers, over at most 250 training points, without dropout."""

    epoch: int = Field(description="Finished epochs.", examples=[40])
    layers: list[StatisticsOfLayer] = Field(description="The layers of neurons, the output last.")


class Explanation(StrictModel):
    """One explanation that measured numbers support."""

    name: Name = Field(description="What was found.", examples=["vanishing"])
    layer: int | None = Field(
        description="The layer that it is about; null for the training as a whole.", examples=[1]
    )
    measured: dict[str, float] = Field(
        description="The numbers that support it; of a missing class its target, and how many points the "
        "other set has of it.",
        examples=[{"first": 1.1e-5, "last": 0.99}],
    )
    remedy: dict[str, Any] = Field(
        description="Settings to try: a `PATCH` takes them as `config`. Empty: none would help.",
        examples=[{"activation": "relu"}],
    )


class Explanations(StrictModel):
    """Why a training goes as it goes."""

    epoch: int = Field(description="Finished epochs.", examples=[40])
    explanations: list[Explanation] = Field(description="The most urgent first; empty if there are none.")


class InspectedArray(StrictModel):
    """One array of a layer's parameters, and what the step does to it."""

    name: str = Field(description="weights, biases, scale, shift or projection.", examples=["weights"])
    values: Array = Field(description="The parameters before the step.", examples=[[[0.5], [-0.2]]])
    gradient: Array = Field(
        description="The gradient of the mini-batch's mean loss.", examples=[[[0.01], [0.02]]]
    )
    change: Array = Field(
        description="What the step adds, with all penalties.", examples=[[[-0.0003], [-0.0006]]]
    )
    memory: list[Array] = Field(
        description="The optimizer's memory before the step, such as velocities.", examples=[[]]
    )
    memory_after: list[Array] = Field(description="The same after the step.", examples=[[]])
    penalised: bool = Field(description="Whether penalties act on it: on weights.", examples=[True])


class WindowsOfLayer(StrictModel):
    """The windows of a convolution or pooling layer: each value that it returns is of one window."""

    before: list[int] = Field(
        min_length=3,
        max_length=3,
        description="Channels, height and width of what it gets.",
        examples=[[1, 8, 8]],
    )
    after: list[int] = Field(
        min_length=3, max_length=3, description="The same of what it returns.", examples=[[4, 8, 8]]
    )
    size: int = Field(description="Height and width of a window.", examples=[3])
    stride: int = Field(description="Pixels from one window to the next.", examples=[1])
    margin: int = Field(
        description="Zeros before each row and column; the first window begins with them.", examples=[1]
    )


class InspectedLayer(StrictModel):
    """A layer of the chain: what it makes of the point, and the derivatives."""

    layer: int = Field(description="Number of its layer of neurons, from 1.", examples=[1])
    kind: str = Field(description="dense, activation, batch_norm and so on.", examples=["dense"])
    activation: str | None = Field(
        description="The name of the function, of an activation.", examples=["sigmoid"]
    )
    values: Numbers = Field(
        description="Its values for the point: of `dense` z = W a + b, then a = g(z).", examples=[[0.4, -0.1]]
    )
    derivatives: Numbers = Field(
        description="The derivatives of the point's loss by these values: deltas.", examples=[[0.02, 0.3]]
    )
    factors: Numbers | None = Field(
        None,
        description="What the derivatives are multiplied by on their way back: of an activation its slopes "
        "g'(z), of dropout 0 for a value that is dropped. Null: another kind.",
        examples=[[0.24, 0.25]],
    )
    mean: Numbers | None = Field(
        None,
        description="What a normalization subtracts: of each neuron or channel, or one number for all.",
        examples=[None],
    )
    variance: Numbers | None = Field(
        None, description="The variance by whose square root it divides, after 1e-5 more.", examples=[None]
    )
    by_batch: bool | None = Field(
        None,
        description="Whether these are of the mini-batch, through which derivatives pass, too.",
        examples=[None],
    )
    skips: int | None = Field(
        None,
        description="Of a residual connection: the index in `layers` of the values that it adds; -1: the "
        "network's inputs.",
        examples=[None],
    )
    windows: WindowsOfLayer | None = Field(None, description="Of a convolution or pooling layer.")
    parameters: list[InspectedArray] = Field(description="Its parameters; empty for a kind without any.")


class InspectedStep(StrictModel):
    """A step of training with a mini-batch that has the point, as training computes it."""

    epoch: int = Field(description="Finished epochs.", examples=[40])
    batch: int = Field(description="Finished mini-batches of the epoch.", examples=[24])
    is_next: bool = Field(description="Whether training takes this step next.", examples=[True])
    points: list[int] = Field(
        description="Indices of the mini-batch's points; empty if it is this point alone.",
        examples=[[240, 241]],
    )
    share: float = Field(description="The point's share of the mean: 1 / number of points.", examples=[0.1])
    inputs: Numbers = Field(description="The inputs of the network, scaled.", examples=[[1.5, -2]])
    targets: Numbers = Field(description="On the scale of the outputs.", examples=[[-1]])
    outputs: Numbers = Field(description="What the network returns for the point.", examples=[[0.3]])
    loss: float | None = Field(description="The loss of the point.", examples=[0.845])
    outputs_after: Numbers = Field(
        description="The outputs after the step, for the same mini-batch and with the same values dropped.",
        examples=[[0.2]],
    )
    loss_after: float | None = Field(description="The loss of these.", examples=[0.72])
    rate: float = Field(description="The learning rate of this epoch.", examples=[0.03])
    steps: int = Field(description="Steps since the start, which Adam's corrections need.", examples=[1024])
    clipped: float = Field(
        description="What the gradient is multiplied by so that it is no longer than `gradient_clip`.",
        examples=[1.0],
    )
    layers: list[InspectedLayer] = Field(description="All layers of the chain, in order.")


class PointToInspect(StrictModel):
    """A point by its index in a set, any point of the plane with a target, or a drawing with a target."""

    model_config = with_example({"index": 0})

    index: int | None = Field(None, ge=0, description="Index of a point or image in `set`.", examples=[0])
    set: Literal["train", "test"] = Field("train", description="The set of `index`.", examples=["train"])
    x1: Coordinate | None = Field(
        None, description="A point of the plane, instead of `index`.", examples=[1.5]
    )
    x2: Coordinate | None = Field(None, description="See `x1`.", examples=[-2])
    target: Coordinate | None = Field(None, description="The target of that point.", examples=[1])
    pixels: DrawnPixels | None = Field(
        None,
        description="For a network that takes images: a drawing, row by row from 0 (paper) to 16 (ink), "
        "instead of `x1` and `x2`.",
        examples=[None],
    )

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        place, drawing = (self.x1 is not None, self.x2 is not None), self.pixels is not None
        if self.index is not None:
            is_one = not (any(place) or drawing or self.target is not None)
        else:
            is_one = self.target is not None and (not any(place) if drawing else all(place))
        if not is_one:
            raise ValueError("either index, or x1, x2 and target, or pixels and target")
        return self


class MeasureLayers(ClientMessage):
    """Ask for what happens in each layer now, and what explains the training; the reply is `layers`."""

    type: Literal["measure_layers"] = "measure_layers"


class InspectPoint(ClientMessage):
    """Ask for a step of training with a point; the reply is `step`."""

    type: Literal["inspect_point"] = "inspect_point"
    point: PointToInspect


class ApplyPoint(ClientMessage):
    """Pause, and take the step that `inspect_point` tells; the reply is `step`, with what was applied.

    It is the next mini-batch if that has the point. Otherwise it is a mini-batch of this point alone, which
    belongs to no epoch. A training that has diverged takes no step.
    """

    type: Literal["apply_point"] = "apply_point"
    point: PointToInspect


class LayerReport(StrictModel):
    """The reply to `measure_layers`; `ref` is that of the message."""

    type: Literal["layers"] = "layers"
    statistics: NetworkStatistics
    explanations: list[Explanation]
    ref: int | None = None


class StepReport(StrictModel):
    """The reply to `inspect_point` and `apply_point`; `ref` is that of the message.

    `point` is that of the message; `applied` says whether training took the step.
    """

    type: Literal["step"] = "step"
    step: InspectedStep
    point: PointToInspect
    applied: bool = False
    ref: int | None = None
