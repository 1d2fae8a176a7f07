"""How good a network is: accuracy and confusion matrix, or R squared and the usual error, for both sets.

REST and the websocket send the same.
"""

from typing import Literal

from pydantic import Field

from server.protocol.client_message import ClientMessage
from server.protocol.strict_model import StrictModel


class PointPrediction(StrictModel):
    """What the network makes of one point."""

    index: int = Field(description="Its index in its set.", examples=[17])
    target: float = Field(description="-1 or 1, a class from 0, or in regression any number.", examples=[-1])
    predicted: float | None = Field(description="The same that the network predicts.", examples=[1])
    output: float | None = Field(
        description="The output of the network: of several classes, that of the predicted one.",
        examples=[0.4],
    )
    loss: float | None = Field(description="The loss of the point.", examples=[0.98])


class QualityOnSet(StrictModel):
    """How good the network is on the points of one set. Null: not of this problem, or not finite."""

    points: int = Field(description="How many points the set has.", examples=[250])
    accuracy: float | None = Field(
        description="Share of points of the right class; null in regression.", examples=[0.996]
    )
    matrix: list[list[int]] | None = Field(
        description="How many points of each class, by row, are predicted to be of each class, by column. Of "
        "two classes -1 is the first. Null in regression.",
        examples=[[[124, 1], [0, 125]]],
    )
    r_squared: float | None = Field(
        description="1 - mean squared error / variance of the targets: 1 is perfect, 0 as good as their "
        "mean; null in classification.",
        examples=[None],
    )
    rmse: float | None = Field(
        description="Root of the mean squared error, in units of the targets; null in classification.",
        examples=[None],
    )
    wrong: int | None = Field(
        description="How many points are of another class than predicted; null in regression.", examples=[1]
    )
    worst: list[PointPrediction] = Field(
        description="The points of a wrong class, in regression all points, the largest loss first."
    )


class NetworkQuality(StrictModel):
    """How good the network is as it is now."""

    epoch: int = Field(description="Finished epochs.", examples=[40])
    train: QualityOnSet = Field(description="On the points that it is trained on.")
    test: QualityOnSet = Field(description="On the points that it never sees.")


class MeasureQuality(ClientMessage):
    """Ask how good the network is now; the reply is `quality`, or the error `other_problem` for images."""

    type: Literal["measure_quality"] = "measure_quality"


class QualityReport(StrictModel):
    """The reply to `measure_quality`; `ref` is that of the message."""

    type: Literal["quality"] = "quality"
    quality: NetworkQuality
    ref: int | None = None
