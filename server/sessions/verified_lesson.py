"""The verified progress of a learner's session in the lesson that is the task of the class."""

from typing import NamedTuple


class VerifiedLesson(NamedTuple):
    """The checks that a session has reached since its lesson began.

    Attributes:
        lesson: the lesson's name.
        since: when the lesson began for the learner; see `Rules.lesson_since`.
        step: the number of the step that the session was at last, from 1.
        reached: pairs of a step's number and the number of its reached check; both from 1.
        opened: the numbers of the steps in which the network was from outside.
    """

    lesson: str
    since: float
    step: int
    reached: frozenset[tuple[int, int]] = frozenset()
    opened: frozenset[int] = frozenset()
