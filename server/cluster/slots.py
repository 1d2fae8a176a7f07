"""Slots: groups of sessions that have their host in common. The slot follows from a session's id alone."""

import hashlib
import json
import secrets
from collections.abc import Collection

from server.sessions.view_ids import as_view_id

SLOTS = 1024
"""Number of slots; fixed, because a session's slot must not change."""

HOME_SLOTS = range(64)
"""Slots that always have one host in common, that of the rooms. Earlier versions put sessions there, too."""

SESSION_SLOTS = range(len(HOME_SLOTS), SLOTS)
"""Slots of all other sessions."""


def slot_of(name: str) -> int:
    """Return the slot of a session by its id or its view id, which have the same."""
    digest = hashlib.sha256(as_view_id(name).encode()).digest()
    return int.from_bytes(digest[:4], "big") % SLOTS


def new_session_id(slots: Collection[int]) -> str:
    """Return a new id, 128 random bits, of a session in one of some slots.

    Raises:
        ValueError: there are no slots.
    """
    if not slots:
        raise ValueError("no slots")
    while True:
        session_id = secrets.token_urlsafe(16)
        if slot_of(session_id) in slots:
            return session_id


def name_of_opening(text: str) -> str | None:
    """Return the session that an `open` names; None for a new session and for other text."""
    if '"open"' not in text:
        return None
    try:
        told = json.loads(text)
        name = told.get("session") or told.get("copy_of") if told.get("type") == "open" else None
    except (ValueError, AttributeError, RecursionError):
        return None
    return name if isinstance(name, str) and 0 < len(name) <= 128 else None


def slot_of_opening(text: str) -> int | None:
    """Return the slot of the session that an `open` names; None for a new session and for other text."""
    name = name_of_opening(text)
    return None if name is None else slot_of(name)
