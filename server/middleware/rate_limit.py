"""Limits the rate of REST requests from each address; large bodies and responses count as several."""

import asyncio
import math

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors.codes import ErrorCode
from server.errors.problems import local_path, problem, problem_response
from server.limits.processes import ALONE, Processes
from server.limits.rate_limits import BURST_SECONDS, AddressRateLimiter

NEVER_REFUSED = {"/api/health", "/api/ready"}
"""Paths that always get an answer: monitoring needs it under load too."""

MONITORING_RATE = 50.0
"""Requests a second for these paths from one address; more are answered later."""

COST_UNIT = 8192
"""Bytes of a body, or of an answer, that count as one more request."""

HOLD_TIME = 1.0
"""Seconds after which a refusal is sent, so that those who ask on at once cost little."""

MAX_HELD = 200
"""Refusals that may wait at a time; further ones are sent at once."""


class RequestRateLimit:
    """Middleware that answers requests beyond the rate with 429 and `Retry-After`."""

    def __init__(self, app: ASGIApp, rate: float, processes: Processes = ALONE) -> None:
        """Create the middleware.

        Args:
            app: the next application.
            rate: requests per second allowed from one address.
            processes: the processes that share the rate; each allows its part.
        """
        self._app = app
        self._rate = rate
        self._buckets = AddressRateLimiter(BURST_SECONDS * rate, rate, processes=processes)
        self._monitoring = AddressRateLimiter(BURST_SECONDS * MONITORING_RATE, MONITORING_RATE)
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        client = HTTPConnection(scope).client if scope["type"] == "http" else None
        path = local_path(scope) if client is not None else ""
        if client is None or not path.startswith("/api/"):
            await self._app(scope, receive, send)
        elif path in NEVER_REFUSED:
            if (wait := self._monitoring.charge(client.host, 1)) > 0:
                await asyncio.sleep(min(wait, HOLD_TIME))
            await self._app(scope, receive, send)
        elif wait := self._buckets.acquire(client.host):
            await self._refuse(wait, scope, receive, send)
        else:
            await self._handle_and_charge(client.host, scope, receive, send)

    async def _handle_and_charge(self, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, and charge its sender for the bytes of its body and response."""
        sent = Headers(scope=scope).get("content-length", "0")
        if sent.isdigit() and len(sent) < 10:
            self._buckets.charge(address, int(sent) // COST_UNIT)

        async def counting_send(message: Message) -> None:
            self._buckets.charge(address, len(message.get("body", b"")) // COST_UNIT)
            await send(message)

        await self._app(scope, receive, counting_send)

    async def _refuse(self, wait: float, scope: Scope, receive: Receive, send: Send) -> None:
        expected = f"at most {self._rate:g} requests a second from one address"
        refused = problem(ErrorCode.TOO_MANY_REQUESTS, "Too many requests came from you.", expected=expected)
        if self._held < MAX_HELD:
            self._held += 1
            try:
                await asyncio.sleep(HOLD_TIME)
            finally:
                self._held -= 1
        await problem_response(refused, {"Retry-After": str(math.ceil(wait))})(scope, receive, send)
