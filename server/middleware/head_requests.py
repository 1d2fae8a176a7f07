"""HEAD requests under `/api`, answered as GET without the body."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors.problems import is_api

IS_HEAD = "tinkernet_is_head"
"""The key in an ASGI scope that marks a HEAD request."""


def is_head(scope: Scope) -> bool:
    """Return whether a request that is handled as a GET was a HEAD, whose body need not be produced."""
    return bool(scope.get(IS_HEAD))


class HeadRequests:
    """Middleware that handles a HEAD request under `/api` as a GET, and removes the body of the response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD" or not is_api(Request(scope)):
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", IS_HEAD: True}, receive, without_body)
