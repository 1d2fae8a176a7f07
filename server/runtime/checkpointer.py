"""When a session hands in what is new of it, so that little is lost with the process."""

import logging
import math

from server.sessions.session import Session
from server.sessions.session_record import capture, stored_extent
from server.storage.session_store import SessionStore, StoredSession

AT_ONCE = 0.25
"""Seconds between two records of a session that changed by more than training, at least."""

log = logging.getLogger(__name__)


class Checkpointer:
    """The records of one session. Whoever runs the session calls it, but for `again`."""

    def __init__(self, session_store: SessionStore, place: StoredSession, *, every: float) -> None:
        """Begin.

        Args:
            session_store: takes the records.
            place: the session's place there.
            every: seconds between two records of a session that only trains.
        """
        self.place = place
        self._keeper = session_store
        self._every = every
        self._mark: tuple[object, ...] | None = None
        self._taken_at = -math.inf
        self._failed = False

    def is_stored(self, session: Session) -> None:
        """Note that a session is as it is stored."""
        self.place.stored = stored_extent(session)
        self._mark = session.version

    def due(self, session: Session, *, training: bool) -> float:
        """Return the clock's time of the next record; infinity if there is nothing new."""
        mark = session.version
        if mark == self._mark:
            return math.inf
        changed = self._mark is None or mark[:-1] != self._mark[:-1]
        return self._taken_at + (self._every if training and not changed else AT_ONCE)

    def take(self, session: Session, now: float) -> None:
        """Hand in what is new. The session must have been measured."""
        self._mark, self._taken_at = session.version, now
        try:
            self._keeper.put(self.place, capture(session, self.place.stored))
        except Exception:
            if not self._failed:  # the training is worth more than its record
                log.exception("session %s cannot be recorded", self.place.identity)
            self._failed = True

    def again(self) -> None:
        """Have everything recorded again; called by the keeper's thread."""
        self._mark = None

    def has_all(self, session: Session) -> bool:
        """Return whether the session could come back as it is."""
        return not self._failed and session.version == self._mark and self._keeper.has_all(self.place)
