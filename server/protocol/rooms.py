"""Messages of the websockets of rooms: those of seats, of the wall and of the projector.

The states of rooms and seats, which these websockets send, are those of REST; `type` stands before them.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class OpenWall(BaseModel):
    """Opens a room. It is the first message, within ten seconds."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["open"]
    room: str = Field(max_length=100, description="The room's id.", examples=["xK4f0aW9s2Qe"])
    key: str = Field(
        max_length=200,
        description="The room's key; for a projector, the projector's key.",
        examples=["m2Zk0v1qXo5cB3nT"],
    )
    resolution: int = Field(
        40, ge=8, le=40, description="Cells on a side of each heat map, at most.", examples=[40]
    )
    acks: bool = Field(
        False,
        description="Whether the page acknowledges updates; then at most two are under way.",
        examples=[True],
    )


class AckWall(BaseModel):
    """Tells that an update is shown. It is needed where `acks` was true."""

    type: Literal["ack"] = "ack"


class Gone(BaseModel):
    """The room or the seat is no longer there. The websocket closes; coming back is of no use."""

    type: Literal["gone"] = "gone"
    reason: Literal["ended", "removed"] = Field(
        description="`ended`: the room has ended; `removed`: the learner has left it, or was removed.",
        examples=["ended"],
    )


class EntryDenied(BaseModel):
    """The room is not opened. The websocket closes."""

    type: Literal["error"] = "error"
    code: str = Field(
        description="Why: one of the error codes, such as `not_your_room`.",
        examples=["not_your_room"],
    )


class WallEntry(BaseModel):
    """What has changed for one learner."""

    seat: str = Field(description="The seat's id.", examples=["hqA2n1vT4mNs"])
    epoch: int = Field(description="Finished epochs.", examples=[120])
    train_loss: float | None = Field(description="The training loss; null: not finite.", examples=[0.03])
    test_loss: float | None = Field(description="The test loss; null: not finite.", examples=[0.04])
    train_accuracy: float | None = Field(
        description="Accuracy on the training points, from 0 to 1; null in regression.", examples=[0.99]
    )
    test_accuracy: float | None = Field(
        description="Accuracy on the test points, from 0 to 1; null in regression.", examples=[0.98]
    )
    score: float | None = Field(
        description="The score, comparable whatever output and loss are; null: not finite.", examples=[0.04]
    )
    counted_epochs: int = Field(
        description="Epochs of training, with those that changes of the points cut off.", examples=[120]
    )
    playing: bool = Field(description="Whether it trains.", examples=[True])
    diverged: bool = Field(description="Whether the training diverged.", examples=[False])
    picture: int | None = Field(
        description="The place of the learner's heat map among those that follow; null: it has not changed, "
        "or the network is for images.",
        examples=[0],
    )
    classes: bool = Field(
        False, description="Whether the heat map's cells are classes, not outputs.", examples=[False]
    )
    scale: float = Field(
        1.0, description="The output of a cell of 127; that of one of -127 is its negative.", examples=[1.0]
    )
    confusion: list[int] | None = Field(
        None,
        description="Of a network for images: how often each digit was read as each, row by row; left out if "
        "it has not changed, null once the learner has another network.",
        examples=[[35, 0, 1]],
    )
    curve: list[list[float | None]] | None = Field(
        None,
        description="Epochs and scores so far; only in the first entry, and after the training began anew.",
        examples=[[[0, 0.5], [120, 0.04]]],
    )


class WallUpdate(BaseModel):
    """The JSON at the beginning of an update."""

    resolution: int = Field(description="Cells on a side of each heat map.", examples=[40])
    learners: list[WallEntry] = Field(description="The learners that have changed.")
