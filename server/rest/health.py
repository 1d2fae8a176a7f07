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


class HostHealth(BaseModel):
    """The state of one host of a cluster."""

    name: str = Field(description="Its name, new with each start.", examples=["c1-0-5f3a"])
    machine: str = Field(description="The machine that it runs on.", examples=["c1"])
    sessions: int = Field(description="Number of sessions in its memory.", examples=[6])
    slots: int = Field(description="Its share of all sessions, of 1024.", examples=[512])
    connected: bool = Field(description="Whether this front reaches it.", examples=[True])
    leaving: bool = Field(description="Whether it hands its sessions over to others.", examples=[False])


class FrontHealth(BaseModel):
    """The state of one front of a cluster: a process that has the connections."""

    name: str = Field(description="Its name, new with each start.", examples=["c1-front-5f3a12bc"])
    machine: str = Field(description="The machine that it runs on.", examples=["c1"])
    pages: int = Field(description="Number of websockets that it has accepted.", examples=[12])
    answers: bool = Field(description="Whether this answer is its own.", examples=[True])


class Health(BaseModel):
    """The state of the server."""

    status: str = Field("ok", description="Always ok, as only a running server responds.")
    version: str = Field(description="Tinkernet's version.", examples=["0.1.0"])
    sessions: int = Field(description="Number of sessions in memory.", examples=[12])
    engine: engine_status.Engine = Field(
        description="The implementation in use: compiled code, plain NumPy, or plain NumPy until compiled.",
        examples=["compiled"],
    )
    storage: Literal["ok"] | StorageFailure = Field(
        description="ok, or why sessions cannot be saved; they continue in memory. locked: another program "
        "has locked the database; full: the disk is full; read_only: the folder or file cannot be written; "
        "corrupt: the file is damaged; later_version: a later Tinkernet wrote the file; unreachable: the "
        "database cannot be reached.",
        examples=["ok"],
    )
    uptime_seconds: float = Field(description="Seconds since the server started.", examples=[3600.5])
    hosts: list[HostHealth] = Field(
        default_factory=list,
        description="The processes of a cluster that train. Without one, it is empty: this process trains.",
        examples=[[]],
    )
    fronts: list[FrontHealth] = Field(
        default_factory=list,
        description="The processes of a cluster that have the connections; of all its machines. Without a "
        "cluster, it is empty.",
        examples=[[]],
    )


class Readiness(BaseModel):
    """Whether the server accepts visitors."""

    status: str = Field("ready", description="Always ready; while the server stops, the response is a 503.")
    full: bool = Field(description="Whether new visitors have to wait.", examples=[False])


@router.get("/health", summary="Health check")
async def health(request: Request) -> Health:
    """Return the state of the server, for monitoring and for scripts that wait until it has started."""
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
    summary="Readiness check",
    responses={503: {"model": Problem, "description": "The server is stopping."}},
)
async def ready(request: Request) -> Readiness:
    """Return whether the server accepts requests. A full server is ready, because its sessions need it."""
    if request.app.state.connections.closing:
        raise ProblemError(problem(ErrorCode.CLOSING, "The server is stopping."))
    session_manager: SessionManager = request.app.state.session_manager
    return Readiness(full=session_manager.is_full_for(None))
