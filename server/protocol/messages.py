"""The control messages of the websocket: JSON text, one class for each message type.

The unions at the end of each half list them all. `static/js/net/protocol.js` mirrors this file and
`frames.py`; tests compare both with `tests/data/protocol_vectors.json`.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, JsonValue, model_validator

from engine.config import TrainingConfig
from engine.data.drawings import DrawnPixels
from server.protocol.client_message import MAX_EXACT_INTEGER, ClientMessage
from server.protocol.divergence import DivergenceReport
from server.protocol.image_layout import ImageLayout
from server.protocol.inside import ApplyPoint, InspectPoint, LayerReport, MeasureLayers, StepReport
from server.protocol.lessons import CheckLesson, FollowLesson, LessonReport
from server.protocol.parameter_layout import ArrayLayout, LayerLayout
from server.protocol.quality import MeasureQuality, QualityReport
from server.protocol.race import EndRace, RivalState, StartRace, SwapRival
from server.protocol.stop_conditions import StopConditions
from server.protocol.strict_model import StrictModel
from server.protocol.timeline import KeptMoments, LookBack

PROTOCOL_VERSION = 1

MAX_MESSAGE_BYTES = 65_536
"""A larger message from a client closes the socket with `close_codes.TOO_LARGE`."""

MAX_SPEED = 100_000.0
"""Highest speed that a client may set, in epochs per second. The speed null means as fast as possible."""

MAX_STEP_COUNT = 1000
"""Maximum number of epochs or mini-batches of one `step`."""

MAX_PARAMETER = 1e6
"""Largest absolute value of a weight or bias that a client may set."""

Index = Annotated[int, Field(ge=0, le=1_000_000)]
"""Number of a layer or neuron, from 0."""

Seed = Annotated[int, Field(ge=0, le=2**32 - 1)]
Parameter = Annotated[float, Field(ge=-MAX_PARAMETER, le=MAX_PARAMETER)]
Speed = Annotated[float, Field(gt=0, le=MAX_SPEED)]


class Open(ClientMessage):
    """Resume a session, or create a new one. Must be the first message.

    `session` is the id of the session to resume. If it is null or no longer exists, a new session is created
    with the settings of `config` (defaults for those left out), `speed` in epochs per second (null: as fast
    as possible), and training at once if `playing`. `packing` says whether the client can read compressed
    frames. With `copy_of`, the id or view id of a session, the new session is a copy of that one as it is
    now, paused; `session` must be null then, and the settings are not used. With `resume_only`, no session is
    created: if `session` does not exist, the answer is the error `not_found`.
    """

    type: Literal["open"] = "open"
    version: Literal[1]
    session: Annotated[str, Field(max_length=128)] | None = None
    config: dict[str, Any] | None = None
    speed: Speed | None = 60.0
    playing: bool = False
    packing: bool = False
    copy_of: Annotated[str, Field(max_length=128)] | None = None
    resume_only: bool = False

    @model_validator(mode="after")
    def _check_new(self) -> Self:
        if self.copy_of is not None and self.session is not None:
            raise ValueError("copy_of makes a new session")
        return self


class Play(ClientMessage):
    """Start or continue training; pause when `until_epoch` is finished, if that is still to come.

    It also pauses at the end of the first epoch after which the conditions `until` hold, unless they hold
    already.
    """

    type: Literal["play"] = "play"
    until_epoch: Annotated[int, Field(ge=1, le=MAX_EXACT_INTEGER)] | None = None
    until: StopConditions | None = None


class Pause(ClientMessage):
    """Stop training."""

    type: Literal["pause"] = "pause"


class Reset(ClientMessage):
    """Return to epoch 0 with the same initial weights."""

    type: Literal["reset"] = "reset"


class NewWeights(ClientMessage):
    """Return to epoch 0 with other initial weights, drawn from `seed` or from a random seed."""

    type: Literal["new_weights"] = "new_weights"
    seed: Seed | None = None


class Regenerate(ClientMessage):
    """Draw other data points from `seed` or from a random seed; the weights stay."""

    type: Literal["regenerate"] = "regenerate"
    seed: Seed | None = None


class Step(ClientMessage):
    """Train for `count` epochs or mini-batches, then pause."""

    type: Literal["step"] = "step"
    unit: Literal["epoch", "batch"]
    count: Annotated[int, Field(ge=1, le=MAX_STEP_COUNT)] = 1


class Configure(ClientMessage):
    """Change some settings of the training. If one is not valid, none is changed."""

    type: Literal["configure"] = "configure"
    changes: dict[str, Any]


class SetSpeed(ClientMessage):
    """Set the speed of the training in epochs per second; null is as fast as possible."""

    type: Literal["speed"] = "speed"
    epochs_per_second: Speed | None


class Watch(ClientMessage):
    """Choose the neuron whose heat map is sent in detail. Layer null is the output, layer 0 the inputs."""

    type: Literal["watch"] = "watch"
    layer: Index | None
    neuron: Index = 0


class Probe(ClientMessage):
    """Have every frame contain the watched neuron's exact value at a point; two nulls stop it."""

    type: Literal["probe"] = "probe"
    x1: float | None
    x2: float | None


class ShowImage(ClientMessage):
    """Choose the image whose way through a network for images is shown; at first, the first test image.

    It is that with number `index` of the training or test set, or a drawing: `pixels` from 0 (paper) to 16
    (ink), row by row.
    """

    type: Literal["show_image"] = "show_image"
    set: Literal["train", "test"] | None = None
    index: Index = 0
    pixels: DrawnPixels | None = None

    @model_validator(mode="after")
    def _check_image(self) -> Self:
        if (self.set is None) == (self.pixels is None):
            raise ValueError("set or pixels, one of them")
        return self


class EditWeight(ClientMessage):
    """Set the weight from neuron `source` of the previous layer to `neuron` of `layer` (1 is the first)."""

    type: Literal["edit_weight"] = "edit_weight"
    layer: Index
    source: Index
    neuron: Index
    value: Parameter


class EditBias(ClientMessage):
    """Set the bias of a neuron of a layer (1 is the first after the inputs)."""

    type: Literal["edit_bias"] = "edit_bias"
    layer: Index
    neuron: Index
    value: Parameter


class Ack(ClientMessage):
    """Acknowledge that a frame and all earlier ones were painted."""

    type: Literal["ack"] = "ack"
    frame: Annotated[int, Field(ge=0, le=2**32 - 1)]


class Visible(ClientMessage):
    """Report whether the page is visible. A hidden page receives no frames; its training continues."""

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
    | ShowImage
    | MeasureLayers
    | MeasureQuality
    | FollowLesson
    | CheckLesson
    | LookBack
    | StartRace
    | EndRace
    | SwapRival
    | InspectPoint
    | ApplyPoint
    | EditWeight
    | EditBias
    | Ack
    | Visible,
    Field(discriminator="type"),
]


INSPECTION_MESSAGES = (MeasureLayers, MeasureQuality, CheckLesson, InspectPoint)
"""The messages that ask for what is inside of a session."""

READ_ONLY_MESSAGES = (Open, Ack, Watch, Probe, ShowImage, *INSPECTION_MESSAGES, Visible)
"""The messages that change nothing of a session that is there: only what their sender sees of it."""


class Node(StrictModel):
    """A node of the network. Layer 0 holds the features in the catalogue's order; the last is the output.

    `neuron` is null for the whole output layer of a network with several classes.
    """

    layer: int
    neuron: int | None


class Welcome(StrictModel):
    """The reply to `open`: the session's id, whether it existed before, and the server's version.

    `session` is the name that the client opened: for those who named a view id, that. `view` is the view id,
    to be handed out: it only looks. `may_change` is false for those whose changes are refused, because they
    named the view id, or because the training belongs to a seat of somebody else.
    """

    type: Literal["welcome"] = "welcome"
    session: str
    resumed: bool
    version: str
    view: str = ""
    may_change: bool = True


class State(StrictModel):
    """The settings and state of a session. Sent after every change, before the first frame that shows it.

    `revision` is the number of the change, `speed` is in epochs per second, `shape` holds the neurons of each
    layer from the inputs to the output, and `parameters` is the number of all parameters. `layout` has the
    places of the weights and biases in a frame, `arrays` those of all other parameters. With
    `custom_data` the points were given by a program, not drawn as the config says. `images` says which layers
    of a network for images a frame shows; it is null for other networks. While it plays, `until_epoch` is the
    epoch at whose end it pauses, and `until` the losses and accuracies; null: none. `shown_epoch` is the
    epoch that frames look back to; null: they show the present. `rival` is null without a race.
    """

    type: Literal["state"] = "state"
    revision: int
    config: TrainingConfig
    playing: bool
    speed: float | None
    shape: tuple[int, ...]
    parameters: int
    layout: tuple[LayerLayout, ...]
    arrays: tuple[ArrayLayout, ...] = ()
    watch: Node
    divergence: DivergenceReport | None
    custom_data: bool = False
    images: ImageLayout | None = None
    until_epoch: int | None = None
    until: StopConditions | None = None
    shown_epoch: int | None = None
    rival: RivalState | None = None


class Error(StrictModel):
    """A client's message was not valid or not allowed, and changed nothing.

    `code` is one of `server.errors.codes.ErrorCode`. `field` is the path of the field that is wrong, `value`
    what it was, `expected` what it should be, and `ref` that of the message. Of layers that do not fit,
    `reason` has a code and values from which a page makes a text in its language.
    """

    type: Literal["error"] = "error"
    code: str
    message: str
    field: str | None = None
    value: JsonValue = None
    expected: str | None = None
    reason: dict[str, JsonValue] | None = None
    ref: int | None = None


class Closing(StrictModel):
    """The server is about to close the socket."""

    type: Literal["closing"] = "closing"
    reason: Literal["shutdown"]


ServerMessage = Annotated[
    Welcome | State | LayerReport | QualityReport | LessonReport | KeptMoments | StepReport | Error | Closing,
    Field(discriminator="type"),
]
