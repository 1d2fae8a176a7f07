"""REST: sessions, which pages show too: creating, reading, changing and removing them."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Body as Given
from fastapi.concurrency import run_in_threadpool
from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from engine.config import TrainingConfig
from engine.config_fields import MAX_SEED
from engine.setting_types import without_default
from server.limits.training_size import SizeLimits, work_size
from server.protocol import messages as wire
from server.protocol.client_message import MAX_EXACT_INTEGER
from server.protocol.stop_conditions import StopConditions
from server.protocol.strict_model import ConfigChanges, StrictModel, with_example
from server.rest import serializers
from server.rest.call_charges import charge_changes, charge_network
from server.rest.custom_data import validate_dataset
from server.rest.custom_parameters import CustomParameters, validate_parameters
from server.rest.dependencies import (
    IF_MATCH,
    SessionId,
    check_may_change,
    get_session_manager,
    reads_only,
    reject_unknown_parameters,
    run_in_session,
)
from server.rest.entity_tags import SessionRoute
from server.rest.errors import (
    BODY,
    CHANGES,
    COMMON,
    FULL,
    IN_ROOM,
    KEEPS_POINTS,
    NOT_FOUND,
    errors_as_problems,
    in_room,
)
from server.rest.json_bodies import large_body
from server.rest.schemas import CustomData, SessionState, Speed
from server.sessions.commands import execute
from server.sessions.session import Session
from server.sessions.session_copy import capture_copy
from server.sessions.view_ids import as_view_id

router = APIRouter(
    route_class=SessionRoute,
    prefix="/api/sessions",
    tags=["sessions"],
    dependencies=[Depends(reject_unknown_parameters), Depends(check_may_change)],
    responses=COMMON,
)

Seed = Annotated[
    int | None,
    Query(ge=0, le=MAX_SEED, description="The seed; by default a random one.", examples=[7]),
]


def _require_playing(value: Any, info: ValidationInfo) -> Any:
    if value is not None and info.data.get("playing") is not True:
        expected = "a value only with playing: true"
        raise PydanticCustomError("while_playing", "{expected}", {"expected": expected})
    return value


UntilEpoch = Annotated[
    int | None,
    Field(
        ge=1,
        le=MAX_EXACT_INTEGER,
        description="With `playing: true`: pause when this epoch is finished, if it is still to come; null: "
        "play on.",
        examples=[None],
    ),
    AfterValidator(_require_playing),
]

Until = Annotated[
    StopConditions | None,
    Field(
        description="With `playing: true`: pause at the end of the first epoch after which these conditions "
        "hold, unless they hold already; null: none.",
        examples=[{"test_loss": 0.05}],
    ),
    AfterValidator(_require_playing),
]


class NewSession(StrictModel):
    """The settings that a session starts with. All of them are optional."""

    config: TrainingConfig = Field(
        default_factory=TrainingConfig,
        description="Settings of the training; those left out take their defaults, as in the catalogue.",
        examples=[{"dataset": "spiral", "hidden_layers": [8, 8]}],
    )
    data: CustomData | None = Field(
        None,
        description="Your own points, already split. By default the points of the config: drawn, or with the "
        "dataset `own` its `points`, split by `train_percent`.",
    )
    parameters: CustomParameters | None = Field(
        None,
        description="Initial weights and biases: for each layer, its weights row by row, then its biases; or "
        "what `GET` of a session's `parameters` returns. By default they are drawn as the config says.",
        examples=[[0.1, -0.2, 0.3]],
    )
    speed: Speed | None = Field(
        60.0, description="Epochs per second while it plays; null: as fast as possible."
    )
    playing: bool = Field(False, description="Whether to start training continuously.")
    until_epoch: UntilEpoch = None
    until: Until = None

    model_config = with_example({"config": {"dataset": "xor", "learning_rate": 0.1}, "speed": 30})


class SessionChange(StrictModel):
    """The changes to a session. Fields that are left out stay as they are."""

    config: ConfigChanges | None = Field(
        None,
        description="New values by the settings' names. Learning rate, penalty and batch size take effect at "
        "once; most others restart the training.",
        examples=[{"learning_rate": 0.1}],
    )
    speed: Speed | None = Field(
        None,
        description="Epochs per second while it plays; null: as fast as possible.",
        examples=[30],
        json_schema_extra=without_default,
    )
    playing: bool | None = Field(None, description="Whether it trains continuously.", examples=[True])
    until_epoch: UntilEpoch = None
    until: Until = None

    model_config = with_example({"config": {"learning_rate": 0.1}, "playing": False})


def page_url(request: Request, session_id: str) -> str:
    """Return the address of the page that shows a session, and cannot change it."""
    base = request.app.state.settings.public_url or str(request.base_url)
    return f"{base.rstrip('/')}/?session={as_view_id(session_id)}"


def client_of(request: Request) -> str | None:
    """Return the address of the client, to whom new sessions count."""
    return None if request.client is None else request.client.host


async def state_of(
    request: Request, session_id: str, message: wire.AnyClientMessage | None = None
) -> SessionState:
    """Return a session's state, after executing a message on it if one is given."""
    if message is not None:
        await charge_changes(request, session_id, message)

    def work(session: Session) -> SessionState:
        if message is not None:
            execute(session, message)
        return serializers.session_state(session, session_id=session_id, url=page_url(request, session_id))

    return await run_in_session(request, session_id, work)


@router.post("", status_code=201, summary="Create a session", responses={**BODY, **FULL})
@large_body
async def create_session(
    request: Request, response: Response, new: Annotated[NewSession, Given(default_factory=NewSession)]
) -> SessionState:
    """Create a session: a network and its training, at epoch 0. Without a body it has the default settings.

    A session can be controlled here and watched at its `url` at the same time. Without calls and open pages
    it pauses after ten seconds and leaves memory after five minutes; the next call or page loads it again. It
    is deleted after two weeks without use. The server's settings may change these times.
    """
    session_manager, settings = get_session_manager(request), request.app.state.settings
    ends = new.until_epoch is not None or new.until is not None
    play = wire.Play(until_epoch=new.until_epoch, until=new.until) if ends else None
    with errors_as_problems():
        SizeLimits.of(settings).check_network(new.config)
        await charge_network(request, work_size(new.config))
        data = validate_dataset(new.config, new.data, max_points=settings.max_points)
        initial = await run_in_threadpool(validate_parameters, new.config, new.parameters, data)
        session_id = session_manager.create(
            new.config,
            data=data,
            parameters=initial.values,
            pruned=initial.pruned,
            buffers=initial.buffers,
            speed=new.speed,
            playing=new.playing and play is None,
            owner=client_of(request),
        )
    response.headers["Location"] = str(request.url_for("read_session", session=session_id))
    return await state_of(request, session_id, play)


@router.post("/{session}/copy", status_code=201, summary="Copy a session", responses={**NOT_FOUND, **FULL})
@reads_only
async def copy_session(request: Request, response: Response, session: SessionId) -> SessionState:
    """Create a session that begins as this one is now, paused: settings, points, network and losses.

    The id may also be a view id. The original does not change. The copy of a learner's training has no
    restrictions.
    """
    copy = await run_in_session(request, session, capture_copy)
    await charge_network(request, work_size(copy.config))
    with errors_as_problems():
        session_id = get_session_manager(request).create_copy(copy, owner=client_of(request))
    response.headers["Location"] = str(request.url_for("read_session", session=session_id))
    return await state_of(request, session_id)


@router.get("/{session}", summary="Read a session", responses=NOT_FOUND)
async def read_session(request: Request, session: SessionId) -> SessionState:
    """Return the settings, metrics and progress of a session, also of one that a page created."""
    return await state_of(request, session)


@router.patch(
    "/{session}",
    summary="Change a session",
    dependencies=IF_MATCH,
    responses={**BODY, **NOT_FOUND, **KEEPS_POINTS, **CHANGES},
)
async def change_session(request: Request, session: SessionId, change: SessionChange) -> SessionState:
    """Change settings or speed, play or pause. If any part is refused, nothing changes."""
    messages: list[wire.AnyClientMessage] = []
    if change.config is not None:
        messages.append(wire.Configure(changes=change.config))  # first: it can be invalid
    if "speed" in change.model_fields_set:
        messages.append(wire.SetSpeed(epochs_per_second=change.speed))
    if change.playing is not None:
        play = wire.Play(until_epoch=change.until_epoch, until=change.until)
        messages.append(play if change.playing else wire.Pause())

    await charge_changes(request, session, *messages)

    def apply(target: Session) -> SessionState:
        execute(target, *messages)
        return serializers.session_state(target, session_id=session, url=page_url(request, session))

    return await run_in_session(request, session, apply, within="config")


@router.delete(
    "/{session}",
    status_code=204,
    response_class=Response,
    summary="Delete a session",
    dependencies=IF_MATCH,
    responses={**NOT_FOUND, **IN_ROOM, **CHANGES},
)
async def delete_session(request: Request, session: SessionId) -> None:
    """Delete a session immediately. A page that shows it gets a new session."""
    if get_session_manager(request).rules_of(session) is not None:
        raise in_room()
    if "if-match" in request.headers:
        await run_in_session(request, session, lambda _: None)  # compares the revision
    with errors_as_problems():
        get_session_manager(request).delete(session)


@router.post(
    "/{session}/play",
    summary="Start continuous training",
    dependencies=IF_MATCH,
    responses={**NOT_FOUND, **IN_ROOM, **CHANGES},
)
async def play(request: Request, session: SessionId) -> SessionState:
    """Train at the session's speed until it is paused. A session that has diverged does not train."""
    return await state_of(request, session, wire.Play())


@router.post(
    "/{session}/pause", summary="Stop training", dependencies=IF_MATCH, responses={**NOT_FOUND, **CHANGES}
)
async def pause(request: Request, session: SessionId) -> SessionState:
    """Stop training. This also ends a training started by `train`."""
    return await state_of(request, session, wire.Pause())


@router.post(
    "/{session}/reset",
    summary="Reset a session",
    dependencies=IF_MATCH,
    responses={**NOT_FOUND, **CHANGES},
)
async def reset(request: Request, session: SessionId) -> SessionState:
    """Return to epoch 0 with the same initial weights, and pause."""
    return await state_of(request, session, wire.Reset())


@router.post(
    "/{session}/new-weights",
    summary="Reset with new initial weights",
    dependencies=IF_MATCH,
    responses={**NOT_FOUND, **IN_ROOM, **CHANGES},
)
async def new_weights(request: Request, session: SessionId, seed: Seed = None) -> SessionState:
    """Return to epoch 0 with other initial weights."""
    return await state_of(request, session, wire.NewWeights(seed=seed))


@router.post(
    "/{session}/regenerate",
    summary="Draw new points",
    dependencies=IF_MATCH,
    responses={**NOT_FOUND, **KEEPS_POINTS, **CHANGES},
)
async def regenerate(request: Request, session: SessionId, seed: Seed = None) -> SessionState:
    """Draw new points of the same dataset; the network keeps its weights."""
    return await state_of(request, session, wire.Regenerate(seed=seed))
