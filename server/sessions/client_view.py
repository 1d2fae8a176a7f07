"""What each client of a session looks at, and what of it the client has been given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from server.protocol.frames import Section, Tag
from server.sessions.loss_history import NOTHING, Cursor

WatchedNode: TypeAlias = tuple[int, int | None]
"""Layer and neuron; no neuron for the whole output of several classes."""


class DeliveredState(NamedTuple):
    """What a client has. The numbers are versions of the session's things; -1 is nothing yet."""

    revision: int = -1
    network: int = -1
    data: int = -1
    inputs: bool = False
    fine: tuple[int, int, int | None] = (-1, 0, 0)
    """Version of the network (for an input: the revision), layer, neuron."""
    history: Cursor = NOTHING
    playing: bool = False
    sections: Mapping[Tag, Section] = MappingProxyType({})
    """The newest of each kind that later ones may be sent as differences to."""


def never() -> bool:
    """Return that no frame is packed."""
    return False


@dataclass(eq=False)
class ClientView:
    """One client's view of a session. Only the session and its thread touch it."""

    watch: WatchedNode
    """What is drawn large."""
    follows_output: bool = True
    """Whether `watch` is the output wherever that moves to, not a neuron that was chosen."""
    probe: tuple[float, float] | None = None
    visible: bool = True
    urgent: bool = True
    """A frame should follow at once: something was asked for."""
    packs: Callable[[], bool] = never
    """Says whether the client's next frame is to be packed."""
    given: DeliveredState = field(default_factory=DeliveredState)
    before: DeliveredState = field(default_factory=DeliveredState)

    def give(self, given: DeliveredState) -> None:
        """Note what the client has once the frame just made arrives."""
        self.before, self.given = self.given, given

    def retract(self) -> None:
        """Note that the newest frame will not arrive after all."""
        self.given = self.before
