"""Limits the rate of REST requests from each address."""

import math

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import local_path, problem, problem_response
from server.limits.rate_limits import BURST_SECONDS, AddressRateLimiter

EXEMPT = {"/api/health", "/api/ready"}
"""Paths without a limit: monitoring must get answers under load too."""


class RequestRateLimit:
    """Middleware that answers requests beyond the rate with 429 and `Retry-After`."""

    def __init__(self, app: ASGIApp, rate: float) -> None:
        """Create the middleware.

        Args:
            app: the next application.
            rate: requests per second allowed from one address.
        """
        self._app = app
        self._rate = rate
        self._buckets = AddressRateLimiter(BURST_SECONDS * rate, rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        wait = self._wait(scope) if scope["type"] == "http" else 0.0
        if not wait:
            await self._app(scope, receive, send)
            return
        expected = f"at most {self._rate:g} requests a second from one address"
        refused = problem(ErrorCode.TOO_MANY_REQUESTS, "Too many requests came from you.", expected=expected)
        await problem_response(refused, {"Retry-After": str(math.ceil(wait))})(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        """Return the seconds until the request is allowed; 0 if it is allowed now."""
        path, client = local_path(scope), HTTPConnection(scope).client
        if client is None or not path.startswith("/api/") or path in EXEMPT:
            return 0.0
        return self._buckets.acquire(client.host)
