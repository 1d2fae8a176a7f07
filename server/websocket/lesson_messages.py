"""The websocket's messages about lessons: a training goes to a step, and its checks are asked for."""

import asyncio

from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from server.errors import wire_errors
from server.lessons.following import go_to_step, stop_following
from server.lessons.fresh_results import FreshResults
from server.lessons.lesson import Lesson, LessonStep
from server.lessons.library import Library
from server.lessons.verified import ProgressReports, VerifiedProgress, verified_progress
from server.protocol.lessons import CheckLesson, FollowLesson, LessonReport, StepProgress
from server.runtime.session_manager import SessionManager, SessionUnavailable, UnknownSession
from server.sessions.rules import FollowedStep
from server.sessions.session import Session


class LessonMessages:
    """Answers messages about lessons."""

    def __init__(
        self,
        library: Library,
        results: FreshResults,
        reports: ProgressReports,
        session_manager: SessionManager,
    ) -> None:
        self._library = library
        self._results = results
        self._reports = reports
        self._sessions = session_manager

    async def answer(self, session_id: str, message: FollowLesson | CheckLesson) -> LessonReport:
        """Return the answer to a message to a session; raise `MessageError` to refuse it."""
        try:
            if isinstance(message, FollowLesson):
                progress = await self._follow(session_id, message)
            else:
                progress = await self._check(session_id)
        except UnknownSession:
            raise wire_errors.no_such_session(session_id, ref=message.ref, field="session") from None
        except SessionUnavailable:
            raise wire_errors.MessageError(wire_errors.unavailable()) from None
        except ValidationError as problem:
            raise wire_errors.MessageError(wire_errors.invalid(problem, ref=message.ref)) from None
        except wire_errors.MessageError as refused:
            refused.error = refused.error.model_copy(update={"ref": message.ref})
            raise
        return LessonReport(progress=progress, ref=message.ref)

    async def _follow(self, session_id: str, message: FollowLesson) -> StepProgress | None:
        if message.lesson is None:
            await asyncio.wrap_future(self._sessions.submit(session_id, stop_following))
            return None
        name, number = message.lesson, message.step
        found = await self._find(name, number)
        if found is None:
            raise wire_errors.invalid_value("lesson", name, "a lesson, and one of its steps", ref=message.ref)

        lesson, step = found

        def work(session: Session) -> VerifiedProgress:
            go_to_step(session, name, number, step, begin=message.begin, restart=message.restart)
            return verified_progress(session, name, number, step, self._results)

        verified = await asyncio.wrap_future(self._sessions.submit(session_id, work))
        return self._reports.report(lesson, verified)

    async def _check(self, session_id: str) -> StepProgress | None:
        place: FollowedStep | None = await asyncio.wrap_future(
            self._sessions.submit(session_id, lambda session: session.lesson)
        )
        found = None if place is None else await self._find(place.lesson, place.step)
        if place is None or found is None:
            return None
        name, number = place.lesson, place.step
        lesson, step = found
        verified = await asyncio.wrap_future(
            self._sessions.submit(
                session_id, lambda session: verified_progress(session, name, number, step, self._results)
            )
        )
        return self._reports.report(lesson, verified)

    async def _find(self, name: str, number: int) -> tuple[Lesson, LessonStep] | None:
        lesson = await run_in_threadpool(self._library.find, name)
        step = None if lesson is None else lesson.step(number)
        return None if lesson is None or step is None else (lesson, step)
