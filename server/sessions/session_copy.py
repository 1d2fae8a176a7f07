"""Copies of sessions: a copy starts in the state of the original, paused."""

from typing import NamedTuple

from engine.config import TrainingConfig
from server.limits.training_size import points_in
from server.sessions.session import Session
from server.sessions.session_record import SessionRecord, capture_record, restore_record


class SessionCopy(NamedTuple):
    """The state from which a copy is created."""

    config: TrainingConfig
    points: int
    """The number of custom points; 0 if the config draws the points."""
    record: SessionRecord
    rival: TrainingConfig | None = None
    """The settings of its rival; None without a race."""

    def create(self) -> Session:
        """Return the copy: paused, without a classroom's rules, and with a network "from outside"."""
        session = restore_record(self.record)
        session.control.pause()
        session.opened = True
        return session


def capture_copy(session: Session) -> SessionCopy:
    """Return the state from which a copy of a session is created. The session does not change."""
    session.metrics()  # so that the record holds the current losses
    given = session.trainer.overrides.data
    return SessionCopy(session.config, points_in(given), capture_record(session), session.race.config)
