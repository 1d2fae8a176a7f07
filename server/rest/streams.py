"""Answers of REST that go on while something happens, such as events; each counts towards a quota."""

from collections.abc import AsyncIterator

from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, problem
from server.limits.quotas import Quota
from server.rest.errors import server_full
from server.rest.jobs import owner_of

HEARTBEAT_INTERVAL = 15.0
"""Seconds without content after which a stream sends something that shows that the connection is alive."""


class _CountedStream(StreamingResponse):
    """A stream that counts towards a quota until it ends."""

    def __init__(self, content: AsyncIterator[bytes], media_type: str, quota: Quota, client: str) -> None:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(content, headers=headers, media_type=media_type)
        self._quota = quota
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the content."""
        self._quota.acquire(self._client)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._quota.release(self._client)


def counted_stream(request: Request, content: AsyncIterator[bytes], media_type: str) -> StreamingResponse:
    """Return content as a stream; raise `ProblemError` if there are as many streams as there may be."""
    settings, quota, client = request.app.state.settings, request.app.state.event_streams, owner_of(request)
    if quota.full:
        raise server_full("streams of events", settings.max_jobs)
    if quota.full_for(client):
        expected = f"at most {settings.max_jobs_per_address} streams of events from one address"
        detail = "Your network address reads as many streams of events as it may."
        raise ProblemError(problem(ErrorCode.ADDRESS_FULL, detail, expected=expected))
    return _CountedStream(content, media_type, quota, client)


def is_closing(request: Request) -> bool:
    """Return whether the server stops, so that streams end."""
    return bool(request.app.state.connections.closing)
