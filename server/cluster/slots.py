"""Slots: the hash partitions of sessions. All sessions of a slot are at one host; the id gives the slot."""

import hashlib
import json
import secrets
from collections.abc import Collection

from server.sessions.view_ids import as_view_id

SLOTS = 1024
"""The number of slots; it must never change, because a session's slot must not."""

HOME_SLOTS = range(64)
"""Slots that are always at one host, which has the rooms. Earlier versions put sessions there, too."""

SESSION_SLOTS = range(len(HOME_SLOTS), SLOTS)
"""The slots of new sessions."""


def slot_of(name: str) -> int:
    """Return the slot of a session, given its id or its view id."""
    digest = hashlib.sha256(as_view_id(name).encode()).digest()
    return int.from_bytes(digest[:4], "big") % SLOTS


def new_session_id(slots: Collection[int]) -> str:
    """Return a new session id, 128 random bits, whose slot is one of `slots`.

    Raises:
        ValueError: `slots` is empty.
    """
    if not slots:
        raise ValueError("no slots")
    while True:
        session_id = secrets.token_urlsafe(16)
        if slot_of(session_id) in slots:
            return session_id


def session_in_open_message(text: str) -> str | None:
    """Return the session id that an `open` message names; None for a new session and for any other text."""
    if '"open"' not in text:
        return None
    try:
        message = json.loads(text)
        name = message.get("session") or message.get("copy_of") if message.get("type") == "open" else None
    except (ValueError, AttributeError, RecursionError):
        return None
    return name if isinstance(name, str) and 0 < len(name) <= 128 else None


def slot_of_open_message(text: str) -> int | None:
    """Return the slot of `session_in_open_message`; None for a new session and for any other text."""
    name = session_in_open_message(text)
    return None if name is None else slot_of(name)
