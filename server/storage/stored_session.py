"""Types of the session store: the entry of a session, a loaded session, a request to load one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, NamedTuple

from server.sessions.session_record import SessionRecord, StoredExtent


@dataclass(eq=False)
class StoredSession:
    """The store's entry of a session that is in memory."""

    session_id: str
    created: float
    """Unix time."""
    extent: StoredExtent = field(default_factory=StoredExtent)
    """The stored parts, which the next record may omit; set by the store and the checkpointer."""
    closed: bool = False
    """Whether the session is deleted, so that no more records are written."""


class LoadedSession(NamedTuple):
    """A session's record as it was loaded from the database."""

    record: SessionRecord
    created: float
    """Unix time."""


class LoadFailure(Enum):
    """Why a session was not loaded although it may be stored."""

    UNAVAILABLE = "unavailable"
    """The database could not be read in time. Whether it has the session is not known."""


UNAVAILABLE: Literal[LoadFailure.UNAVAILABLE] = LoadFailure.UNAVAILABLE

LoadResult = LoadedSession | Literal[LoadFailure.UNAVAILABLE] | None
"""A session that was loaded; None if the database was read and has no such session."""


class LoadRequest(NamedTuple):
    """A request to load a session."""

    session_id: str
    done: Callable[[LoadResult], None]
    until: float
    """The clock's time at which the request is given up."""
