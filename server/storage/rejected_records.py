"""Records that the database rejected for their contents, to be tried again later."""

import logging
import math

from server.sessions.session_record import SessionRecord
from server.storage.stored_session import StoredSession

RETRY_INTERVAL = 60.0
"""Seconds after which refused records are tried again."""

log = logging.getLogger(__name__)


class RejectedRecords:
    """The latest rejected record of each session. The caller must hold a lock for every method."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[StoredSession, SessionRecord]] = {}
        self._session_ids: set[str] = set()
        self.due = math.inf
        """The clock's time of the next attempt; infinity if nothing waits."""

    def __contains__(self, session_id: str) -> bool:
        """Return whether the latest record of a session was rejected."""
        return session_id in self._session_ids

    def add(self, stored: StoredSession, record: SessionRecord, problem: Exception, *, now: float) -> None:
        """Add a rejected record; log it if it is the session's first."""
        if stored.session_id not in self._session_ids:
            log.error(
                "session %s cannot be saved, and is put aside: %s. It goes on, and all others are saved.",
                stored.session_id,
                problem,
            )
        self._session_ids.add(stored.session_id)
        self._waiting[stored.session_id] = (stored, record)
        self.due = min(self.due, now + RETRY_INTERVAL)

    def take_due(self, now: float) -> dict[str, tuple[StoredSession, SessionRecord]]:
        """Remove and return the records that are due to be tried again."""
        if now < self.due:
            return {}
        waiting, self._waiting, self.due = self._waiting, {}, math.inf
        return waiting

    def discard(self, session_id: str) -> None:
        """Remove a session, because it was saved or deleted."""
        if session_id in self._session_ids:
            self._session_ids.discard(session_id)
            self._waiting.pop(session_id, None)
            log.warning("session %s is saved again, or removed", session_id)
