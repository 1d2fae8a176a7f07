"""What the server has verified of a step: for whoever asked, and for the learner's classroom."""

from collections.abc import Callable
from typing import NamedTuple

from server.lessons.following import step_progress
from server.lessons.fresh_results import FreshResults
from server.lessons.lesson import Lesson, LessonStep
from server.protocol.lessons import StepProgress
from server.sessions.session import Session


class VerifiedProgress(NamedTuple):
    """The progress of a training in a step, and whose it is.

    Attributes:
        progress: how far the training is.
        room: the id of the room of its learner; empty if it is no learner's, or is not at this very step.
        seat: the id of the learner's seat, likewise.
    """

    progress: StepProgress
    room: str = ""
    seat: str = ""


class ProgressReports:
    """Hands on what was verified. For the event loop only.

    Attributes:
        listener: gets the lesson and the progress of each training of a learner that is at one of its steps.
    """

    def __init__(self) -> None:
        self.listener: Callable[[Lesson, VerifiedProgress], None] = lambda *_: None

    def report(self, lesson: Lesson, verified: VerifiedProgress) -> StepProgress:
        """Hand on a progress, and return it."""
        if verified.seat:
            self.listener(lesson, verified)
        return verified.progress


def verified_progress(
    session: Session, lesson: str, number: int, step: LessonStep, fresh_results: FreshResults
) -> VerifiedProgress:
    """Return how far a training is in a step, and whose it is; call it in the session's own thread."""
    progress = step_progress(session, lesson, number, step, fresh_results)
    followed, rules = session.lesson, session.rules
    if rules is None or followed is None or (followed.lesson, followed.step) != (lesson, number):
        return VerifiedProgress(progress)
    return VerifiedProgress(progress, rules.room, rules.seat)
