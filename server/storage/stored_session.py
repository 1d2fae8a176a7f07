"""What the session store knows of one session: its entry, its record, a request to load it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from server.sessions.session_record import SessionRecord, StoredExtent


@dataclass(eq=False)
class StoredSession:
    """The store's entry of a session that is in memory."""

    session_id: str
    created: float
    """Unix time."""
    extent: StoredExtent = field(default_factory=StoredExtent)
    """What the next record may leave out; set by the store, and for a loaded session by its checkpointer."""
    closed: bool = False
    """Whether the session is deleted, so that nothing of it may be written any more."""


class LoadedSession(NamedTuple):
    """A session that was loaded."""

    record: SessionRecord
    created: float
    """Unix time."""


class LoadRequest(NamedTuple):
    """A request to load a session."""

    session_id: str
    done: Callable[[LoadedSession | None], None]
    until: float
    """The clock's time at which the request is given up."""
