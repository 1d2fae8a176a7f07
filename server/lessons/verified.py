"""What the server has verified of a step: for whoever asked, and for the learner's classroom.

The classroom may be in another process. So the session keeps what was verified, where the classroom reads it
with the training's status; in the process of the classroom, it is told at once.
"""

from collections.abc import Callable
from typing import NamedTuple

from server.lessons.following import step_progress
from server.lessons.fresh_results import FreshResults
from server.lessons.lesson import Lesson, LessonStep
from server.protocol.lessons import StepProgress
from server.sessions.from_outside import is_from_outside
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.sessions.verified_lesson import VerifiedLesson


class VerifiedProgress(NamedTuple):
    """The progress of a training in a step, and whose it is.

    Attributes:
        progress: how far the training is.
        room: the id of the room of its learner; empty if it is no learner's, is not at this very step, or the
            step is none of the lesson that is the task.
        seat: the id of the learner's seat, likewise.
        verified: all that was verified since the lesson began, likewise.
    """

    progress: StepProgress
    room: str = ""
    seat: str = ""
    verified: VerifiedLesson | None = None


class ProgressReports:
    """Hands on what was verified. For the event loop only.

    Attributes:
        listener: gets the lesson and the progress of each training of a learner that is at one of its steps.
    """

    def __init__(self) -> None:
        self.listener: Callable[[Lesson, VerifiedProgress], None] = lambda *_: None

    def report(self, lesson: Lesson, found: VerifiedProgress) -> StepProgress:
        """Hand on a progress, and return it."""
        if found.verified is not None:
            self.listener(lesson, found)
        return found.progress


def verified_progress(
    session: Session, lesson: str, number: int, step: LessonStep, fresh_results: FreshResults
) -> VerifiedProgress:
    """Return how far a training is in a step, and whose it is; call it in the session's own thread."""
    progress = step_progress(session, lesson, number, step, fresh_results)
    followed, rules = session.lesson, session.rules
    if followed is None or (followed.lesson, followed.step) != (lesson, number):
        return VerifiedProgress(progress)
    if rules is None or rules.lesson != lesson:
        return VerifiedProgress(progress)
    session.verified = _with(session.verified, rules, progress, opened=is_from_outside(session))
    return VerifiedProgress(progress, rules.room, rules.seat, session.verified)


def verified_lesson(session: Session) -> VerifiedLesson | None:
    """Return what was verified of a training in the lesson that is the task; None: nothing."""
    return session.verified


def _with(
    known: VerifiedLesson | None, rules: Rules, progress: StepProgress, *, opened: bool
) -> VerifiedLesson:
    """Return what was verified before, if the lesson has not begun anew since, and now."""
    if known is None or (known.lesson, known.since) != (rules.lesson, rules.lesson_since):
        known = VerifiedLesson(rules.lesson, rules.lesson_since, progress.step)
    now = {(progress.step, number) for number, check in enumerate(progress.checks, 1) if check.reached}
    marked = known.opened | {progress.step} if opened else known.opened
    return known._replace(step=progress.step, reached=known.reached | now, opened=marked)
