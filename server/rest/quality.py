"""REST: how good a network of the plane is on its points."""

from fastapi import Request

from server.errors.problems import Problem
from server.protocol.quality import MeasureQuality, NetworkQuality
from server.rest.call_charges import charge_changes
from server.rest.dependencies import SessionId, run_in_session, session_router
from server.rest.errors import Responses
from server.sessions.quality import network_quality

router = session_router("network")

FOR_POINTS: Responses = {
    409: {"model": Problem, "description": "`other_problem`: the network takes images; see `/confusion`."}
}


@router.get("/quality", summary="Measure how good a network is", responses=FOR_POINTS)
async def read_quality(request: Request, session: SessionId) -> NetworkQuality:
    """Return accuracy and confusion matrix, or R squared and RMSE, of both sets, and the worst points."""
    await charge_changes(request, session, MeasureQuality())
    return await run_in_session(request, session, lambda target: network_quality(target.trainer))
