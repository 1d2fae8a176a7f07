"""REST: whether the server runs, and whether it accepts visitors."""

import time
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from server import engine_status
from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem
from server.rest.errors import WITHOUT_BODY
from server.runtime.session_manager import SessionManager
from server.storage.database import StorageFailure
from server.version import VERSION

router = APIRouter(prefix="/api", tags=["server"], responses=WITHOUT_BODY)


class Health(BaseModel):
    """The state of the server."""

    status: str = Field("ok", description="Always ok: a server that is not does not answer.")
    version: str = Field(description="Tinkernet's version.", examples=["0.1.0"])
    sessions: int = Field(description="Trainings in memory, watched or not.", examples=[12])
    engine: engine_status.Engine = Field(
        description="What trains: compiled code, plain NumPy, or plain NumPy until the code is compiled.",
        examples=["compiled"],
    )
    storage: Literal["ok"] | StorageFailure = Field(
        description="ok, or why trainings cannot be saved; they go on. locked: another program holds the "
        "database; full: the disk is; read_only: the folder or file; corrupt: the file is damaged; "
        "later_version: a later Tinkernet wrote it; unreachable: it is not there.",
        examples=["ok"],
    )
    uptime_seconds: float = Field(description="Seconds since the server started.", examples=[3600.5])


class Readiness(BaseModel):
    """Whether the server accepts visitors."""

    status: str = Field("ready", description="ready; while the server stops, the answer is a 503.")
    full: bool = Field(description="Whether newcomers have to wait for a place.", examples=[False])


@router.get("/health", summary="Is the server well?")
async def health(request: Request) -> Health:
    """Answer as soon as the server accepts requests: for monitors, and for scripts that wait for it."""
    session_manager: SessionManager = request.app.state.session_manager
    uptime = round(time.monotonic() - request.app.state.started, 3)
    return Health(
        version=VERSION,
        sessions=len(session_manager),
        engine=engine_status.engine(),
        storage=request.app.state.session_store.failure or "ok",
        uptime_seconds=uptime,
    )


@router.get(
    "/ready",
    summary="Does the server take visitors?",
    responses={503: {"model": Problem, "description": "The server is stopping."}},
)
async def ready(request: Request) -> Readiness:
    """Tell a proxy or supervisor whether to send requests. A full server is ready: its sessions need it."""
    if request.app.state.connections.closing:
        raise ProblemError(problem(ErrorCode.CLOSING, "The server is stopping."))
    session_manager: SessionManager = request.app.state.session_manager
    return Readiness(full=session_manager.is_full_for(None))
