"""REST: one step of training, taken apart, and taken."""

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from engine.training.inspection import Inspection
from server.protocol.inside import ApplyPoint, InspectedStep, InspectPoint, PointToInspect
from server.protocol.strict_model import StrictModel
from server.rest.call_charges import charge_changes
from server.rest.dependencies import (
    IF_MATCH,
    SessionId,
    json_response,
    reads_only,
    run_in_session,
    session_router,
)
from server.rest.errors import BODY, CHANGES
from server.rest.training import MAY_TRAIN, training_problem
from server.sessions.commands import check_rules
from server.sessions.inside import inspection, step_of, take_step
from server.sessions.session import Session

router = session_router("network")


class TakenStep(StrictModel):
    """A step of training with a point, and whether training took it."""

    applied: bool = Field(
        description="Whether it was taken: a training that has diverged takes none.", examples=[True]
    )
    step: InspectedStep = Field(description="The step, as an inspection tells it.")


@router.post(
    "/inspections", response_model=InspectedStep, summary="Take a step of training apart", responses=BODY
)
@reads_only
async def inspect_step(request: Request, session: SessionId, point: PointToInspect) -> Response:
    """Return every value, derivative and change of a step: the next one if it has the point.

    Otherwise it is a step with this point alone. Training is not changed. Values are those of training: with
    the statistics of the mini-batch, and with what dropout drops.
    """
    await charge_changes(request, session, InspectPoint(point=point))

    def inspect(target: Session) -> Inspection:
        found = inspection(target.trainer, point)
        target.point_actions.record_inspection(point)
        return found

    found = await run_in_session(request, session, inspect)
    return await json_response(await run_in_threadpool(step_of, found))


@router.post(
    "/point-steps",
    response_model=TakenStep,
    summary="Take a step of training with a point",
    dependencies=IF_MATCH,
    responses={**BODY, **MAY_TRAIN, **CHANGES},
)
async def take_point_step(request: Request, session: SessionId, point: PointToInspect) -> Response:
    """Pause, take the step that an inspection of the point tells, and return what it was.

    It is the next mini-batch if that has the point; otherwise a mini-batch of this point alone, which is part
    of no epoch. A session that has trained on a point outside of its training set counts as edited by hand.
    """
    message = ApplyPoint(point=point)
    await charge_changes(request, session, message)

    def take(target: Session) -> tuple[bool, Inspection]:
        check_rules(target, message)
        if target.training_run is not None:
            raise training_problem(request, target.training_run)
        found = inspection(target.trainer, point)
        return take_step(target, point, found), found

    applied, found = await run_in_session(request, session, take)
    step = await run_in_threadpool(step_of, found)
    return await json_response(TakenStep.model_construct(applied=applied, step=step))
