"""Verified progress in a step: for the client that asked, and for the learner's classroom.

The session stores what was verified, because the classroom may be in another process, which reads it with the
training's status. In the classroom's own process, a listener is called at once.
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
    """The progress of a session in a step, and the seat that it counts for.

    Attributes:
        progress: the progress.
        room: the id of the learner's room; "" if the session is no learner's, is not at this step, or the
            step does not belong to the lesson that is the task.
        seat: the id of the learner's seat; "" in the same cases.
        verified: all that was verified since the lesson began; None in the same cases.
    """

    progress: StepProgress
    room: str = ""
    seat: str = ""
    verified: VerifiedLesson | None = None


class ProgressReports:
    """Passes verified progress to the classroom. For the event loop only.

    Attributes:
        listener: called with the lesson and the progress of each learner at one of its steps.
    """

    def __init__(self) -> None:
        self.listener: Callable[[Lesson, VerifiedProgress], None] = lambda *_: None

    def report(self, lesson: Lesson, verified: VerifiedProgress) -> StepProgress:
        """Call the listener if the progress counts for a seat; return the progress."""
        if verified.verified is not None:
            self.listener(lesson, verified)
        return verified.progress


def verified_progress(
    session: Session, lesson: str, number: int, step: LessonStep, fresh_results: FreshResults
) -> VerifiedProgress:
    """Verify a session's progress in a step, and store it in the session; call it in its own thread."""
    progress = step_progress(session, lesson, number, step, fresh_results)
    followed, rules = session.lesson, session.rules
    if followed is None or (followed.lesson, followed.step) != (lesson, number):
        return VerifiedProgress(progress)
    if rules is None or rules.lesson != lesson:
        return VerifiedProgress(progress)
    session.verified = _merged(session.verified, rules, progress, opened=is_from_outside(session))
    return VerifiedProgress(progress, rules.room, rules.seat, session.verified)


def verified_lesson(session: Session) -> VerifiedLesson | None:
    """Return what was verified of a session in the lesson that is the task; None if nothing was."""
    return session.verified


def _merged(
    known: VerifiedLesson | None, rules: Rules, progress: StepProgress, *, opened: bool
) -> VerifiedLesson:
    """Return what was verified before and now; earlier results are dropped if the lesson was begun again."""
    if known is None or (known.lesson, known.since) != (rules.lesson, rules.lesson_since):
        known = VerifiedLesson(rules.lesson, rules.lesson_since, progress.step)
    now = {(progress.step, number) for number, check in enumerate(progress.checks, 1) if check.reached}
    marked = known.opened | {progress.step} if opened else known.opened
    return known._replace(step=progress.step, reached=known.reached | now, opened=marked)
