"""Networks and points from outside: set as a whole, in place of those that the settings draw."""

from collections.abc import Mapping

from engine.state import Overrides
from engine.training.takeover import take_over
from engine.training.trainer import Trainer
from server.sessions.session import Session


def is_from_outside(session: Session) -> bool:
    """Return whether a session's network or points do not come from what its settings draw.

    That is so if the network was opened from a file, copied from another session or set by a program, or if a
    reset would use custom weights or points. Single weights that were set by hand do not count.
    """
    return session.opened or _has_custom_values(session)


def discard_custom_values(session: Session, changes: Mapping[str, object]) -> None:
    """Replace custom weights and points by drawn ones and restart; without any, do nothing.

    Args:
        session: the session.
        changes: settings that will be changed next; they are included in the check of the size.

    Raises:
        pydantic.ValidationError: a setting is not valid.
        server.errors.wire_errors.MessageError: the training would be too large. Nothing is changed.
    """
    if not _has_custom_values(session):
        return
    session.allowed.check(session.config.changed(changes))
    session.race.end()
    take_over(session.trainer, Trainer(session.config))
    session.reset()


def _has_custom_values(session: Session) -> bool:
    overrides: Overrides = session.trainer.overrides
    return any(each is not None for each in overrides)
