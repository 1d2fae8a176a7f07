"""Callers that disconnect before they get their answer: nobody has the id of what they started."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Any

from fastapi import Request, Response
from starlette.types import Receive, Scope, Send

from server.jobs.registry import Job
from server.rest.dependencies import wait_for_future

MAX_STRAY_MESSAGES = 10
"""Messages of a server, after the body, that tell of no disconnect, until it is no longer asked.

One that answers at once, over and over, would keep the event loop busy.
"""


class CallerWatch:
    """Notices that the caller of a request disconnects. The body of the request must have been read."""

    def __init__(self, request: Request) -> None:
        """Begin to watch, until `stop`."""
        self._leaving = asyncio.ensure_future(_wait_for_disconnect(request))

    async def wait(self, future: Future[Any], seconds: float) -> None:
        """Wait as `wait_for_future` does, but no longer than the caller is connected."""
        waiting = asyncio.ensure_future(wait_for_future(future, seconds))
        try:
            await asyncio.wait({waiting, self._leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    async def has_left(self) -> bool:
        """Return whether the caller has disconnected, as far as the server knows."""
        await asyncio.sleep(0)  # what the server knows, it tells at once
        return self._leaving.done()

    async def stop(self) -> None:
        """End the watch."""
        self._leaving.cancel()
        await asyncio.gather(self._leaving, return_exceptions=True)


class _WatchedAnswer(Response):
    """A response that looks for the caller right before it is sent."""

    def __init__(self, answer: Response, watch: CallerWatch, on_left: Callable[[], None]) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = answer.raw_headers
        self._watch = watch
        self._on_left = on_left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            if await self._watch.has_left():
                self._on_left()
        finally:
            await self._watch.stop()
        await super().__call__(scope, receive, send)


async def answer_or_cancel(
    request: Request, job: Job, wait: float, make_answer: Callable[[], Awaitable[Response]]
) -> Response:
    """Return the answer to a call that has started a job, whose id only the answer tells.

    If the caller disconnects before the answer is sent, the job is cancelled. What happens to an answer that
    has been sent, HTTP does not tell: for that there is the list of jobs.

    Args:
        request: the call.
        job: what it started.
        wait: the most seconds to wait for the end of the job.
        make_answer: returns the answer, after that.
    """
    watch = CallerWatch(request)
    try:
        await watch.wait(job.ended, wait)
        if await watch.has_left():
            job.cancel()
        return _WatchedAnswer(await make_answer(), watch, job.cancel)
    except BaseException:
        await watch.stop()
        raise


async def wait_while_connected(request: Request, future: Future[Any], seconds: float) -> None:
    """Wait up to some seconds for a future of another thread, but no longer than the caller is connected."""
    watch = CallerWatch(request)
    try:
        await watch.wait(future, seconds)
    finally:
        await watch.stop()


async def _wait_for_disconnect(request: Request) -> None:
    for _ in range(MAX_STRAY_MESSAGES):
        if (await request.receive())["type"] == "http.disconnect":
            return
    await asyncio.get_running_loop().create_future()  # until it is cancelled
