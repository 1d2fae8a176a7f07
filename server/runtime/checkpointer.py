"""Decides when the state of a session is recorded, so that little is lost if the process ends."""

import logging
import math

from server.sessions.session import Session
from server.sessions.session_record import capture_record, stored_extent
from server.storage.session_store import SessionStore
from server.storage.stored_session import StoredSession

MIN_INTERVAL = 0.25
"""Minimum seconds between two records of a session that changed otherwise than by training."""

RETRY_INTERVAL = 10.0
"""Seconds after which recording a session is tried again that failed, even if nothing has changed."""

log = logging.getLogger(__name__)


class Checkpointer:
    """Records one session. Only the session's actor may use it, except for `request_full_record`."""

    def __init__(self, session_store: SessionStore, stored: StoredSession, *, interval: float) -> None:
        """Create it for a session of which nothing is stored.

        Args:
            session_store: saves the records.
            stored: the session's entry in the store.
            interval: seconds between two records of a session that only trains.
        """
        self.stored = stored
        self._session_store = session_store
        self._interval = interval
        self._version: tuple[object, ...] | None = None
        self._recorded_at = -math.inf
        self._failed = False

    def mark_stored(self, session: Session) -> None:
        """Mark the present state of the session as stored."""
        self.stored.extent = stored_extent(session)
        self._version = session.version

    def due(self, session: Session, *, training: bool) -> float:
        """Return when the next record is due, in the clock's seconds; infinity if nothing has changed."""
        version = session.version
        if version == self._version:
            return self._recorded_at + RETRY_INTERVAL if self._failed else math.inf
        changed = self._version is None or version[:-1] != self._version[:-1]
        return self._recorded_at + (self._interval if training and not changed else MIN_INTERVAL)

    def record(self, session: Session, now: float) -> None:
        """Pass all changes to the store; `Session.measure` must have been called before."""
        self._version, self._recorded_at = session.version, now
        try:
            self._session_store.enqueue(self.stored, capture_record(session, self.stored.extent))
        except Exception:
            if not self._failed:  # log only once; training continues without being saved
                log.exception("session %s cannot be recorded", self.stored.session_id)
            self._failed = True
            return
        if self._failed:
            log.warning("session %s is recorded again", self.stored.session_id)
        self._failed = False

    def request_full_record(self) -> None:
        """Have the next record be a complete one; called on the store's thread."""
        self._version = None

    def is_saved(self, session: Session) -> bool:
        """Return whether the present state of the session is saved."""
        saved = session.version == self._version and self._session_store.is_saved(self.stored)
        return saved and not self._failed
