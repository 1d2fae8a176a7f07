"""REST: the networks of earlier epochs that a session keeps."""

from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import BaseModel, Field

from server.protocol.client_message import MAX_EXACT_INTEGER
from server.protocol.timeline import LookBack
from server.rest import serializers
from server.rest.call_charges import charge_changes
from server.rest.dependencies import SessionId, json_response, run_in_session, session_router
from server.rest.errors import not_found
from server.rest.schemas import NetworkParameters, SessionMetrics
from server.sessions.moments import trainer_at
from server.sessions.session import Session

router = session_router("network")

Epoch = Annotated[int, Path(ge=0, le=MAX_EXACT_INTEGER, description="One of the epochs.", examples=[0])]


class KeptEpochs(BaseModel):
    """The epochs whose networks a session keeps."""

    epochs: list[int] = Field(
        description="Ascending; closer together near the start. Those of before the session was loaded from "
        "the database are lost.",
        examples=[[0, 1, 2, 4, 8, 40]],
    )


class NetworkAtEpoch(BaseModel):
    """The network of a session as it was after an epoch."""

    metrics: SessionMetrics = Field(description="Its losses and accuracies on the points of now.")
    network: NetworkParameters = Field(description="Its weights and biases.")


@router.get("/moments", summary="List the kept epochs")
async def read_kept_epochs(request: Request, session: SessionId) -> KeptEpochs:
    """Return the epochs whose networks are kept: some dozens, fewer of large networks."""
    epochs = await run_in_session(request, session, lambda target: [*target.loop.moments.epochs])
    return KeptEpochs(epochs=epochs)


@router.get("/moments/{epoch}", summary="Read the network of an epoch", response_model=NetworkAtEpoch)
async def read_network_at_epoch(request: Request, session: SessionId, epoch: Epoch) -> Response:
    """Return weights, biases, losses and accuracies after one of the kept epochs."""
    await charge_changes(request, session, LookBack(epoch=epoch))

    def read(target: Session) -> NetworkAtEpoch | None:
        moment = target.loop.moments.nearest(epoch)
        if moment is None or moment.epoch != epoch:
            return None
        trainer = trainer_at(target.trainer, moment)
        return NetworkAtEpoch(
            metrics=serializers.metrics_of(trainer), network=serializers.parameters_of(trainer)
        )

    found = await run_in_session(request, session, read)
    if found is None:
        raise not_found("epoch", str(epoch), "an epoch that `GET moments` lists")
    return await json_response(found)
