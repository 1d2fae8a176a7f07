"""What the server has verified of a learner's training, in the lesson that is the task of the class."""

from typing import NamedTuple


class VerifiedLesson(NamedTuple):
    """The checks that a training has reached since its lesson began.

    Attributes:
        lesson: the lesson's name.
        since: when it began for the learner, as the rules of the classroom tell it.
        step: the step that the training was at last, from 1.
        reached: the numbers of steps, and of their checks, that were reached; both from 1.
        opened: the numbers of the steps in which the network was one from outside.
    """

    lesson: str
    since: float
    step: int
    reached: frozenset[tuple[int, int]] = frozenset()
    opened: frozenset[int] = frozenset()
