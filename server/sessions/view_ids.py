"""View ids: derived from session ids, they identify a session to clients that may only watch it."""

import base64
import hashlib
from collections.abc import Iterable

_PREFIX = "v."
"""Starts every view id; no session's id holds a dot."""


def view_id(session_id: str) -> str:
    """Return the view id of a session: 128 bits, from which the session id cannot be computed."""
    found = hashlib.sha256(f"tinkernet view of {session_id}".encode()).digest()[:16]
    return _PREFIX + base64.urlsafe_b64encode(found).decode().rstrip("=")


def is_view_id(name: str) -> bool:
    """Return whether an id is a view id."""
    return name.startswith(_PREFIX)


def as_view_id(name: str) -> str:
    """Return the view id of a session, given its id or its view id."""
    return name if is_view_id(name) else view_id(name)


class ViewIndex:
    """Finds sessions by their view ids. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._sessions: dict[str, str] = {}

    def add(self, session_ids: Iterable[str]) -> None:
        """Add sessions."""
        self._sessions.update({view_id(each): each for each in session_ids})

    def discard(self, session_id: str) -> None:
        """Remove a session, if it is there."""
        self._sessions.pop(view_id(session_id), None)

    def find(self, view: str) -> str | None:
        """Return the session id for a view id; None if there is none."""
        return self._sessions.get(view)
