"""The control messages of the websocket: JSON text, one class a message, closed by two unions.

`static/js/net/protocol.js` mirrors this file and `frames.py`; `tests/data/protocol_vectors.json` holds the
two together.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from engine.config import TrainingConfig
from server.errors.validation import LARGEST_EXACT

PROTOCOL_VERSION = 1
LARGEST_MESSAGE = 65_536
"""Bytes of a client's message at most; a larger one closes the socket with `CLOSE_TOO_LARGE`."""

CLOSE_TOO_LARGE = 1009
CLOSE_RESTART = 1012
CLOSE_FULL = 1013
CLOSE_STALLED = 4408
CLOSE_FLOOD = 4429

FASTEST = 100_000.0
"""Epochs a second that a client may ask for; beyond it there is only "all the server can give"."""

LARGEST_STEP = 1000
LARGEST_PARAMETER = 1e6

ErrorCode = Literal[
    "malformed_json",
    "not_text",
    "unknown_message",
    "invalid_value",
    "not_open",
    "no_such_neuron",
    "no_such_parameter",
    "server_full",
    "address_full",
    "too_large",
    "too_fast",
    "locked",
    "paused",
    "internal",
]

Index = Annotated[int, Field(ge=0, le=1_000_000)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Parameter = Annotated[float, Field(ge=-LARGEST_PARAMETER, le=LARGEST_PARAMETER)]
Speed = Annotated[float, Field(gt=0, le=FASTEST)]


class Message(BaseModel):
    """What all messages share: strict types, finite numbers, no unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class ClientMessage(Message):
    """A message from a page or program. An error about it carries its `ref`."""

    ref: Annotated[int, Field(ge=-LARGEST_EXACT, le=LARGEST_EXACT)] | None = None


class Open(ClientMessage):
    """Come back to a session, or begin a new one from a (partial) config. Always the first message.

    `packing` says whether the client can read packed frames.
    """

    type: Literal["open"] = "open"
    version: Literal[1]
    session: Annotated[str, Field(max_length=128)] | None = None
    config: dict[str, Any] | None = None
    speed: Speed | None = 60.0
    playing: bool = False
    packing: bool = False


class Play(ClientMessage):
    """Train on."""

    type: Literal["play"] = "play"


class Pause(ClientMessage):
    """Stop training."""

    type: Literal["pause"] = "pause"


class Reset(ClientMessage):
    """Rewind to the same initial weights, epoch 0."""

    type: Literal["reset"] = "reset"


class NewWeights(ClientMessage):
    """Begin again from other initial weights: those of the seed, or of one drawn now."""

    type: Literal["new_weights"] = "new_weights"
    seed: Seed | None = None


class Regenerate(ClientMessage):
    """Draw other points, keeping the weights: those of the seed, or of one drawn now."""

    type: Literal["regenerate"] = "regenerate"
    seed: Seed | None = None


class Step(ClientMessage):
    """Train for some epochs or mini-batches, then stand."""

    type: Literal["step"] = "step"
    unit: Literal["epoch", "batch"]
    count: Annotated[int, Field(ge=1, le=LARGEST_STEP)] = 1


class Configure(ClientMessage):
    """Change some settings of the training, all of them or none."""

    type: Literal["configure"] = "configure"
    changes: dict[str, Any]


class SetSpeed(ClientMessage):
    """Set the pace of the training; null is all that the server can give."""

    type: Literal["speed"] = "speed"
    epochs_per_second: Speed | None


class Watch(ClientMessage):
    """Choose the neuron that is drawn large; layer null is the output."""

    type: Literal["watch"] = "watch"
    layer: Index | None
    neuron: Index = 0


class Probe(ClientMessage):
    """Have the watched neuron's exact value at a point of the plane in every frame; nulls end it."""

    type: Literal["probe"] = "probe"
    x1: float | None
    x2: float | None


class EditWeight(ClientMessage):
    """Set the weight from a source neuron to a neuron of the next layer (1 is the first hidden one)."""

    type: Literal["edit_weight"] = "edit_weight"
    layer: Index
    source: Index
    neuron: Index
    value: Parameter


class EditBias(ClientMessage):
    """Set the bias of a neuron."""

    type: Literal["edit_bias"] = "edit_bias"
    layer: Index
    neuron: Index
    value: Parameter


class Ack(ClientMessage):
    """The frame was painted, and all before it."""

    type: Literal["ack"] = "ack"
    frame: Annotated[int, Field(ge=0, le=2**32 - 1)]


class Visible(ClientMessage):
    """Whether the page can be seen. A hidden one gets no frames; its training goes on."""

    type: Literal["visible"] = "visible"
    visible: bool


AnyClientMessage = Annotated[
    Open
    | Play
    | Pause
    | Reset
    | NewWeights
    | Regenerate
    | Step
    | Configure
    | SetSpeed
    | Watch
    | Probe
    | EditWeight
    | EditBias
    | Ack
    | Visible,
    Field(discriminator="type"),
]


class Node(Message):
    """A neuron: layer 0 are the inputs in the order of the features' table, the last layer is the output.

    No neuron is the whole output of several classes.
    """

    layer: int
    neuron: int | None


class LayerLayout(Message):
    """Where one layer's parameters are in the flat vector of a frame.

    `weights` and `biases` are the indices of the first weight and the first bias. The weight from input i to
    neuron j is at `weights + i * neurons + j`, the bias of neuron j at `biases + j`.
    """

    weights: int
    biases: int
    inputs: int
    neurons: int


class DivergenceReport(Message):
    """Where and how the training left the finite numbers."""

    epoch: int
    batch: int
    cause: Literal["loss", "parameters"]


class Welcome(Message):
    """The answer to `open`. `resumed` tells whether the session was there already."""

    type: Literal["welcome"] = "welcome"
    session: str
    resumed: bool
    version: str


class State(Message):
    """All there is to know of a session but its numbers; sent after every change, before its first frame."""

    type: Literal["state"] = "state"
    revision: int
    config: TrainingConfig
    playing: bool
    speed: float | None
    shape: tuple[int, ...]
    parameters: int
    layout: tuple[LayerLayout, ...]
    watch: Node
    divergence: DivergenceReport | None


class Error(Message):
    """A message was refused, and nothing else happened."""

    type: Literal["error"] = "error"
    code: ErrorCode
    message: str
    field: str | None = None
    value: JsonValue = None
    expected: str | None = None
    ref: int | None = None


class Closing(Message):
    """The server is about to close the socket."""

    type: Literal["closing"] = "closing"
    reason: Literal["shutdown"]


ServerMessage = Annotated[Welcome | State | Error | Closing, Field(discriminator="type")]
