"""What each client of a session looks at, and what of it has been delivered to the client."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from server.protocol.frames import Section, Tag
from server.protocol.messages import ServerMessage
from server.sessions.loss_history import EMPTY_CURSOR, Cursor

WatchedNode: TypeAlias = tuple[int, int | None]
"""Layer and neuron; the neuron is None for the whole output of several classes."""


class DeliveredState(NamedTuple):
    """What a client has. Its numbers are versions of parts of the session; -1 if it has none yet."""

    revision: int = -1
    network: int = -1
    data: int = -1
    inputs: bool = False
    fine: tuple[int, int, int | None] = (-1, 0, 0)
    """Version of the network (of an input: the revision), layer and neuron of the large heat map."""
    history: Cursor = EMPTY_CURSOR
    playing: bool = False
    sections: Mapping[Tag, Section] = MappingProxyType({})
    """The newest of each kind, from which later ones may be sent as differences."""


def never_compress() -> bool:
    """Return False: the client's frames are not compressed."""
    return False


@dataclass(eq=False)
class ClientView:
    """One client's view of a session. Only the thread that runs the session may use it."""

    watch: WatchedNode
    """The node whose heat map is drawn large."""
    follows_output: bool = True
    """Whether `watch` is the output layer even if its number changes, not a neuron that was chosen."""
    probe: tuple[float, float] | None = None
    """The point of the plane whose exact value every frame holds."""
    visible: bool = True
    urgent: bool = True
    """Whether the next frame is to be made at once, because the client asked for something."""
    compresses: Callable[[], bool] = never_compress
    """Returns whether the client's next frame is to be compressed."""
    delivered: DeliveredState = field(default_factory=DeliveredState)
    delivered_before: DeliveredState = field(default_factory=DeliveredState)

    def deliver(self, delivered: DeliveredState) -> None:
        """Note what the client will have once the frame just made arrives."""
        self.delivered_before, self.delivered = self.delivered, delivered

    def retract(self) -> None:
        """Note that the newest frame will not be sent after all."""
        self.delivered = self.delivered_before


class Delivery(NamedTuple):
    """A message and the view of the client that is to get it."""

    view: ClientView
    message: ServerMessage
