"""Cancels the job of a caller that disconnects before the response: nobody knows the job's id then."""

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


class DisconnectWatch:
    """Watches for the disconnect of a request's caller. The request's body must have been read."""

    def __init__(self, request: Request) -> None:
        """Start watching, until `stop`."""
        self._disconnect = asyncio.ensure_future(_wait_for_disconnect(request))

    async def wait(self, future: Future[Any], seconds: float) -> None:
        """Wait until the future is done, `seconds` have passed, or the caller has disconnected."""
        waiting = asyncio.ensure_future(wait_for_future(future, seconds))
        try:
            await asyncio.wait({waiting, self._disconnect}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)

    async def is_disconnected(self) -> bool:
        """Return whether the ASGI server has reported a disconnect of the caller."""
        await asyncio.sleep(0)  # the server delivers a pending disconnect message at once
        return self._disconnect.done()

    async def stop(self) -> None:
        """Stop watching."""
        self._disconnect.cancel()
        await asyncio.gather(self._disconnect, return_exceptions=True)


class _WatchedResponse(Response):
    """A response that calls `on_disconnect` if the caller has disconnected right before it is sent."""

    def __init__(self, answer: Response, watch: DisconnectWatch, on_disconnect: Callable[[], None]) -> None:
        super().__init__(answer.body, answer.status_code)
        self.raw_headers = answer.raw_headers
        self._watch = watch
        self._on_disconnect = on_disconnect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response."""
        try:
            if await self._watch.is_disconnected():
                self._on_disconnect()
        finally:
            await self._watch.stop()
        await super().__call__(scope, receive, send)


async def answer_or_cancel(
    request: Request, job: Job, wait: float, make_answer: Callable[[], Awaitable[Response]]
) -> Response:
    """Return the response to a request that has started a job; cancel the job if the caller disconnects.

    Only a disconnect before the response is sent is noticed; a caller that lost a response finds its job in
    the list of jobs.

    Args:
        request: the request.
        job: the job that it started.
        wait: maximum seconds to wait for the end of the job.
        make_answer: returns the response; called after the wait.
    """
    watch = DisconnectWatch(request)
    try:
        await watch.wait(job.ended, wait)
        if await watch.is_disconnected():
            job.cancel()
        return _WatchedResponse(await make_answer(), watch, job.cancel)
    except BaseException:
        await watch.stop()
        raise


async def wait_while_connected(request: Request, future: Future[Any], seconds: float) -> None:
    """Wait until another thread's future is done, `seconds` have passed, or the caller has disconnected."""
    watch = DisconnectWatch(request)
    try:
        await watch.wait(future, seconds)
    finally:
        await watch.stop()


async def _wait_for_disconnect(request: Request) -> None:
    for _ in range(MAX_STRAY_MESSAGES):
        if (await request.receive())["type"] == "http.disconnect":
            return
    await asyncio.get_running_loop().create_future()  # until it is cancelled
