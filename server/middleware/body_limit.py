"""Limits the size of request bodies.

Starlette's `RequestBodyLimitMiddleware` answers in plain text if a route does not read the body; this one
always answers with a problem document.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import Problem, ProblemError, problem, problem_response


class BodyLimit:
    """Middleware that refuses requests whose body is too large, with the code `too_large`.

    It checks the header Content-Length, and counts the bytes of a body without that header while it is read.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdigit() and int(length) > self._max_bytes:
            await problem_response(body_too_large(self._max_bytes))(scope, receive, send)
            return
        received = 0

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise ProblemError(body_too_large(self._max_bytes))
            return message

        await self._app(scope, counting_receive, send)


def body_too_large(max_bytes: int) -> Problem:
    """Return the problem for a body of more than `max_bytes` bytes."""
    expected = f"at most {max_bytes} bytes"
    detail = f"The body is too large: expected {expected}."
    return problem(ErrorCode.TOO_LARGE, detail, status=413, expected=expected)
