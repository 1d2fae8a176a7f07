"""REST: the results of repeated runs as a stream, each as soon as it is there."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from server.jobs.sweeps import Sweep
from server.middleware.head_requests import is_head
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import COMMON, FULL
from server.rest.media_types import NDJSON_RESPONSE, NdjsonResponse
from server.rest.run_details import First, details_page
from server.rest.runs import NO_RUNS, RunsId, get_runs
from server.rest.streams import HEARTBEAT_INTERVAL, counted_stream, is_closing

router = APIRouter(
    prefix="/api/runs", tags=["runs"], dependencies=[Depends(reject_unknown_parameters)], responses=COMMON
)

POLL_INTERVAL = 0.25
"""Seconds between two looks for new results; the end of the runs is noticed at once."""

MAX_RESULTS_PER_PIECE = 500
"""Maximum number of results written at a time, so that Python's global lock is held only for a moment."""


@router.get(
    "/{runs}/results.ndjson",
    summary="Follow the results of repeated runs",
    response_class=NdjsonResponse,
    responses={**NDJSON_RESPONSE, **NO_RUNS, **FULL},
)
async def stream_results(
    request: Request,
    runs: RunsId,
    first: First = 0,
    follow: Annotated[
        bool,
        Query(description="Whether to go on until the runs have ended; else only those finished so far."),
    ] = True,
) -> Response:
    """Return the finished runs as JSON, one on each line, in the order in which they finish, until their end.

    Each is as in `GET /api/runs/{runs}/each`. A stream that is cut off goes on with `first` as the `number`
    of its last line and one more. When it has ended, `GET /api/runs/{runs}` tells how the runs ended.
    """
    known = get_runs(request, runs)
    if is_head(request.scope):
        return NdjsonResponse()
    lines = result_lines(known, first, partial(is_closing, request), follow=follow)
    return counted_stream(request, lines, NdjsonResponse.media_type)


async def result_lines(
    runs: Sweep, first: int, is_closing: Callable[[], bool], *, follow: bool
) -> AsyncIterator[bytes]:
    """Yield lines with the results from number `first` on, until the runs have ended or the server stops."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def on_ended(_: object) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(ended.set)

    if follow:
        runs.ended.add_done_callback(on_ended)
    sent_at = time.monotonic()
    while not is_closing():
        is_last = not follow or runs.ended.done()  # before reading: what is added later is not missed
        lines, first = await run_in_threadpool(_piece, runs, first)
        if lines:
            sent_at = time.monotonic()
            yield lines
            continue
        if is_last:
            return
        if time.monotonic() >= sent_at + HEARTBEAT_INTERVAL:
            sent_at = time.monotonic()
            yield b"\n"
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_INTERVAL):
                await ended.wait()


def _piece(runs: Sweep, first: int) -> tuple[bytes, int]:
    """Return lines with the next results, and the number of the result after them."""
    page = details_page(runs, first, MAX_RESULTS_PER_PIECE).runs
    return "".join(f"{run.model_dump_json()}\n" for run in page).encode(), first + len(page)
