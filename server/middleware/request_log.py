"""Gives every request an id and a line in the log, and answers requests that raise an exception."""

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

REQUEST_ID_HEADER = "X-Request-ID"
_VALID_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,100}")

log = logging.getLogger(__name__)


def request_id(sent: str | None) -> str:
    """Return the id that a proxy or client sent if it is safe to log, else a new random one."""
    return sent if sent is not None and _VALID_ID.fullmatch(sent) else secrets.token_hex(8)


class RequestLog:
    """Middleware that gives each request an id, counts and logs it, and answers with 500 if it raises."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or websocket."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request = logs.begin_request(request_id(Headers(scope=scope).get(REQUEST_ID_HEADER)))
        start, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID_HEADER] = request.request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception:
            log.exception("%s %s failed", scope.get("method", scope["type"]), scope["path"])
            if status or scope["type"] != "http":
                raise
            await internal_error(Request(scope))(scope, receive, send_with_id)
        finally:
            if status:
                self._record(scope, request, status, time.perf_counter() - start)

    def _record(self, scope: Scope, request: logs.LoggedRequest, status: int, seconds: float) -> None:
        self._metrics.count_response(status)
        if status >= 400:
            self._metrics.count_refusal(request.refused or f"http_{status}")
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
