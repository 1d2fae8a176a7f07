"""The control messages of the websocket: JSON text, one class for each message type.

The unions at the end of each half list them all. `static/js/net/protocol.js` mirrors this file and
`frames.py`; tests compare both with `tests/data/protocol_vectors.json`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from engine.config import TrainingConfig
from server.protocol.strict_model import StrictModel

PROTOCOL_VERSION = 1

MAX_MESSAGE_BYTES = 65_536
"""A larger message from a client closes the socket with `close_codes.TOO_LARGE`."""

MAX_SPEED = 100_000.0
"""Epochs a second that a client may ask for. The speed null stands for "as fast as possible"."""

MAX_STEP = 1000
MAX_PARAMETER = 1e6

MAX_EXACT_INTEGER = 2**53
"""JavaScript cannot represent all integers beyond this."""

Index = Annotated[int, Field(ge=0, le=1_000_000)]
Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Parameter = Annotated[float, Field(ge=-MAX_PARAMETER, le=MAX_PARAMETER)]
Speed = Annotated[float, Field(gt=0, le=MAX_SPEED)]


class ClientMessage(StrictModel):
    """A message from a client. An `error` that answers it has the same `ref`."""

    ref: Annotated[int, Field(ge=-MAX_EXACT_INTEGER, le=MAX_EXACT_INTEGER)] | None = None


class Open(ClientMessage):
    """Resume a session, or create one from a (partial) config. Always the first message.

    `packing` says whether the client can read compressed frames.
    """

    type: Literal["open"] = "open"
    version: Literal[1]
    session: Annotated[str, Field(max_length=128)] | None = None
    config: dict[str, Any] | None = None
    speed: Speed | None = 60.0
    playing: bool = False
    packing: bool = False


class Play(ClientMessage):
    """Start training, or continue."""

    type: Literal["play"] = "play"


class Pause(ClientMessage):
    """Stop training."""

    type: Literal["pause"] = "pause"


class Reset(ClientMessage):
    """Go back to epoch 0 and the same initial weights."""

    type: Literal["reset"] = "reset"


class NewWeights(ClientMessage):
    """Go back to epoch 0 with other initial weights, from the given seed or a random one."""

    type: Literal["new_weights"] = "new_weights"
    seed: Seed | None = None


class Regenerate(ClientMessage):
    """Draw other data points, from the given seed or a random one; the weights stay."""

    type: Literal["regenerate"] = "regenerate"
    seed: Seed | None = None


class Step(ClientMessage):
    """Train for some epochs or mini-batches, then pause."""

    type: Literal["step"] = "step"
    unit: Literal["epoch", "batch"]
    count: Annotated[int, Field(ge=1, le=MAX_STEP)] = 1


class Configure(ClientMessage):
    """Change some settings of the training. If one is refused, none is changed."""

    type: Literal["configure"] = "configure"
    changes: dict[str, Any]


class SetSpeed(ClientMessage):
    """Set the speed of the training; null is as fast as possible."""

    type: Literal["speed"] = "speed"
    epochs_per_second: Speed | None


class Watch(ClientMessage):
    """Choose the neuron whose heat map comes in detail; layer null is the output."""

    type: Literal["watch"] = "watch"
    layer: Index | None
    neuron: Index = 0


class Probe(ClientMessage):
    """Ask for the watched neuron's exact value at a point in every frame; two nulls end that."""

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
    """Acknowledge that a frame, and all before it, were painted."""

    type: Literal["ack"] = "ack"
    frame: Annotated[int, Field(ge=0, le=2**32 - 1)]


class Visible(ClientMessage):
    """Say whether the page can be seen. A hidden one gets no frames; its training goes on."""

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


class Node(StrictModel):
    """A neuron. Layer 0 are the inputs in the order of the table of features, the last layer is the output.

    `neuron` is None for the output of a network with several classes as a whole.
    """

    layer: int
    neuron: int | None


class LayerLayout(StrictModel):
    """Where one layer's parameters are in the flat vector of a frame.

    `weights` and `biases` are the indices of the first weight and the first bias. The weight from input i to
    neuron j is at `weights + i * neurons + j`, the bias of neuron j at `biases + j`.
    """

    weights: int
    biases: int
    inputs: int
    neurons: int


class DivergenceReport(StrictModel):
    """When the training diverged, and what was no longer finite."""

    epoch: int
    batch: int
    cause: Literal["loss", "parameters"]


class Welcome(StrictModel):
    """The answer to `open`. `resumed` is true for a session that existed before."""

    type: Literal["welcome"] = "welcome"
    session: str
    resumed: bool
    version: str


class State(StrictModel):
    """A session without its numbers; sent after every change, before the first frame that shows it."""

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


class Error(StrictModel):
    """A message was refused and changed nothing. `code` is one of `server.errors.codes.ErrorCode`."""

    type: Literal["error"] = "error"
    code: str
    message: str
    field: str | None = None
    value: JsonValue = None
    expected: str | None = None
    ref: int | None = None


class Closing(StrictModel):
    """The server is about to close the socket."""

    type: Literal["closing"] = "closing"
    reason: Literal["shutdown"]


ServerMessage = Annotated[Welcome | State | Error | Closing, Field(discriminator="type")]
