"""Copies of sessions: a copy begins where the original is, and is paused."""

from typing import NamedTuple

from engine.config import TrainingConfig
from server.sessions.session import Session
from server.sessions.session_record import SessionRecord, capture, restore


class SessionCopy(NamedTuple):
    """What a copy is made from."""

    config: TrainingConfig
    record: SessionRecord

    def create(self) -> Session:
        """Return the copy: paused, and without the rules of the original's classroom."""
        session = restore(self.record)
        session.control.pause()
        return session


def take_copy(session: Session) -> SessionCopy:
    """Return what a copy of a session is made from. The session does not change."""
    session.metrics()  # the record holds the losses of now
    return SessionCopy(session.config, capture(session))
