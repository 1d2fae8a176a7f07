"""REST: the progress of jobs and of repeated runs as server-sent events."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event

from server.jobs.registry import Job
from server.jobs.sweeps import Sweep
from server.middleware.head_requests import is_head
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import COMMON, FULL, Responses
from server.rest.jobs import NO_JOB, JobId, get_job, status_of
from server.rest.media_types import EVENTS_RESPONSE, EventsResponse
from server.rest.runs import NO_RUNS, RunsId, get_runs
from server.rest.streams import HEARTBEAT_INTERVAL, counted_stream, is_closing

router = APIRouter(prefix="/api", dependencies=[Depends(reject_unknown_parameters)], responses=COMMON)

POLL_INTERVAL = 0.5
"""Seconds between two looks at a job's progress; its end is told at once."""

RETRY_INTERVAL = 2000
"""Milliseconds after which a browser connects again."""

LAST_ID = "end"
"""The id of the last event."""

NOTHING_MORE: Responses = {
    204: {"description": "`Last-Event-ID` is that of the last event: do not ask again."}
}

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The id of the last event received, which browsers send by themselves after a lost "
        "connection: what it told is not sent again.",
        max_length=64,
        examples=["250"],
    ),
]


@dataclass
class _Stream:
    """The events of one job for one client."""

    job: Job
    progress: Callable[[], dict[str, Any]]
    """Returns the present unit, done and total."""
    url: str
    """The address of the job, where its result is."""
    last_id: str | None
    is_closing: Callable[[], bool]
    """Whether the server stops."""

    async def events(self) -> AsyncIterator[bytes]:
        """Yield events until the job has ended, the last with its end, or until the server stops."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def on_ended(_: object) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(ended.set)

        self.job.ended.add_done_callback(on_ended)
        yield format_sse_event(retry=RETRY_INTERVAL)
        sent_at = time.monotonic()
        while not self.job.ended.done() and not self.is_closing():
            progress = self.progress()
            if (event_id := str(progress["done"])) != self.last_id:
                self.last_id, sent_at = event_id, time.monotonic()
                yield _event("progress", event_id, {"state": "running", **progress})
            elif time.monotonic() >= sent_at + HEARTBEAT_INTERVAL:
                sent_at = time.monotonic()
                yield KEEPALIVE_COMMENT
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_INTERVAL):
                    await ended.wait()
        if self.job.ended.done():
            yield _event("end", LAST_ID, {"state": status_of(self.job), **self.progress(), "url": self.url})


def _event(kind: Literal["progress", "end"], event_id: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=kind, id=event_id, data_str=json.dumps(data))


def _response(request: Request, stream: _Stream) -> Response:
    """Return the stream; raise `ProblemError` if there are as many as there may be."""
    if stream.last_id == LAST_ID:
        return Response(status_code=204)
    if is_head(request.scope):
        return EventsResponse()
    return counted_stream(request, stream.events(), EventsResponse.media_type)


@router.get(
    "/jobs/{job}/events",
    summary="Follow a job",
    tags=["training"],
    response_class=EventsResponse,
    responses={**EVENTS_RESPONSE, **NOTHING_MORE, **NO_JOB, **FULL},
)
async def job_events(request: Request, job: JobId, last_event_id: LastEventId = None) -> Response:
    """Return the progress of a training as server-sent events, until its end.

    `progress` events have `state`, `unit`, `done` and `total`, at most two a second; the last event, `end`,
    has `ending` and the job's `url` besides. An event's id is what was done.
    """
    known = get_job(request, job)
    run = known.training_run

    def progress() -> dict[str, Any]:
        ending = {"ending": run.ended.result(0)} if run.ended.done() else {}
        return {"unit": run.unit, "done": run.done, "total": run.total, **ending}

    url = str(request.url_for("read_job", job=job))
    return _response(request, _Stream(known, progress, url, last_event_id, partial(is_closing, request)))


@router.get(
    "/runs/{runs}/events",
    summary="Follow repeated runs",
    tags=["runs"],
    response_class=EventsResponse,
    responses={**EVENTS_RESPONSE, **NOTHING_MORE, **NO_RUNS, **FULL},
)
async def runs_events(request: Request, runs: RunsId, last_event_id: LastEventId = None) -> Response:
    """Return the number of finished runs as server-sent events, until their end, as for a job."""
    known = get_runs(request, runs)
    url = str(request.url_for("read_runs", runs=runs))
    progress = partial(_progress_of, known)
    return _response(request, _Stream(known, progress, url, last_event_id, partial(is_closing, request)))


def _progress_of(runs: Sweep) -> dict[str, Any]:
    return {"unit": "run", "done": runs.number_finished, "total": runs.plan.runs}
