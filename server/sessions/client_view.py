"""What each client of a session watches, and which state its last frame delivered."""

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
    """The image whose way through a network for images is shown: one of a set, or a drawing."""

    use: Literal["train", "test"] | None = "test"
    """The set that it is of; None for a drawing."""
    number: int = 0
    pixels: tuple[int, ...] | None = None
    """Of a drawing: from 0 (paper) to 16 (ink)."""


FIRST_IMAGE = ShownImage()


class DeliveredState(NamedTuple):
    """The state that a client has. Numbers are versions of parts of the session; -1 if it has none yet."""

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
    """Number of the measurement of the confusion matrix."""
    history: Cursor = EMPTY_CURSOR
    playing: bool = False
    rival: int = -1
    """Version of the rival's network."""
    rival_history: Cursor = EMPTY_CURSOR
    sections: Mapping[Tag, Section] = MappingProxyType({})
    """The latest section of each kind, from which the next may be sent as a difference."""


def never_compress() -> bool:
    """Return False: the client's frames are not compressed."""
    return False


@dataclass(eq=False)
class ClientView:
    """One client's view of a session. Only the thread that runs the session may use it."""

    watch: WatchedNode
    """The node whose heat map is sent in detail."""
    follows_output: bool = True
    """Whether `watch` stays the output when the number of layers changes; false for a chosen neuron."""
    probe: tuple[float, float] | None = None
    """The point x1, x2 at which every frame holds the watched node's exact value."""
    image: ShownImage = FIRST_IMAGE
    """What is shown of a network for images; if its set has become smaller, the first test image is."""
    visible: bool = True
    urgent: bool = True
    """Whether the next frame must be built at once, because the client asked for something."""
    compresses: Callable[[], bool] = never_compress
    """Returns whether to compress the client's next frame."""
    delivered: DeliveredState = field(default_factory=DeliveredState)
    delivered_before: DeliveredState = field(default_factory=DeliveredState)

    def deliver(self, delivered: DeliveredState) -> None:
        """Note the state that the client will have once the frame just built arrives."""
        self.delivered_before, self.delivered = self.delivered, delivered

    def retract(self) -> None:
        """Undo the last `deliver`, as its frame will not be sent."""
        self.delivered = self.delivered_before


class Delivery(NamedTuple):
    """A message, and the view of the client that receives it."""

    view: ClientView
    message: ServerMessage
