"""REST: jobs, the trainings that calls have started: their progress and results, and cancelling them."""

from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.errors.wire_errors import MessageError
from server.jobs.one_shot import OneShotTraining
from server.jobs.registry import Job, JobRegistry, TooManyJobs, TooManyJobsOfOwner
from server.jobs.sweeps import Sweep
from server.limits.quotas import client_network
from server.rest import serializers
from server.rest.dependencies import (
    json_response,
    reject_unknown_parameters,
    run_in_session,
    wait_for_future,
)
from server.rest.errors import COMMON, Responses, not_found, server_full
from server.rest.schemas import MAX_WAIT, OneShotResult, SessionMetrics, TrainingProgress
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.session import Session
from server.sessions.training_run import StopReason, TrainingRun

router = APIRouter(
    prefix="/api/jobs", tags=["training"], dependencies=[Depends(reject_unknown_parameters)], responses=COMMON
)

JobStatus = Literal["running", "ended", "cancelled", "failed"]
JobId = Annotated[
    str,
    Path(
        description="The job's id, from the response that started it.",
        examples=["0Xk1yV3nq0m6sJ4rXgTzFw"],
        max_length=128,
    ),
]
WaitQuery = Annotated[
    float,
    Query(
        ge=0,
        le=MAX_WAIT,
        allow_inf_nan=False,
        description="Seconds to wait for the end before responding.",
        examples=[1],
    ),
]
_CLIENT_KEY = Header(
    alias="X-Client-Key",
    description="A secret of the client's choice, such as a random text, with which it can list its jobs.",
    min_length=16,
    max_length=128,
    pattern=r"^[\x21-\x7e]*$",
    examples=["5b1f0c6e9d3a4f27"],
)
ClientKey = Annotated[str | None, _CLIENT_KEY]
RequiredClientKey = Annotated[str, _CLIENT_KEY]
KeptUntil = Annotated[
    datetime | None,
    Field(
        description="Until when it can be read, unless many newer results need its memory; null: it is "
        "running, or this answer is all that there is of it.",
        examples=["2026-09-01T08:00:00Z"],
    ),
]
NO_JOB: Responses = {
    404: {"model": Problem, "description": "There is no such job, or it is no longer known."}
}


class JobState(BaseModel):
    """A training that a call has started."""

    id: str = Field(description="The job's id.", examples=["0Xk1yV3nq0m6sJ4rXgTzFw"])
    state: JobStatus = Field(description="Whether the job is running, or how it ended.", examples=["ended"])
    progress: TrainingProgress = Field(description="The progress of the training.")
    ending: Literal["done", "reached", "diverged", "interrupted"] | None = Field(
        description="Why the training ended. done: all was trained; reached: the conditions of `until` were "
        "met; diverged: numbers were no longer finite; interrupted: another "
        "command stopped it, or its processor time was used up. Null while "
        "it runs.",
        examples=["reached"],
    )
    session: str | None = Field(
        description="The id of the session that trains; null for a one-shot.",
        examples=["GyT7cLq1Yt4kO1fYbT0rVw"],
    )
    metrics: SessionMetrics | None = Field(
        description="The session's current metrics; null if it was removed. Those of a one-shot are in "
        "`result`."
    )
    result: OneShotResult | None = Field(description="The result of a one-shot, once it has ended.")
    kept_until: KeptUntil = None


@dataclass(eq=False)
class SessionTrainingJob:
    """The job of training a session."""

    session_manager: SessionManager
    session: str
    training_run: TrainingRun

    @property
    def ended(self) -> Future[StopReason]:
        """The reason why the training stopped, as a future that is done then."""
        return self.training_run.ended

    @property
    def seconds(self) -> float:
        """Time that a thread has spent on the training run."""
        return self.training_run.seconds

    @property
    def kept_memory(self) -> int:
        """The job itself takes next to nothing: what it trains is a session's."""
        return 0

    @property
    def kept_disk(self) -> int:
        """It writes no file."""
        return 0

    def cancel(self) -> None:
        """End the training run, also one that has not started yet, unless it has ended."""
        try:
            self.session_manager.submit(self.session, self._cancel)
        except (UnknownSession, MessageError):  # MessageError: it left memory, so that it does not train
            self.training_run.end("interrupted")

    def _cancel(self, session: Session) -> None:
        if session.training_run is self.training_run:
            session.cancel_run()
        self.training_run.end("interrupted")


TrainingJob = SessionTrainingJob | OneShotTraining


def get_jobs(request: Request) -> JobRegistry:
    """Return the application's registry of jobs."""
    jobs: JobRegistry = request.app.state.jobs
    return jobs


def owner_of(request: Request) -> str:
    """Return the client network whose limits a request's job counts towards."""
    return client_network(request.client.host if request.client else None)


def register_job(request: Request, job: Job, client_key: str | None) -> str:
    """Register a job that is about to start; return its id.

    Args:
        request: the call that starts it.
        job: the job.
        client_key: the client's secret for listing its jobs, if it has one.

    Raises:
        server.errors.problems.ProblemError: the largest number of jobs that the server allows is running.
    """
    jobs = get_jobs(request)
    try:
        return jobs.register(job, owner_of(request), client_key or "")
    except TooManyJobsOfOwner:
        expected = (
            f"fewer than {jobs.max_per_owner} jobs, and {jobs.max_seconds:g} s of processor time by them"
        )
        detail = "Your network address has as many jobs under way as it may. Cancel some, or try again later."
        raise ProblemError(problem(ErrorCode.ADDRESS_FULL, detail, expected=expected)) from None
    except TooManyJobs:
        raise server_full("jobs", jobs.max_running) from None


def get_job(request: Request, job_id: str) -> TrainingJob:
    """Return a training job; raise `ProblemError` if there is none with that id."""
    jobs = get_jobs(request)
    job = jobs.get(job_id, SessionTrainingJob) or jobs.get(job_id, OneShotTraining)
    if job is None:
        raise not_found("job", job_id, "the id of a training that is under way or ended lately")
    return job


def kept_until(request: Request, job_id: str) -> datetime | None:
    """Return until when a job that has ended is kept; None if it is running or no longer known."""
    left = get_jobs(request).seconds_left(job_id)
    return None if left is None else datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=int(left))


def status_of(job: Job) -> JobStatus:
    """Return whether a job is running, or how it ended."""
    if not job.ended.done():
        return "running"
    if job.ended.exception() is not None:
        return "failed"
    return "cancelled" if job.ended.result(0) in {"cancelled", "interrupted"} else "ended"


async def job_state(request: Request, job_id: str, job: TrainingJob) -> JobState:
    """Return the present state of a job, with the metrics of its session or its result."""
    status = status_of(job)
    training_run, metrics, result = job.training_run, None, None
    if isinstance(job, SessionTrainingJob):
        with suppress(ProblemError):  # the session no longer exists
            metrics = await run_in_session(request, job.session, serializers.metrics, if_match=False)
    elif status == "ended" and job.result is not None:
        result = await run_in_threadpool(serializers.one_shot_result, job.result, job.points)
    return JobState(
        id=job_id,
        state=status,
        progress=serializers.progress(training_run),
        ending=training_run.ended.result(0) if training_run.ended.done() else None,
        session=job.session if isinstance(job, SessionTrainingJob) else None,
        metrics=metrics,
        result=result,
        kept_until=kept_until(request, job_id),
    )


async def started_job_state(request: Request, response: Response, job_id: str, job: TrainingJob) -> JobState:
    """Return the state of a job that a call has started.

    If it is still running, set the response's status to 202 and its `Location` to the job.
    """
    state = await job_state(request, job_id, job)
    if state.state == "running":  # not `job.ended`, which may have ended since
        response.status_code = 202
        response.headers["Location"] = str(request.url_for("read_job", job=job_id))
    return state


@router.get("/{job}", summary="Read a job", response_model=JobState, responses=NO_JOB)
async def read_job(request: Request, job: JobId, wait: WaitQuery = 0.0) -> Response:
    """Return a training's progress and, once it has ended, its result.

    A job that has ended is known until `kept_until`.
    """
    known = get_job(request, job)
    await wait_for_future(known.ended, wait)
    return await json_response(await job_state(request, job, known))


class JobEntry(BaseModel):
    """A job in the list of a client's jobs."""

    id: str = Field(description="The job's id.", examples=["0Xk1yV3nq0m6sJ4rXgTzFw"])
    kind: Literal["session", "one_shot", "runs"] = Field(
        description="What it trains: a session, a config without a session, or repeated runs.",
        examples=["one_shot"],
    )
    state: JobStatus = Field(description="Whether it is running, or how it ended.", examples=["running"])
    session: str | None = Field(
        description="The id of the session that it trains; null: none.", examples=[None]
    )
    url: str = Field(
        description="Where to read it, and with DELETE to cancel it.",
        examples=["http://localhost:8000/api/jobs/0Xk1yV3nq0m6sJ4rXgTzFw"],
    )
    done: int = Field(description="Epochs, mini-batches or runs finished.", examples=[250])
    total: int = Field(description="Epochs, mini-batches or runs in all.", examples=[1000])


@router.get("", summary="List your jobs")
async def list_jobs(request: Request, client_key: RequiredClientKey) -> list[JobEntry]:
    """Return the jobs that were started with this key, the oldest first.

    They are those that are running, and those that ended recently. Jobs that were started without a key are
    not listed.
    """
    jobs = get_jobs(request).jobs_of_client(client_key)
    return [_entry(request, job_id, job) for job_id, job in jobs.items()]


def _entry(request: Request, job_id: str, job: Job) -> JobEntry:
    kind: Literal["session", "one_shot", "runs"]
    if isinstance(job, Sweep):
        kind, route, done, total = "runs", "read_runs", job.number_finished, job.plan.runs
    else:
        assert isinstance(job, TrainingJob)
        kind, route = "session" if isinstance(job, SessionTrainingJob) else "one_shot", "read_job"
        done, total = job.training_run.done, job.training_run.total
    parameter = {"runs" if kind == "runs" else "job": job_id}
    return JobEntry(
        id=job_id,
        kind=kind,
        state=status_of(job),
        session=job.session if isinstance(job, SessionTrainingJob) else None,
        url=str(request.url_for(route, **parameter)),
        done=done,
        total=total,
    )


class CancelledJobs(BaseModel):
    """The number of jobs that a call has cancelled."""

    cancelled: int = Field(
        description="Number of jobs that were found and are not running any more.", examples=[2]
    )


@router.delete("", summary="Cancel several jobs")
async def cancel_jobs(
    request: Request,
    job: Annotated[
        list[Annotated[str, Field(max_length=128)]],
        Query(
            description="Ids of trainings and repeated runs, one parameter each; unknown ones are ignored.",
            min_length=1,
            max_length=200,
            examples=[["0Xk1yV3nq0m6sJ4rXgTzFw"]],
        ),
    ],
) -> CancelledJobs:
    """Stop several jobs with one call. Sessions and runs keep what they have trained."""
    return CancelledJobs(cancelled=get_jobs(request).cancel(job))


@router.delete("/{job}", status_code=204, response_class=Response, summary="Cancel a job", responses=NO_JOB)
async def cancel_job(request: Request, job: JobId) -> None:
    """Stop the training of a job; its session keeps what it has trained.

    A job that has ended does not change.
    """
    get_job(request, job).cancel()
