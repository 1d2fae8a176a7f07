"""REST: the weights and biases of a session's network, and its predictions."""

from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from engine.data.drawings import pixels_of
from server.protocol import messages as wire
from server.protocol.strict_model import StrictModel, with_example
from server.rest import serializers
from server.rest.call_charges import charge_changes
from server.rest.custom_parameters import NewParameters
from server.rest.dependencies import (
    IF_MATCH,
    SessionId,
    json_response,
    reads_only,
    run_in_session,
    session_router,
)
from server.rest.errors import BODY, CHANGES, IN_ROOM, OTHER_PROBLEM, errors_as_problems, invalid_value
from server.rest.image_schemas import IMAGES_DESCRIPTION, Images
from server.rest.json_bodies import large_body
from server.rest.schemas import (
    InputPoints,
    NetworkParameters,
    Parameter,
    Predictions,
)
from server.sessions.commands import execute
from server.sessions.custom_values import set_parameters, undo_unless_finite
from server.sessions.network_snapshot import NetworkSnapshot
from server.sessions.session import Session

router = session_router("network")

LayerIndex = Annotated[
    int, Path(ge=0, le=100, description="1 is the first layer after the inputs.", examples=[1])
]
Source = Annotated[
    int,
    Path(ge=0, le=1000, description="The neuron of the previous layer, or the input, from 0.", examples=[0]),
]
NeuronIndex = Annotated[
    int, Path(ge=0, le=1000, description="The neuron of the layer, from 0.", examples=[0])
]


class ParameterValue(StrictModel):
    """One weight or bias."""

    value: Parameter = Field(description="Its value.", examples=[0.5])

    model_config = with_example({"value": 0.5})


class PointsToPredict(StrictModel):
    """Points to predict, or images: whichever the session's network takes."""

    points: Annotated[InputPoints, Field(min_length=1)] | None = Field(
        None,
        description="x1 and x2 of each point. Either `points` or `images` is needed.",
        examples=[[[1, 2], [-3, 0]]],
    )
    images: Annotated[Images, Field(min_length=1)] | None = Field(
        None, description=IMAGES_DESCRIPTION, examples=[None]
    )

    model_config = with_example({"points": [[1.5, 2], [-3, 0]]})

    def check_one(self) -> None:
        """Raise `ProblemError` unless one of the two is given."""
        if (self.points is None) == (self.images is None):
            given = None if self.points is None else len(self.points)
            raise invalid_value("points", given, "either points or images")


@router.get("/parameters", summary="Read all weights and biases", response_model=NetworkParameters)
async def read_parameters(request: Request, session: SessionId) -> Response:
    """Return all weights and biases, exact to the last bit."""
    return await json_response(await run_in_session(request, session, serializers.parameters))


@router.put(
    "/parameters",
    summary="Set all weights and biases",
    response_model=NetworkParameters,
    dependencies=IF_MATCH,
    responses={**BODY, **IN_ROOM, **CHANGES},
)
@large_body
async def write_parameters(request: Request, session: SessionId, new: NewParameters) -> Response:
    """Set all weights and biases, by `flat`, by `layers`, or by both where they are equal.

    The body may be what `GET` returned, of this session or of one with the same network. Training continues
    from there.
    """
    with errors_as_problems():
        new.check_complete()
    await charge_changes(request, session, wire.Reset())  # all weights change, as with a reset

    def write(target: Session) -> NetworkParameters:
        field, values = new.values_for(target.trainer.network)
        set_parameters(target, values, pruned=new.pruned, field=field, buffers=new.buffers)
        return serializers.parameters(target)

    return await json_response(await run_in_session(request, session, write))


@router.get("/weights/{layer}/{source}/{neuron}", summary="Read one weight")
async def read_weight(
    request: Request, session: SessionId, layer: LayerIndex, source: Source, neuron: NeuronIndex
) -> ParameterValue:
    """Return the weight from a neuron, or an input, to a neuron of the next layer."""
    value = await run_in_session(
        request, session, lambda target: target.trainer.weight(layer, source, neuron)
    )
    return ParameterValue.model_construct(value=value)


@router.put(
    "/weights/{layer}/{source}/{neuron}",
    summary="Set one weight",
    dependencies=IF_MATCH,
    responses={**BODY, **IN_ROOM, **CHANGES},
)
async def write_weight(
    request: Request,
    session: SessionId,
    layer: LayerIndex,
    source: Source,
    neuron: NeuronIndex,
    new: ParameterValue,
) -> ParameterValue:
    """Set the weight from a neuron, or an input, to a neuron of the next layer. Training continues."""
    message = wire.EditWeight.model_construct(layer=layer, source=source, neuron=neuron, value=new.value)
    return await _write_parameter(request, session, message)


@router.get("/biases/{layer}/{neuron}", summary="Read one bias")
async def read_bias(
    request: Request, session: SessionId, layer: LayerIndex, neuron: NeuronIndex
) -> ParameterValue:
    """Return the bias of a neuron."""
    value = await run_in_session(request, session, lambda target: target.trainer.bias(layer, neuron))
    return ParameterValue.model_construct(value=value)


@router.put(
    "/biases/{layer}/{neuron}",
    summary="Set one bias",
    dependencies=IF_MATCH,
    responses={**BODY, **IN_ROOM, **CHANGES},
)
async def write_bias(
    request: Request, session: SessionId, layer: LayerIndex, neuron: NeuronIndex, new: ParameterValue
) -> ParameterValue:
    """Set the bias of a neuron. Training continues."""
    message = wire.EditBias.model_construct(layer=layer, neuron=neuron, value=new.value)
    return await _write_parameter(request, session, message)


async def _write_parameter(
    request: Request, session: str, message: wire.EditWeight | wire.EditBias
) -> ParameterValue:
    """Set a parameter, whose value may be larger than pages can set, as training can make it so."""
    await charge_changes(request, session, message)

    def write(target: Session) -> ParameterValue:
        with undo_unless_finite(target, "value"):
            execute(target, message)
        return ParameterValue.model_construct(value=message.value)

    return await run_in_session(request, session, write)


@router.post(
    "/predictions",
    response_model=Predictions,
    summary="Compute predictions",
    responses={**BODY, **OTHER_PROBLEM},
)
@reads_only
@large_body
async def predict(request: Request, session: SessionId, wanted: PointsToPredict) -> Response:
    """Return the outputs of the current network at the given points, or for the given images."""
    wanted.check_one()
    snapshot = await run_in_session(request, session, NetworkSnapshot)
    with errors_as_problems():
        snapshot.check_takes(images=wanted.images is not None)
    given = wanted.points if wanted.images is None else pixels_of(wanted.images)
    assert given is not None
    return await json_response(await run_in_threadpool(serializers.predictions, snapshot, given))
