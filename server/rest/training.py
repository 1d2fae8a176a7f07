"""REST: training a session, or a config without a session. Long trainings become jobs."""

from functools import partial

import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.drawings import pixels_of
from engine.errors import InvalidValue
from server.errors.problems import Problem, ProblemError
from server.errors.wire_errors import too_large
from server.jobs.one_shot import OneShotTraining
from server.jobs.registry import Job
from server.limits.large_inputs import run_off_loop
from server.limits.training_size import SizeLimits, check_epochs, memory_of, points_in, work_size
from server.protocol.stop_conditions import StopConditions
from server.protocol.strict_model import StrictModel, with_example
from server.rest.call_charges import charge_network
from server.rest.caller_watch import answer_or_cancel, wait_while_connected
from server.rest.custom_data import validate_dataset
from server.rest.custom_parameters import CustomParameters, validate_parameters
from server.rest.dependencies import (
    IF_MATCH,
    SessionId,
    check_may_change,
    get_session_manager,
    get_worker_pool,
    json_response,
    reject_unknown_parameters,
    run_in_session,
)
from server.rest.errors import (
    BODY,
    CHANGES,
    COMMON,
    FULL,
    NOT_FOUND,
    Responses,
    already_training,
    errors_as_problems,
    invalid_value,
)
from server.rest.image_schemas import IMAGES_DESCRIPTION, Images
from server.rest.jobs import (
    ClientKey,
    JobState,
    SessionTrainingJob,
    get_jobs,
    owner_of,
    register_job,
    started_job_state,
)
from server.rest.json_bodies import JsonRoute, large_body
from server.rest.schemas import (
    DEFAULT_WAIT,
    WAIT_DESCRIPTION,
    Count,
    CustomData,
    InputPoints,
    Wait,
)
from server.sessions.session import Session
from server.sessions.training_run import StopCriterion, TrainingRun

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api",
    tags=["training"],
    dependencies=[Depends(reject_unknown_parameters), Depends(check_may_change)],
    responses=COMMON,
)

ACCEPTED: Responses = {
    202: {"model": JobState, "description": "The training continues as a job; `Location` is its address."}
}


_POINT_BYTES = 24
"""Bytes of a data point: x1, x2 and target."""


MAY_TRAIN: Responses = {
    409: {
        "model": Problem,
        "description": "`already_training`: another call trains the session; `Location` is the address of "
        "its job. Or a classroom does not allow it: `paused`.",
    }
}


class TrainingRequest(StrictModel):
    """How long to train, and how long to wait for the end."""

    epochs: Count | None = Field(
        None,
        description="Maximum number of epochs to train. Exactly one of `epochs` and `steps` is needed.",
        examples=[100],
    )
    steps: Count | None = Field(None, description="Maximum number of mini-batches to train.", examples=[25])
    until: StopConditions | None = Field(None, description="Conditions for stopping earlier; null: none.")
    wait: Wait = Field(DEFAULT_WAIT, description=WAIT_DESCRIPTION, examples=[5])

    def training_run(self, limit: int) -> TrainingRun:
        """Return this as a training run; raise `ProblemError` if it has more than `limit` epochs or steps."""
        if (self.epochs is None) == (self.steps is None):
            raise invalid_value("epochs", self.epochs, "either epochs or steps")
        with errors_as_problems():
            check_epochs(self.epochs or 0, limit)
            if (self.steps or 0) > limit:
                raise too_large("steps", self.steps or 0, f"at most {limit} steps")
        unit, total = ("epoch", self.epochs) if self.steps is None else ("batch", self.steps)
        training_run = TrainingRun("epoch" if unit == "epoch" else "batch", total or 0)
        if self.until is not None:
            training_run.stop_criterion = StopCriterion.of(self.until)
        return training_run


class SessionTrainingRequest(TrainingRequest):
    """A training of a session."""

    replace: bool = Field(
        False,
        description="Whether to end a training of the session that another call has started. Otherwise it is "
        "kept, and this call refused.",
    )

    model_config = with_example({"epochs": 200, "until": {"test_loss": 0.05}})


class OneShotRequest(TrainingRequest):
    """A training without a session."""

    config: TrainingConfig = Field(
        default_factory=TrainingConfig,
        description="Settings of the training; those left out take their defaults.",
        examples=[{"dataset": "circle"}],
    )
    data: CustomData | None = Field(None, description="Your own points, already split.")
    parameters: CustomParameters | None = Field(
        None,
        description="Initial weights and biases: as one list, or as a session's `parameters` and a `result` "
        "have them. By default they are drawn as the config says.",
        examples=[[0.1, -0.2, 0.3]],
    )
    points: InputPoints = Field(
        [],
        description="Points to predict after the training: x1 and x2 of each.",
        examples=[[[1, 2]]],
    )
    images: Images = Field([], description=f"In place of `points`. {IMAGES_DESCRIPTION}", examples=[[]])

    model_config = with_example(
        {"config": {"dataset": "circle", "learning_rate": 0.1}, "epochs": 100, "points": [[0, 0], [4, 4]]}
    )


@router.post(
    "/sessions/{session}/train",
    response_model=JobState,
    summary="Train a session",
    dependencies=IF_MATCH,
    responses={**BODY, **NOT_FOUND, **MAY_TRAIN, **CHANGES, **FULL, **ACCEPTED},
)
async def train(
    request: Request,
    response: Response,
    session: SessionId,
    new: SessionTrainingRequest,
    client_key: ClientKey = None,
) -> Response:
    """Train for some epochs or mini-batches, or until the conditions of `until` are met; then stop.

    While a training that another call has started is under way, this is refused with 409, whose `Location` is
    the address of its job. A training that takes longer than `wait` continues as a job, also if the caller
    disconnects. Pausing, playing or resetting the session ends it.
    """
    session_manager = get_session_manager(request)
    training_run = new.training_run(request.app.state.settings.max_epochs_per_call)
    await run_in_session(request, session, lambda _: None)  # raises if there is no such session

    def start(target: Session) -> None:
        running = target.training_run
        if running is not None and not new.replace:
            raise training_problem(request, running)
        target.start_run(training_run)

    job = SessionTrainingJob(session_manager, session, training_run)
    job_id = register_job(request, job, client_key)
    try:
        with errors_as_problems():
            session_manager.retain(session)
        training_run.ended.add_done_callback(lambda _: session_manager.release(session))
        await run_in_session(request, session, start)
    except BaseException:
        training_run.end("interrupted")
        get_jobs(request).remove(job_id)
        raise
    await wait_while_connected(request, job.ended, new.wait)
    return await json_response(await started_job_state(request, response, job_id, job), response)


def training_problem(request: Request, running: TrainingRun) -> ProblemError:
    """Return the problem for a session with a run that is under way."""

    def trains(job: Job) -> bool:
        return isinstance(job, SessionTrainingJob) and job.training_run is running

    job_id = get_jobs(request).find(trains) or ""
    return already_training(job_id, str(request.url_for("read_job", job=job_id)))


def _one_shot_of(
    new: OneShotRequest, training_run: TrainingRun, max_points: int, owner: str
) -> OneShotTraining:
    """Return the job of a request, which keeps no more of it than arrays.

    Raises:
        engine.errors.InvalidValue: data or parameters do not fit the config.
        server.errors.wire_errors.MessageError: there are too many points.
    """
    predicted = _to_predict(new)
    data = validate_dataset(new.config, new.data, max_points=max_points)
    initial = validate_parameters(new.config, new.parameters, data)
    parameters = initial.values
    points = points_in(data)
    held = _POINT_BYTES * points + (0 if parameters is None else parameters.nbytes)
    return OneShotTraining(
        partial(
            Session,
            new.config,
            data=data,
            parameters=parameters,
            pruned=initial.pruned,
            buffers=initial.buffers,
        ),
        training_run,
        predicted,
        input_bytes=held,
        memory=memory_of(new.config, points),
        owner=owner,
    )


def _to_predict(new: OneShotRequest) -> Floats:
    """Return what a request has the trained network predict: points (n, 2) or images (n, pixels)."""
    wrong, expected = ("points", "images") if new.config.image else ("images", "points")
    if given := getattr(new, wrong):
        raise InvalidValue(wrong, len(given), f"`{expected}`, which the network takes")
    return pixels_of(new.images) if new.config.image else np.array(new.points, np.float64).reshape(-1, 2)


@router.post(
    "/train", summary="Train a config", response_model=JobState, responses={**BODY, **FULL, **ACCEPTED}
)
@large_body
async def train_once(
    request: Request, response: Response, new: OneShotRequest, client_key: ClientKey = None
) -> Response:
    """Train a config; the response's `result` has metrics, losses, parameters and predictions.

    A training that takes longer than `wait` continues as a job. A job that ends within `wait` is not kept. If
    the caller disconnects before the response, the training is cancelled.
    """
    settings = request.app.state.settings
    training_run = new.training_run(settings.max_epochs_per_call)
    with errors_as_problems():
        SizeLimits.of(settings).check_network(new.config)
        await charge_network(request, work_size(new.config))
        job = await run_off_loop(_one_shot_of, new, training_run, settings.max_points, owner_of(request))
    job_id = register_job(request, job, client_key)
    get_worker_pool(request).submit(job.task_group)

    async def answer() -> Response:
        state = await started_job_state(request, response, job_id, job)
        if state.result is not None:
            get_jobs(request).remove(job_id)
            state.kept_until = None
        return await json_response(state, response)

    return await answer_or_cancel(request, job, new.wait, answer)
