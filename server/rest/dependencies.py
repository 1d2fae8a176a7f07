"""Shared by many routes: parameters, access to sessions, waiting for other threads, tables as CSV."""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi._compat import ModelField
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.errors.validation import truncated
from server.jobs.sweep_pool import SweepPool
from server.jobs.worker_pool import WorkerPool
from server.rest.call_charges import charge_load
from server.rest.entity_tags import SessionRoute, record_revision
from server.rest.errors import COMMON, NOT_FOUND, errors_as_problems, revision_changed
from server.rest.media_types import CsvResponse
from server.runtime.change_guard import ChangeGuard
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.session import Session

CSV_ROWS_PER_PIECE = 500
"""Rows of a table that are written at a time."""

T = TypeVar("T")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

Format = Annotated[Literal["json", "csv"], Query(include_in_schema=False)]
"""The format of a table, for callers of earlier versions; now the CSV has a route of its own."""

SessionId = Annotated[
    str,
    Path(
        description="The session's id, from the response that created it; to read it, also the view id in "
        "its `url`.",
        examples=["GyT7cLq1Yt4kO1fYbT0rVw"],
        max_length=128,
    ),
]


def session_router(tag: str) -> APIRouter:
    """Return a router for routes below `/api/sessions/{session}`, shown under a tag in the documentation."""
    return APIRouter(
        route_class=SessionRoute,
        prefix="/api/sessions/{session}",
        tags=[tag],
        dependencies=[Depends(reject_unknown_parameters), Depends(check_may_change)],
        responses=COMMON | NOT_FOUND,
    )


def reads_only(endpoint: Endpoint) -> Endpoint:
    """Mark a route that changes no session although it is not a GET."""
    endpoint.reads_only = True  # type: ignore[attr-defined]
    return endpoint


def check_may_change(request: Request) -> None:
    """Raise `ProblemError` if a call would change a session that its client may only read."""
    session = request.path_params.get("session")
    reads = request.method in ("GET", "HEAD") or hasattr(request.scope["route"].endpoint, "reads_only")
    if session is not None and not reads:
        guard: ChangeGuard = request.app.state.change_guard
        with errors_as_problems():
            guard.check(session, request)


def read_if_match(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="Change the session only if it has this `revision`, in quotes, or this `ETag`; "
            "several are separated by commas, and `*` is any.",
            max_length=256,
            examples=["*"],
        ),
    ] = None,
) -> None:
    """Note the revisions with which `run_in_session` may run."""
    request.state.if_match = if_match


IF_MATCH = [Depends(read_if_match)]
"""Dependencies of routes that change a session."""


def reject_unknown_parameters(request: Request) -> None:
    """Raise `ProblemError` if the request has a query parameter that the route does not know."""
    fields = _query_fields(request.scope["route"].dependant)
    known = [name for name, field in fields.items() if getattr(field.field_info, "include_in_schema", True)]
    for name, value in request.query_params.items():
        if name not in fields:
            expected = f"one of {', '.join(known)}" if known else "no parameters"
            detail = f"There is no parameter {truncated(name)}: expected {expected}."
            raise ProblemError(
                problem(
                    ErrorCode.INVALID_VALUE,
                    detail,
                    field=truncated(name),
                    value=truncated(value),
                    expected=expected,
                )
            )


def _query_fields(dependant: Dependant) -> dict[str, ModelField]:
    """Return the query parameters of a route and of its dependencies, by their names."""
    fields = {field.alias: field for field in dependant.query_params}
    for each in dependant.dependencies:
        fields |= _query_fields(each)
    return fields


def get_session_manager(request: Request) -> SessionManager:
    """Return the application's session manager."""
    session_manager: SessionManager = request.app.state.session_manager
    return session_manager


def get_worker_pool(request: Request) -> WorkerPool:
    """Return the worker pool, which trains the tasks of jobs."""
    worker_pool: WorkerPool = request.app.state.worker_pool
    return worker_pool


def get_sweep_pool(request: Request) -> SweepPool:
    """Return what trains the sweeps that programs ask for."""
    sweep_pool: SweepPool = request.app.state.sweep_pool
    return sweep_pool


async def run_in_session(
    request: Request,
    session_id: str,
    work: Callable[[Session], T],
    *,
    within: str = "",
    if_match: bool = True,
) -> T:
    """Run a function on a session, in the session's own thread, and return its result.

    Args:
        request: the call.
        session_id: the session's id.
        work: the function.
        within: the field of the body that holds the settings; it is put before the names of fields in errors.
        if_match: whether to refuse a session of another revision than the header `If-Match` says.

    Raises:
        server.errors.problems.ProblemError: there is no such session, it has another revision, or the
            function raised an error of the session or the engine.
    """
    wanted: str | None = getattr(request.state, "if_match", None) if if_match else None

    def checked(session: Session) -> tuple[T, int]:
        if wanted is not None and not _has_revision(session, wanted):
            raise revision_changed(session.revision, wanted)
        return work(session), session.revision

    with errors_as_problems(within=within):
        try:
            async with charge_load(request, session_id):
                call = get_session_manager(request).submit(session_id, checked)
                result, revision = await asyncio.wrap_future(call)
        except UnknownSession:
            raise UnknownSession(session_id) from None  # the id as it was given, which may be a view id
    record_revision(request, revision)
    return result


def _has_revision(session: Session, wanted: str) -> bool:
    """Return whether a session has one of the revisions in a header `If-Match`."""
    entries = [entry.strip().removeprefix("W/").strip('"') for entry in wanted.split(",")]
    return "*" in entries or str(session.revision) in entries


async def json_response(model: BaseModel, like: Response | None = None) -> Response:
    """Return a model of thousands of numbers as JSON, which another thread makes.

    Args:
        model: the model.
        like: the endpoint's response, if its status or headers are to be those of the answer.
    """
    text = await run_in_threadpool(model.model_dump_json)
    if like is None:
        return Response(text, media_type="application/json")
    headers = {name: value for name, value in like.headers.items() if name != "content-length"}
    return Response(text, like.status_code or 200, headers, media_type="application/json")


def csv_response(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return a table as CSV. The first line holds the names of the columns; None becomes an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    rows = iter(rows)
    while piece := list(islice(rows, CSV_ROWS_PER_PIECE)):  # keeps Python's global lock only for a moment
        writer.writerows(piece)
    return CsvResponse(text.getvalue())


async def wait_for_future(future: Future[Any], seconds: float) -> bool:
    """Wait up to some seconds for a future of another thread; return whether it is done."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def on_done(_: Future[Any]) -> None:
        with suppress(RuntimeError):  # the loop is closed, so nobody waits any more
            loop.call_soon_threadsafe(done.set)

    if not future.done() and seconds:
        future.add_done_callback(on_done)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await done.wait()
    return future.done()
