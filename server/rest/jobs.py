"""REST: trainings that were asked for, how far they are, and their end. What takes long goes on as a job."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from server.errors.problems import Problem, ProblemError
from server.jobs.one_shot import OneShotTraining
from server.jobs.registry import Job, Jobs, TooManyJobs
from server.rest import serializers
from server.rest.dependencies import COMMON, Responses, ended_within, full, not_found, obeyed, only_known
from server.rest.schemas import LONGEST_WAIT, Metrics, Progress, TrainResult
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.training_run import TrainingRun

router = APIRouter(
    prefix="/api/jobs", tags=["training"], dependencies=[Depends(only_known)], responses=COMMON
)

State = Literal["running", "ended", "cancelled", "failed"]
JobId = Annotated[
    str,
    Path(
        description="The job's id: from the answer that began it.",
        examples=["0Xk1yV3nq0m6sJ4rXgTzFw"],
        max_length=128,
    ),
]
WaitQuery = Annotated[
    float,
    Query(
        ge=0,
        le=LONGEST_WAIT,
        allow_inf_nan=False,
        description="Seconds that the call waits for the end.",
        examples=[1],
    ),
]
NO_JOB: Responses = {404: {"model": Problem, "description": "There is no such job, or no more."}}


class JobState(BaseModel):
    """A training that was asked for."""

    id: str = Field(description="Names the job in the calls about it.", examples=["0Xk1yV3nq0m6sJ4rXgTzFw"])
    state: State = Field(description="Whether it is under way, or how that ended.", examples=["ended"])
    progress: Progress = Field(description="How far it is.")
    ending: Literal["done", "reached", "diverged", "interrupted"] | None = Field(
        description="Why it ended: all was trained; what `until` asks for was reached; numbers were no "
        "longer finite; something else was done with the session. Null while it is under way.",
        examples=["reached"],
    )
    session: str | None = Field(
        description="The session that trains, if it is one.", examples=["GyT7cLq1Yt4kO1fYbT0rVw"]
    )
    metrics: Metrics | None = Field(
        description="How well the session does now; null if it is gone. Of a one-shot: in its result."
    )
    result: TrainResult | None = Field(description="What a one-shot came to, once it has ended.")


@dataclass(eq=False)
class Training:
    """The job of training a session."""

    session_manager: SessionManager
    session: str
    training_run: TrainingRun

    @property
    def ended(self) -> Any:
        """Has the ending."""
        return self.training_run.ended

    def cancel(self) -> None:
        """End the course, if it is still under way."""
        try:
            self.session_manager.submit(
                self.session,
                lambda session: session.cancel_run() if session.training_run is self.training_run else None,
            )
        except UnknownSession:
            self.training_run.end("interrupted")


def jobs_of(request: Request) -> Jobs:
    """Return all jobs."""
    jobs: Jobs = request.app.state.jobs
    return jobs


def added(request: Request, job: Job) -> str:
    """Keep a job that is about to begin, and return its id; raises `ProblemError` if there are too many."""
    jobs = jobs_of(request)
    try:
        return jobs.add(job)
    except TooManyJobs:
        raise full("jobs", jobs.most) from None


async def told(request: Request, identity: str, job: Training | OneShotTraining) -> JobState:
    """Return how a job stands."""
    training_run, ended = job.training_run, job.ended.done()
    state: State = "running"
    if ended:
        failed = job.ended.exception() is not None
        state = "failed" if failed else "cancelled" if _cancelled(job) else "ended"
    metrics, result = None, None
    if isinstance(job, Training):
        with suppress(ProblemError):  # the session is gone
            metrics = await obeyed(request, job.session, serializers.metrics)
    elif state == "ended":
        result = await run_in_threadpool(job.result)
    return JobState(
        id=identity,
        state=state,
        progress=serializers.progress(training_run),
        ending=training_run.ended.result(0) if training_run.ended.done() else None,
        session=job.session if isinstance(job, Training) else None,
        metrics=metrics,
        result=result,
    )


def _cancelled(job: Training | OneShotTraining) -> bool:
    return job.ended.result(0) in {"cancelled", "interrupted"}


async def answered(
    request: Request, response: Response, identity: str, job: Training | OneShotTraining, wait: float
) -> JobState:
    """Wait for a job for a while and return how it stands: with status 202 if it goes on."""
    await ended_within(job.ended, wait)
    state = await told(request, identity, job)
    if state.state == "running":  # as it is told: it may have ended just now
        response.status_code = 202
        response.headers["Location"] = str(request.url_for("read_job", job=identity))
    return state


def found(request: Request, identity: str) -> Training | OneShotTraining:
    """Return a job; raises `ProblemError` if there is none."""
    jobs = jobs_of(request)
    job = jobs.get(identity, Training) or jobs.get(identity, OneShotTraining)
    if job is None:
        raise not_found("job", identity, "the id of a training that is under way or ended lately")
    return job


@router.get("/{job}", summary="How a training stands", responses=NO_JOB)
async def read_job(request: Request, job: JobId, wait: WaitQuery = 0.0) -> JobState:
    """Return how far it is and, once it has ended, what came of it. It is known for a quarter of an hour."""
    known = found(request, job)
    await ended_within(known.ended, wait)
    return await told(request, job, known)


@router.delete("/{job}", status_code=204, summary="Cancel a training", responses=NO_JOB)
async def cancel_job(request: Request, job: JobId) -> None:
    """Stop a training where it is. One that has ended stays as it is."""
    found(request, job).cancel()
