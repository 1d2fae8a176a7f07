"""REST: models that leave a session as files, and come back."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal, NamedTuple
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic_core import to_json

from engine.exports.keras_program import keras_program
from engine.exports.notebook import notebook
from engine.exports.numpy_program import numpy_program
from engine.exports.onnx_model import onnx_model
from engine.exports.source import Source, source_of
from engine.exports.torch_program import torch_program
from server.errors.problems import Problem
from server.limits.training_size import SizeLimits, work_size
from server.rest import serializers
from server.rest.call_charges import charge_network, run_charged
from server.rest.dependencies import (
    IF_MATCH,
    SessionId,
    get_session_manager,
    run_in_session,
    session_router,
)
from server.rest.errors import BODY, CHANGES, FULL, IN_ROOM, errors_as_problems
from server.rest.json_bodies import large_body, unique_keys
from server.rest.model_files import model_file, validate_model
from server.rest.model_schemas import ModelFile
from server.rest.schemas import SessionState
from server.rest.sessions import client_of, page_url, state_of
from server.rest.sessions import router as sessions_router
from server.sessions.session import Session
from server.sessions.trained_model import TrainedModel, capture_model, open_model

MAX_FREE_PARAMETERS, MAX_FREE_POINTS = 5000, 2000
"""Exports of at most so many weights and given points take no time that counts."""

router = session_router("models")

ExportFormat = Literal["json", "numpy", "keras", "pytorch", "onnx", "notebook"]


class _Export(NamedTuple):
    """One format: what follows the name in the file's name, its media type, and how it is written."""

    suffix: str
    media_type: str
    write: Callable[[TrainedModel, str], str | bytes]


def _as_json(model: TrainedModel, name: str) -> bytes:
    return to_json(model_file(model, name))


def _as_code(program: Callable[[Source], str | bytes]) -> Callable[[TrainedModel, str], str | bytes]:
    def write(model: TrainedModel, name: str) -> str | bytes:
        return program(source_of(name, model.config, model.overrides, model.snapshot, model.metrics))

    return write


EXPORTS: dict[str, _Export] = {
    "json": _Export(".json", "application/json", _as_json),
    "keras": _Export("_keras.py", "text/x-python", _as_code(keras_program)),
    "notebook": _Export(".ipynb", "application/x-ipynb+json", _as_code(notebook)),
    "onnx": _Export(".onnx", "application/octet-stream", _as_code(onnx_model)),
    "pytorch": _Export("_pytorch.py", "text/x-python", _as_code(torch_program)),
    "numpy": _Export("_numpy.py", "text/x-python", _as_code(numpy_program)),
}


def file_name(name: str, suffix: str) -> str:
    """Return the name of a file for a model of any name: letters, digits, hyphens and underscores."""
    return (re.sub(r"(_|[^\w-])+", "_", name).strip("_")[:60] or "network") + suffix


def _disposition(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", name).replace("_.", ".")  # for clients that cannot read the other
    plain = plain if re.match(r"[A-Za-z0-9]", plain) else f"network{plain}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


@router.get(
    "/export",
    summary="Export the network and its training",
    response_class=Response,
    responses={
        200: {
            "content": {each.media_type: {} for each in EXPORTS.values()},
            "description": "The file, with a name in `Content-Disposition`.",
        },
        501: {
            "model": Problem,
            "description": "`not_installed`: the server lacks the package that writes this format; "
            "`expected` is the command that installs it.",
        },
    },
)
async def export(
    request: Request,
    session: SessionId,
    format: Annotated[  # noqa: A002
        ExportFormat,
        Query(
            description="`json`: the whole training, which `POST /api/sessions/import` takes. `numpy`: a "
            "program that predicts and trains on, with the weights and points in it. `keras` and "
            "`pytorch`: the same for Keras 3 and for PyTorch. `notebook`: a Jupyter notebook that "
            "repeats the whole run. `onnx`: the network alone, from points to outputs, where the server has "
            "the package onnx.",
        ),
    ] = "json",
    name: Annotated[
        str,
        Query(
            max_length=100,
            description="A name for the model, which the file and its own name have; by default that of the "
            "dataset.",
            examples=["circle"],
        ),
    ] = "",
) -> Response:
    """Return the network as it is now as a file. The session does not change."""
    model = await run_in_session(request, session, capture_model)
    chosen, title = EXPORTS[format], name.strip() or model.config.dataset
    with errors_as_problems():
        write = partial(chosen.write, model, title)
        is_large = model.snapshot.parameters.size > MAX_FREE_PARAMETERS or model.points > MAX_FREE_POINTS
        content = await (run_charged(request, write) if is_large else run_in_threadpool(write))
    headers = {"Content-Disposition": _disposition(file_name(title, chosen.suffix))}
    return Response(content, headers=headers, media_type=chosen.media_type)


async def _checked(request: Request, file: ModelFile) -> TrainedModel:
    settings = request.app.state.settings
    SizeLimits.of(settings).check_network(file.config)
    await charge_network(request, work_size(file.config))
    return await run_in_threadpool(validate_model, file, max_points=settings.max_points)


@sessions_router.post(
    "/import",
    status_code=201,
    summary="Create a session from an exported model",
    responses={**BODY, **FULL},
)
@large_body
@unique_keys
async def import_session(request: Request, response: Response, file: ModelFile) -> SessionState:
    """Create a session that trains on as the exported one would have, bit for bit; it is paused.

    The body is what `GET /api/sessions/{session}/export?format=json` returned, of this server or another.
    """
    with errors_as_problems():
        model = await _checked(request, file)
        await run_in_threadpool(model.create)  # refuses what does not fit
        session_id = get_session_manager(request).create_from_model(model, owner=client_of(request))
    response.headers["Location"] = str(request.url_for("read_session", session=session_id))
    return await state_of(request, session_id)


@router.put(
    "/model",
    summary="Replace the training by an exported model",
    dependencies=IF_MATCH,
    responses={**BODY, **IN_ROOM, **CHANGES},
)
@large_body
@unique_keys
async def write_model(request: Request, session: SessionId, file: ModelFile) -> SessionState:
    """Replace settings, points, network and losses by those of an exported model, paused.

    Pages that show the session show the model. In a classroom, settings that are locked have to be the same,
    weights must not be locked, and the network counts as set by hand. No check of a lesson counts it.
    """
    with errors_as_problems():
        model = await _checked(request, file)

    def write(target: Session) -> SessionState:
        open_model(target, model)
        return serializers.session_state(target, session_id=session, url=page_url(request, session))

    return await run_in_session(request, session, write)
