"""REST: what happens in each layer of a network, and what that explains."""

from fastapi import Request

from server.protocol.inside import Explanations, MeasureLayers, NetworkStatistics
from server.rest.call_charges import charge_changes
from server.rest.dependencies import SessionId, run_in_session, session_router
from server.sessions.inside import explanations, network_statistics

router = session_router("network")


@router.get("/layer-statistics", summary="Measure what happens in each layer")
async def read_layer_statistics(request: Request, session: SessionId) -> NetworkStatistics:
    """Return sizes of gradients and updates, saturated and dead neurons, and histograms, for each layer."""
    await charge_changes(request, session, MeasureLayers())
    return await run_in_session(request, session, network_statistics)


@router.get("/explanations", summary="Explain why training goes as it goes")
async def read_explanations(request: Request, session: SessionId) -> Explanations:
    """Return explanations that the losses so far and the layers support, each with settings to try."""
    await charge_changes(request, session, MeasureLayers())
    return await run_in_session(request, session, explanations)
