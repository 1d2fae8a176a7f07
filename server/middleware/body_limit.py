"""Limits the size of request bodies: of each, and of all in memory at the same time.

Starlette's `RequestBodyLimitMiddleware` answers in plain text if a route does not read the body; this one
always answers with a problem document.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem, problem_response
from server.limits.body_memory import FREE_BYTES, BodyFit, BodyMemory
from server.limits.processes import ALONE, Processes
from server.limits.quotas import client_network


class BodyLimit:
    """Middleware that refuses bodies that are too large, or for which there is no memory left.

    It checks the header Content-Length, and counts the bytes of each body while it is read; they stay counted
    until the request has been answered. A body that is sent slowly takes only what has arrived of it.
    """

    def __init__(
        self, app: ASGIApp, max_bytes: int, max_bytes_together: int, processes: Processes = ALONE
    ) -> None:
        """Create the middleware.

        Args:
            app: the next application.
            max_bytes: the most bytes of one body.
            max_bytes_together: the most bytes of all bodies at the same time, half of them from one address.
            processes: the processes that share `max_bytes_together`; each allows its part.
        """
        self._app = app
        self._max_bytes = max_bytes
        self._memory = BodyMemory(
            max_bytes_together, max_bytes_together // 2, largest=max_bytes, processes=processes
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > self._max_bytes:
            await problem_response(body_too_large(self._max_bytes))(scope, receive, send)
            return
        client = client_network(scope["client"][0] if scope.get("client") else None)
        received = counted = 0

        async def counting_receive() -> Message:
            nonlocal received, counted
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise ProblemError(body_too_large(self._max_bytes))
            if (more := received - FREE_BYTES - counted) > 0:
                self._count(client, more)
                counted += more
            return message

        try:
            await self._app(scope, counting_receive, send)
        finally:
            self._memory.release(client, counted)

    def _count(self, client: str, size: int) -> None:
        """Count bytes of a body; raise `ProblemError` if they do not fit."""
        fit, memory = self._memory.acquire(client, size), self._memory
        if fit is BodyFit.SERVER_FULL:
            detail = "The server has as many large bodies to handle as it can. Try again later."
            expected = f"at most {memory.limit} bytes at the same time"
            raise ProblemError(problem(ErrorCode.SERVER_FULL, detail, expected=expected))
        if fit is BodyFit.ADDRESS_FULL:
            detail = "Your network address has as many large bodies here as it may. Try again later."
            expected = f"at most {memory.limit_per_client} bytes at the same time"
            raise ProblemError(problem(ErrorCode.ADDRESS_FULL, detail, expected=expected))


def body_too_large(max_bytes: int) -> Problem:
    """Return the problem for a body of more than `max_bytes` bytes."""
    expected = f"at most {max_bytes} bytes"
    detail = f"The body is too large: expected {expected}."
    return problem(ErrorCode.TOO_LARGE, detail, status=413, expected=expected)
