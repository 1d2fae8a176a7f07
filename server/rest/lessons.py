"""REST: lessons, and trainings that follow them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ConfigDict, Field

from server.errors.problems import Problem
from server.jobs.lesson_runs import lesson_sweep
from server.lessons.following import go_to_step, stop_following
from server.lessons.fresh_results import FreshResults
from server.lessons.lesson import Lesson, LessonStep
from server.lessons.library import Library
from server.lessons.verified import ProgressReports, VerifiedProgress, verified_progress
from server.protocol.lessons import MAX_LESSON_NAME, MAX_STEP_NUMBER, CheckLesson, FollowLesson, StepProgress
from server.protocol.strict_model import StrictModel
from server.rest.call_charges import charge_changes
from server.rest.dependencies import (
    SessionId,
    get_worker_pool,
    reads_only,
    reject_unknown_parameters,
    run_in_session,
    session_router,
)
from server.rest.errors import BODY, CHANGES, COMMON, FULL, IN_ROOM, Responses, invalid_value, not_found
from server.rest.jobs import owner_of, register_job
from server.rest.lesson_schemas import Language, LessonContent, LessonFault, LessonList, LessonSummary
from server.rest.run_schemas import RunsState
from server.rest.runs import runs_state
from server.sessions.session import Session

router = APIRouter()

_lessons = APIRouter(
    prefix="/api/lessons",
    tags=["lessons"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)
_sessions = session_router("lessons")

InLanguage = Annotated[
    Language, Query(description="The language; a lesson without it is in its first one.", examples=["en"])
]
LessonName = Annotated[
    str, Path(description="The lesson's name.", max_length=MAX_LESSON_NAME, examples=["neuron"])
]
_NO_LESSON: Responses = {404: {"model": Problem, "description": "There is no such lesson."}}


class StepToFollow(StrictModel):
    """A step of a lesson to go to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lesson": "neuron", "step": 1}]})

    lesson: str = Field(max_length=MAX_LESSON_NAME, description="The lesson's name.", examples=["neuron"])
    step: Annotated[int, Field(ge=1, le=MAX_STEP_NUMBER)] = Field(
        1, description="The step's number, from 1.", examples=[1]
    )
    begin: bool = Field(True, description="Whether to apply the step's set-up or changes.", examples=[True])
    restart: bool = Field(
        False,
        description="Whether training begins anew even if the step has no set-up, with the settings that "
        "earlier steps would have set. Without `begin` it has no effect.",
        examples=[True],
    )


class CheckToRun(StrictModel):
    """A check whose runs from other seeds are to start."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"check": 1}]})

    check: Annotated[int, Field(ge=1, le=100)] = Field(
        description="The check's number in its step, from 1.", examples=[1]
    )


@_lessons.get("", summary="List the lessons")
async def list_lessons(request: Request, language: InLanguage = "en") -> LessonList:
    """Return all lessons, and what is wrong with files of lessons. Files that have changed are read again."""
    content = await run_in_threadpool(_library(request).content)
    return LessonList(
        lessons=[LessonSummary.of(lesson, language) for lesson in content.lessons.values()],
        faults=[LessonFault.of(fault) for fault in content.faults],
    )


@_lessons.get("/{lesson}", summary="Read a lesson", responses=_NO_LESSON)
async def read_lesson(request: Request, lesson: LessonName, language: InLanguage = "en") -> LessonContent:
    """Return a lesson with its steps, in a language. Answers and outcomes are in it; solutions are not."""
    found = await _find(request, lesson)
    following = await run_in_threadpool(_library(request).next_after, found.name)
    return LessonContent.of(found, language, following)


@_sessions.put("/lesson", summary="Go to a step of a lesson", responses={**BODY, **IN_ROOM, **CHANGES})
async def follow_lesson(request: Request, session: SessionId, body: StepToFollow) -> StepProgress:
    """Begin a step of a lesson; until another one, its locked settings cannot be changed.

    A set-up begins the training anew, paused, with the step's settings and the defaults of all others. A
    learner whose class has a lesson as its task can go to steps of no other: `locked`.
    """
    lesson = await _find(request, body.lesson)
    step = _step(lesson, body.step)
    await charge_changes(request, session, FollowLesson(lesson=lesson.name, step=body.step, begin=body.begin))

    def work(target: Session) -> VerifiedProgress:
        go_to_step(target, lesson.name, body.step, step, begin=body.begin, restart=body.restart)
        return verified_progress(target, lesson.name, body.step, step, _results(request))

    return _reports(request).report(lesson, await run_in_session(request, session, work))


@_sessions.get("/lesson", summary="Check the training of a step", responses=_NO_LESSON)
async def check_lesson(
    request: Request,
    session: SessionId,
    lesson: Annotated[
        str | None,
        Query(
            description="The lesson; by default the one followed.",
            max_length=MAX_LESSON_NAME,
            examples=["neuron"],
        ),
    ] = None,
    step: Annotated[
        int | None,
        Query(ge=1, le=MAX_STEP_NUMBER, description="The step; by default the one followed.", examples=[1]),
    ] = None,
) -> StepProgress:
    """Return which checks of a step the training meets, as the server has it."""
    await charge_changes(request, session, CheckLesson())
    name, number = await _place(request, session, lesson, step)
    found = await _find(request, name)
    wanted = _step(found, number)
    verified = await run_in_session(
        request, session, lambda target: verified_progress(target, name, number, wanted, _results(request))
    )
    return _reports(request).report(found, verified)


@_sessions.delete(
    "/lesson", status_code=204, response_class=Response, summary="Leave the lesson", responses={**CHANGES}
)
async def leave_lesson(request: Request, session: SessionId) -> None:
    """Follow no lesson; nothing is locked by one any more. The lesson that is a class's task is not left."""
    await run_in_session(request, session, stop_following)


@_sessions.post(
    "/lesson/runs",
    status_code=202,
    summary="Start a check's runs from other seeds",
    responses={**BODY, **FULL, **_NO_LESSON},
)
@reads_only
async def run_check(request: Request, session: SessionId, body: CheckToRun, response: Response) -> RunsState:
    """Train the session's settings again from other seeds, as a check of the followed step asks.

    The runs are a job: `Location` is its address. Once it has ended, the check knows how many reached it, for
    these settings.
    """
    name, number = await _place(request, session, None, None)
    checks = _step(await _find(request, name), number).checks
    check = checks[body.check - 1] if body.check <= len(checks) else None
    if check is None or check.fresh is None:
        raise invalid_value("check", body.check, "the number of a check with fresh runs")
    config = await run_in_session(request, session, lambda target: target.config)
    limit = request.app.state.settings.max_epochs_per_call
    sweep = lesson_sweep(check, config, _results(request), owner=owner_of(request), max_epochs=limit)
    job = register_job(request, sweep, None)
    get_worker_pool(request).submit(sweep.task_group)
    response.headers["Location"] = str(request.url_for("read_runs", runs=job))
    return runs_state(job, sweep)


async def _place(request: Request, session: str, lesson: str | None, step: int | None) -> tuple[str, int]:
    """Return the lesson and step that a call means; raise `ProblemError` if the session follows none."""
    if lesson is not None and step is not None:
        return lesson, step
    followed = await run_in_session(request, session, lambda target: target.lesson)
    if lesson is None and followed is None:
        raise not_found("lesson", session, "a session that follows a lesson, or the name of one")
    name = lesson or (followed.lesson if followed else "")
    return name, step or (followed.step if followed and followed.lesson == name else 1)


async def _find(request: Request, name: str) -> Lesson:
    lesson = await run_in_threadpool(_library(request).find, name)
    if lesson is None:
        raise not_found("lesson", name, "the name of a lesson")
    return lesson


def _step(lesson: Lesson, number: int) -> LessonStep:
    step = lesson.step(number)
    if step is None:
        raise not_found("step", str(number), "the number of a step of the lesson")
    return step


def _library(request: Request) -> Library:
    library: Library = request.app.state.lessons
    return library


def _results(request: Request) -> FreshResults:
    results: FreshResults = request.app.state.lesson_results
    return results


def _reports(request: Request) -> ProgressReports:
    reports: ProgressReports = request.app.state.progress_reports
    return reports


router.include_router(_lessons)
router.include_router(_sessions)
