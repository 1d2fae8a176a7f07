"""Copies of sessions: a copy begins where the original is, and is paused."""

from typing import NamedTuple

from engine.config import TrainingConfig
from server.limits.training_size import points_in
from server.sessions.session import Session
from server.sessions.session_record import SessionRecord, capture, restore


class SessionCopy(NamedTuple):
    """What a copy is made from."""

    config: TrainingConfig
    points: int
    """How many points were given, in place of those that the config draws."""
    record: SessionRecord
    rival: TrainingConfig | None = None
    """The settings of its rival, if it has one."""

    def create(self) -> Session:
        """Return the copy: paused, and without the rules of the original's classroom.

        For lessons it is a network from outside: another session has trained it.
        """
        session = restore(self.record)
        session.control.pause()
        session.opened = True
        return session


def take_copy(session: Session) -> SessionCopy:
    """Return what a copy of a session is made from. The session does not change."""
    session.metrics()  # the record holds the losses of now
    given = session.trainer.overrides.data
    return SessionCopy(session.config, points_in(given), capture(session), session.race.config)
