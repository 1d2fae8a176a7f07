"""The header `ETag` of answers about a session: its revision, which `If-Match` takes."""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from server.rest.json_bodies import JsonRoute
from server.rest.schemas import SessionState

_ABOUT_SESSIONS = {"GET", "PUT", "PATCH"}
"""Methods whose answers describe the session; those of `POST` do if they are its state."""


def record_revision(request: Request, revision: int) -> None:
    """Record the session's revision, from which `SessionRoute` makes the response's `ETag`."""
    request.state.revision = revision


class SessionRoute(JsonRoute):
    """A route of sessions, whose responses have the session's revision as `ETag`.

    The tag is weak, because training changes responses but not the revision.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of requests."""
        handle = super().get_route_handler()

        async def handle_tagged(request: Request) -> Response:
            response = await handle(request)
            revision: int | None = getattr(request.state, "revision", None)
            tells = request.method in _ABOUT_SESSIONS or self.response_model is SessionState
            if revision is not None and tells:
                response.headers["ETag"] = f'W/"{revision}"'
            return response

        return handle_tagged
