"""The part of a session that has its rules: those of its classroom, and those of a lesson's step."""

from collections.abc import Iterator
from contextlib import contextmanager

from server.sessions.point_actions import PointActions
from server.sessions.rules import FollowedStep, Rules
from server.sessions.verified_lesson import VerifiedLesson


class RulesMixin:
    """A base class of `Session`.

    Attributes:
        rules: the rules of its classroom; None outside of one.
        lesson: the step of a lesson that the session is at; None if it follows none.
        verified: what was verified in the lesson that is the task of its classroom; None if nothing was.
        point_actions: counts what was done with single points since that step began.
        ignores_rules: whether the rules are ignored now, because the teacher acts.
        revision: grows when the rules change.
    """

    def __init__(self) -> None:
        self.revision = 0
        self.rules: Rules | None = None
        self.lesson: FollowedStep | None = None
        self.verified: VerifiedLesson | None = None
        self.point_actions = PointActions()
        self.ignores_rules = False

    @property
    def paused_by_rules(self) -> bool:
        """Whether its classroom's rules pause the training."""
        return self.rules is not None and self.rules.paused

    def set_rules(self, rules: Rules | None) -> None:
        """Set the rules of a classroom; None removes them. A pause suspends steps and runs."""
        if rules != self.rules:
            self.rules = rules
            self.revision += 1

    @contextmanager
    def ignoring_rules(self) -> Iterator[None]:
        """Ignore the rules within a `with` block, for the actions of the teacher."""
        before, self.ignores_rules = self.ignores_rules, True
        try:
            yield
        finally:
            self.ignores_rules = before

    @property
    def enforced_rules(self) -> Rules | None:
        """The classroom's rules, unless they are ignored now; None outside of a classroom."""
        return None if self.ignores_rules else self.rules
