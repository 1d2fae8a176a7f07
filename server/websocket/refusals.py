"""Logs why websockets are refused, once for each cause, as the cause is the same every time."""

import logging

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from server.errors.codes import ErrorCode
from server.errors.problems import problem, problem_response
from server.errors.validation import bounded

log = logging.getLogger(__name__)


class RefusalLog:
    """Warns of refused websockets, once for each cause."""

    def __init__(self) -> None:
        self._logged: set[str] = set()

    def foreign_origin(self, connection: HTTPConnection) -> None:
        """Warn that a page of another origin tried to connect."""
        self._warn_once(
            "origin",
            "A page from %s may not open websockets here, whose host is %s: if it should, name it in "
            "--allowed-origins; behind a proxy, let it pass on the Host header",
            bounded(connection.headers.get("origin")),
            bounded(connection.headers.get("host")),
        )

    async def without_upgrade(self, request: Request) -> Response:
        """Answer a request for a websocket that arrived without `Upgrade` with 426, and warn.

        Only handshakes have the header `Sec-WebSocket-Key`; other requests are no sign of a proxy.
        """
        if "sec-websocket-key" in request.headers:
            self._warn_once(
                "upgrade",
                "A websocket arrived without its Upgrade header: a proxy in between does not pass it on, so "
                "that pages cannot connect; server/deploy shows how nginx and Caddy do",
            )
        refusal = problem(ErrorCode.UPGRADE_REQUIRED, "This address takes websockets only.")
        return problem_response(refusal, {"Upgrade": "websocket"})

    def _warn_once(self, cause: str, text: str, *values: object) -> None:
        if cause not in self._logged:
            self._logged.add(cause)
            log.warning(text, *values)
