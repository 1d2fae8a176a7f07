"""A client's view of a session: what it watches, and the state that its last frame delivered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

from server.protocol.frames import Section, Tag
from server.protocol.messages import ServerMessage
from server.sessions.loss_history import EMPTY_CURSOR, Cursor

WatchedNode: TypeAlias = tuple[int, int | None]
"""Layer and neuron; the neuron is None for the whole output of several classes."""


class ShownImage(NamedTuple):
    """The image whose feature maps are shown: one of a set, or a drawing."""

    use: Literal["train", "test"] | None = "test"
    """The set that it belongs to; None for a drawing."""
    number: int = 0
    """Its index in the set."""
    pixels: tuple[int, ...] | None = None
    """The pixels of a drawing, row by row, from 0 (paper) to 16 (ink)."""


FIRST_IMAGE = ShownImage()


class DeliveredState(NamedTuple):
    """The state that a client has received. Numbers are versions of parts of the session; -1 for none yet."""

    revision: int = -1
    network: int = -1
    data: int = -1
    inputs: bool = False
    detail: tuple[int, int, int | None] = (-1, 0, 0)
    """Version of the network (of an input: the revision), layer and neuron of the large heat map."""
    image: tuple[int, ShownImage] | None = None
    """Version of the data, and the image that is shown."""
    maps: tuple[int, int, ShownImage] | None = None
    """Versions of the network and of the data, and the image, of the feature maps."""
    confusion: int = 0
    """The number of the measurement whose confusion matrix the client has."""
    history: Cursor = EMPTY_CURSOR
    playing: bool = False
    rival: int = -1
    """Version of the rival's network."""
    rival_history: Cursor = EMPTY_CURSOR
    sections: Mapping[Tag, Section] = MappingProxyType({})
    """The latest section of each kind; the next one may be sent as a difference from it."""


def never_compress() -> bool:
    """Return False; the default of `ClientView.compresses`."""
    return False


@dataclass(eq=False)
class ClientView:
    """One client's view of a session. Only the thread that runs the session may use it."""

    watch: WatchedNode
    """The node whose heat map is sent in detail."""
    follows_output: bool = True
    """Whether `watch` follows the output when the number of layers changes; False for a chosen neuron."""
    probe: tuple[float, float] | None = None
    """The point x1, x2 for which every frame holds the watched node's exact value; None for none."""
    image: ShownImage = FIRST_IMAGE
    """The image that is shown to a network for images; the first test image if it does not exist any more."""
    visible: bool = True
    urgent: bool = True
    """Whether the next frame must be built at once, because the client has sent a message."""
    compresses: Callable[[], bool] = never_compress
    """Returns whether to compress the client's next frame."""
    delivered: DeliveredState = field(default_factory=DeliveredState)
    delivered_before: DeliveredState = field(default_factory=DeliveredState)

    def record_delivery(self, delivered: DeliveredState) -> None:
        """Set the state that the client will have once the frame that was just built arrives."""
        self.delivered_before, self.delivered = self.delivered, delivered

    def retract(self) -> None:
        """Undo the last `record_delivery`, because its frame will not be sent."""
        self.delivered = self.delivered_before


class Delivery(NamedTuple):
    """A message with the view of the client that is to receive it."""

    view: ClientView
    message: ServerMessage
