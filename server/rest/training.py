"""REST: training on request: a session's, or a one-shot. Short ones are waited for, long ones become jobs."""

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from engine.config import TrainingConfig
from server.errors.wire_errors import too_large
from server.jobs.one_shot import OneShotTraining
from server.limits.training_size import check_epochs, check_network, check_points
from server.protocol.strict_model import StrictModel, with_example
from server.rest.custom_data import dataset_of
from server.rest.dependencies import (
    BODY,
    COMMON,
    FULL,
    IN_ROOM,
    NOT_FOUND,
    Responses,
    SessionId,
    get_session_manager,
    invalid,
    obeyed,
    only_known,
    refusals,
)
from server.rest.jobs import JobState, Training, added, answered, jobs_of
from server.rest.schemas import (
    MOST_PARAMETERS,
    MOST_POINTS,
    USUAL_WAIT,
    WAITING,
    Count,
    GivenData,
    Parameter,
    Place,
    Until,
    Wait,
)
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun

router = APIRouter(prefix="/api", tags=["training"], dependencies=[Depends(only_known)], responses=COMMON)

GOES_ON: Responses = {
    202: {"model": JobState, "description": "It takes longer; `Location` tells where to ask for it."}
}


class HowLong(StrictModel):
    """How long to train."""

    epochs: Count | None = Field(
        None, description="Epochs to train at most; either these or `steps`.", examples=[100]
    )
    steps: Count | None = Field(None, description="Mini-batches to train at most.", examples=[25])
    until: Until | None = Field(None, description="When to stop earlier.")
    wait: Wait = Field(USUAL_WAIT, description=WAITING, examples=[5])

    def training_run(self, most: int) -> TrainingRun:
        """Return this as a course; raises `ProblemError`."""
        if (self.epochs is None) == (self.steps is None):
            raise invalid("epochs", self.epochs, "either epochs or steps")
        with refusals():
            check_epochs(self.epochs or 0, most)
            if (self.steps or 0) > most:
                raise too_large("steps", self.steps or 0, f"at most {most} steps")
        unit, total = ("epoch", self.epochs) if self.steps is None else ("batch", self.steps)
        training_run = TrainingRun("epoch" if unit == "epoch" else "batch", total or 0)
        if self.until is not None:
            training_run.stop_criterion = self.until.stop_criterion
        return training_run


class TrainSession(HowLong):
    """How long to train a session."""

    model_config = with_example({"epochs": 200, "until": {"test_loss": 0.05}})


class OneShot(HowLong):
    """A training by itself."""

    config: TrainingConfig = Field(
        default_factory=TrainingConfig,
        description="Settings of the training; those left out take their defaults.",
        examples=[{"dataset": "circle"}],
    )
    data: GivenData | None = Field(None, description="Points of your own, already split.")
    parameters: list[Parameter] | None = Field(
        None,
        max_length=MOST_PARAMETERS,
        description="First weights and biases, as one list; otherwise those that the config draws.",
        examples=[[0.1, -0.2, 0.3]],
    )
    points: list[Place] = Field(
        [],
        max_length=MOST_POINTS,
        description="Points to predict in the end: x1 and x2.",
        examples=[[[1, 2]]],
    )

    model_config = with_example(
        {"config": {"dataset": "circle", "learning_rate": 0.1}, "epochs": 100, "points": [[0, 0], [4, 4]]}
    )


@router.post(
    "/sessions/{session}/train",
    summary="Train a session",
    responses={**BODY, **NOT_FOUND, **IN_ROOM, **FULL, **GOES_ON},
)
async def train(request: Request, response: Response, session: SessionId, wanted: TrainSession) -> JobState:
    """Train for some epochs or mini-batches, or until something is reached, and stand there.

    What takes longer than `wait` goes on as a job. Whoever pauses, plays or resets the session ends it.
    """
    session_manager = get_session_manager(request)
    training_run = wanted.training_run(request.app.state.settings.max_epochs_per_call)
    await obeyed(request, session, lambda _: None)  # is it there?
    job = Training(session_manager, session, training_run)
    identity = added(request, job)
    try:
        with refusals():
            session_manager.retain(session)
        training_run.ended.add_done_callback(lambda _: session_manager.release(session))
        await obeyed(request, session, lambda target: target.start_run(training_run))
    except BaseException:
        training_run.end("interrupted")
        jobs_of(request).forget(identity)
        raise
    return await answered(request, response, identity, job, wanted.wait)


@router.post("/train", summary="Train without a session", responses={**BODY, **FULL, **GOES_ON})
async def train_once(request: Request, response: Response, wanted: OneShot) -> JobState:
    """Train a config in one go: the answer's `result` has metrics, losses, parameters and predictions.

    What takes longer than `wait` goes on as a job. What has been answered with its result is forgotten.
    """
    settings = request.app.state.settings
    training_run = wanted.training_run(settings.max_epochs_per_call)
    with refusals():
        check_network(wanted.config, settings.max_parameters)
        data = None
        if wanted.data is not None:
            check_points(len(wanted.data.train) + len(wanted.data.test), settings.max_points)
            data = dataset_of(wanted.config, wanted.data)

        def make() -> Session:
            return Session(wanted.config, data=data, parameters=wanted.parameters)

        job = OneShotTraining(await run_in_threadpool(make), training_run, wanted.points)
    identity = added(request, job)
    get_session_manager(request).worker_pool.submit(job.task_group)
    answer = await answered(request, response, identity, job, wanted.wait)
    if answer.result is not None:
        jobs_of(request).forget(identity)  # all has been told
    return answer
