"""REST: the weights and biases of a session's network, and its predictions."""

from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.setting_types import WHOLE
from server.limits.training_size import parameters_of
from server.protocol import messages as wire
from server.protocol.strict_model import StrictModel, with_example
from server.rest import serializers
from server.rest.call_charges import charge_changes
from server.rest.dependencies import (
    IF_MATCH,
    SessionId,
    json_response,
    reads_only,
    run_in_session,
    session_router,
)
from server.rest.errors import BODY, CHANGES, IN_ROOM, invalid_value
from server.rest.json_bodies import large_body
from server.rest.schemas import (
    MAX_PARAMETERS,
    FlatParameters,
    InputPoints,
    LayerParameters,
    NetworkParameters,
    Parameter,
    Predictions,
    StopAtFirstError,
)
from server.sessions.commands import execute
from server.sessions.given import losses_staying_finite, set_parameters
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

ParameterIndex = Annotated[int, Field(ge=0, lt=MAX_PARAMETERS), WHOLE]

_DEFAULT_SIZE = parameters_of(TrainingConfig())


class NewParameters(StrictModel):
    """All weights and biases, in one of two forms or both, as a response has them."""

    flat: FlatParameters | None = Field(
        None,
        description="One list: for each layer, its weights row by row, then its biases.",
        examples=[[0.1, -0.2, 0.3]],
    )
    layers: list[LayerParameters] | None = Field(
        None, max_length=100, description="The same by layers, the output last, in the form of a response."
    )
    pruned: Annotated[list[ParameterIndex], Field(max_length=MAX_PARAMETERS), StopAtFirstError()] = Field(
        [],
        description="Indices in `flat` of weights that L1 regularization is to keep at 0. Their values must "
        "be 0.",
        examples=[[]],
    )
    dead: int | None = Field(
        None, description="As in a response: the number of `pruned` weights. Not needed.", examples=[0]
    )

    # One value for each parameter of the default network, so that the example works on a new session.
    model_config = with_example({"flat": [((7 * index) % 11 - 5) / 10 for index in range(_DEFAULT_SIZE)]})


class ParameterValue(StrictModel):
    """One weight or bias."""

    value: Parameter = Field(description="Its value.", examples=[0.5])

    model_config = with_example({"value": 0.5})


class PointsToPredict(StrictModel):
    """Points to predict."""

    points: InputPoints = Field(
        min_length=1,
        description="x1 and x2 of each point.",
        examples=[[[1, 2], [-3, 0]]],
    )

    model_config = with_example({"points": [[1.5, 2], [-3, 0]]})


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
    if new.flat is None and new.layers is None:
        raise invalid_value("flat", None, "flat or layers")
    if new.dead not in (None, len(new.pruned)):
        raise invalid_value("dead", new.dead, f"{len(new.pruned)}, the number of pruned weights")
    await charge_changes(request, session, wire.Reset())  # all weights change, as with a reset

    def write(target: Session) -> NetworkParameters:
        by_layers = None if new.layers is None else serializers.flat_parameters(target, new.layers)
        if None not in (new.flat, by_layers) and new.flat != by_layers:
            raise InvalidValue("layers", "other values", "the values of flat")
        field, values = ("flat", new.flat) if by_layers is None else ("layers", by_layers)
        set_parameters(target, values or [], pruned=new.pruned, field=field)
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
        with losses_staying_finite(target, "value"):
            execute(target, message)
        return ParameterValue.model_construct(value=message.value)

    return await run_in_session(request, session, write)


@router.post("/predictions", response_model=Predictions, summary="Compute predictions", responses=BODY)
@reads_only
@large_body
async def predict(request: Request, session: SessionId, wanted: PointsToPredict) -> Response:
    """Return the outputs of the current network at the given points."""
    snapshot = await run_in_session(request, session, NetworkSnapshot)
    return await json_response(await run_in_threadpool(serializers.predictions, snapshot, wanted.points))
