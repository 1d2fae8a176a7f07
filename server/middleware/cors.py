"""CORS for REST: lets pages of allowed other sites call it, and answers preflight requests."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors.problems import local_path
from server.middleware.origin import may_connect

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    "Authorization",
    "Content-Type",
    "If-Match",
    "X-Client-Key",
    "X-Request-ID",
    "X-Room-Key",
    "X-Session-Key",
)
RESPONSE_HEADERS = ("ETag", "Location", "Retry-After", "X-Request-ID")
"""Headers that a page may read, besides those that it always may."""

PREFLIGHT_LIFETIME = 600
"""Seconds for which a browser may remember the answer to a preflight request."""


class _AllowedOrigins(CORSMiddleware):
    """Starlette's middleware, which compares origins as the check of the `Origin` header does."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        super().__init__(
            app,
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=RESPONSE_HEADERS,
            max_age=PREFLIGHT_LIFETIME,
        )
        self._origins = origins

    def is_allowed_origin(self, origin: str) -> bool:
        return may_connect(origin, None, scheme="http", allowed=self._origins)


class RestCors:
    """Middleware that lets pages of the allowed origins call REST, never with cookies.

    It answers preflight requests itself: browsers send them without the token.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._with_cors = _AllowedOrigins(app, origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        rest = scope["type"] == "http" and local_path(scope).startswith("/api/")
        await (self._with_cors if rest else self._app)(scope, receive, send)
