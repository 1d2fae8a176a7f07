"""What every request has: an id, a line in the log, and an answer even where we fail."""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import logs
from server.metrics import Metrics
from server.middleware.error_handlers import internal_error

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,100}")

log = logging.getLogger(__name__)


def identity_of(given: str | None) -> str:
    """Return a request's id: what a proxy or program gave, if it is fit for a log, or else a new one."""
    return given if given is not None and _SANE.fullmatch(given) else secrets.token_hex(8)


class Requests:
    """Gives each request its id, counts it, logs it, and answers for those that fail."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked = logs.begin(identity_of(Headers(scope=scope).get(HEADER)))
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = asked.identity
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception:
            log.exception("%s %s failed", scope.get("method", scope["type"]), scope["path"])
            if status or scope["type"] != "http":
                raise
            await internal_error(Request(scope))(scope, receive, noted)
        finally:
            if status:
                self._note(scope, asked, status, time.perf_counter() - began)

    def _note(self, scope: Scope, asked: logs.Asked, status: int, seconds: float) -> None:
        self._metrics.answered(status)
        if status >= 400:
            self._metrics.refused(asked.refused or f"http_{status}")
        method, path, milliseconds = scope.get("method", "WEBSOCKET"), scope["path"], round(1000 * seconds, 1)
        client = scope.get("client")
        data = {
            "method": method,
            "path": path,
            "status": status,
            "milliseconds": milliseconds,
            "client": client[0] if client else None,
        }
        log.info("%s %s %d in %g ms", method, path, status, milliseconds, extra={"data": data})
