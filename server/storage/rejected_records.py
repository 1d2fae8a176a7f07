"""Records that the database refused for their contents; all others are saved meanwhile."""

import logging
import math

from server.sessions.session_record import SessionRecord
from server.storage.stored_session import StoredSession

RETRY_INTERVAL = 60.0
"""Seconds after which refused records are tried again."""

log = logging.getLogger(__name__)


class RejectedRecords:
    """The latest refused record of each session. The caller holds its own lock for every method."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[StoredSession, SessionRecord]] = {}
        self._session_ids: set[str] = set()
        self.due = math.inf
        """The clock's time of the next attempt; infinity if nothing waits."""

    def __contains__(self, session_id: str) -> bool:
        """Return whether the latest written record of a session was refused; it is to be saved by itself."""
        return session_id in self._session_ids

    def add(self, stored: StoredSession, record: SessionRecord, problem: Exception, *, now: float) -> None:
        """Put a refused record aside; log it if it is the session's first."""
        if stored.session_id not in self._session_ids:
            log.error(
                "session %s cannot be saved, and is put aside: %s. It goes on, and all others are saved.",
                stored.session_id,
                problem,
            )
        self._session_ids.add(stored.session_id)
        self._waiting[stored.session_id] = (stored, record)
        self.due = min(self.due, now + RETRY_INTERVAL)

    def take(self, now: float) -> dict[str, tuple[StoredSession, SessionRecord]]:
        """Return the records that are to be tried again; they no longer wait."""
        if now < self.due:
            return {}
        waiting, self._waiting, self.due = self._waiting, {}, math.inf
        return waiting

    def accept(self, session_id: str) -> None:
        """Note that a session was saved or removed."""
        if session_id in self._session_ids:
            self._session_ids.discard(session_id)
            self._waiting.pop(session_id, None)
            log.warning("session %s is saved again, or removed", session_id)
