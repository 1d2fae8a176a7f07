"""Networks and points that were put into a training as a whole, in place of what its settings draw."""

from collections.abc import Mapping

from engine.state import Overrides
from engine.training.takeover import take_over
from engine.training.trainer import Trainer
from server.sessions.session import Session


def is_from_outside(session: Session) -> bool:
    """Return whether a training was not reached from what its settings draw.

    Its network was opened from a file, copied from another session or set by a program, or it would begin
    anew with weights or points that were given. Single weights that were changed by hand do not make it so.
    """
    return session.opened or _has_given(session)


def draw_given(session: Session, changes: Mapping[str, object]) -> None:
    """Begin anew with drawn weights and points in place of those that were given, if any were.

    Args:
        session: the training.
        changes: settings that are changed next; together with the present ones they must not be too large.

    Raises:
        pydantic.ValidationError: one of them is not valid.
        server.errors.wire_errors.MessageError: the training would be too large. Nothing is changed.
    """
    if not _has_given(session):
        return
    session.allowed.check(session.config.changed(changes))
    session.race.end()
    take_over(session.trainer, Trainer(session.config))
    session.reset()


def _has_given(session: Session) -> bool:
    overrides: Overrides = session.trainer.overrides
    return any(each is not None for each in overrides)
