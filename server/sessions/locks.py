"""The rules in force for a session: those of its classroom, and those of its step of a lesson."""

from collections.abc import Iterable

from server.errors import wire_errors
from server.sessions.rules import Rules
from server.sessions.session import Session


def rules_in_force(session: Session) -> list[Rules]:
    """Return the rules that are in force now; none while they are ignored."""
    own = None if session.lesson is None or session.ignores_rules else session.lesson.rules
    return [rules for rules in (session.enforced_rules, own) if rules is not None]


def refuse_locked(session: Session, names: Iterable[str]) -> None:
    """Raise `MessageError` if the rules in force lock one of these settings."""
    names = tuple(names)
    for rules in rules_in_force(session):
        locked = rules.first_locked(names)
        if locked is not None:
            raise wire_errors.locked(locked, rules.reason)
