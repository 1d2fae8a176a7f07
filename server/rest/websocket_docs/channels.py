"""What the AsyncAPI document says of a websocket besides the playground's: its address and its messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True)
class TextMessage:
    """A message of JSON."""

    kind: str
    """Its `type`."""
    model: type[BaseModel]
    """Its fields; `type` itself may be missing there."""
    summary: str | None = None
    """One sentence; None: the first of the model's docstring."""


@dataclass(frozen=True)
class BinaryMessage:
    """A message of bytes."""

    kind: str
    """What the document calls it."""
    summary: str
    description: str
    """How the bytes are laid out."""
    header: type[BaseModel]
    """The JSON in it."""


Message = TextMessage | BinaryMessage


@dataclass(frozen=True)
class Channel:
    """A websocket."""

    name: str
    address: str
    description: str
    receives: Sequence[str] = ()
    """The names of the messages that clients send, of this channel or another."""
    sends: Sequence[str] = ()
    """The names of those that the server sends."""
    messages: Mapping[str, Message] = field(default_factory=dict)
    """The messages that no channel before has, by name."""
