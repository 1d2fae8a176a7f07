"""Who may change a session: anybody who knows its id, except where it belongs to a seat of a classroom."""

from collections.abc import Callable

from starlette.requests import HTTPConnection

from server.errors import wire_errors
from server.runtime.session_manager import SessionManager
from server.sessions.rules import Rules
from server.sessions.view_ids import is_view_id


def _allow_all(_: HTTPConnection, __: Rules) -> bool:
    return True


class ChangeGuard:
    """Refuses calls and messages that would change a session for clients that may only read it.

    Attributes:
        owns: gets a request or websocket and the rules of a classroom's session; returns whether that client
            may change the session. Set by the classroom.
    """

    def __init__(self, session_manager: SessionManager) -> None:
        self.owns: Callable[[HTTPConnection, Rules], bool] = _allow_all
        self._session_manager = session_manager

    def may_change(self, session_id: str, client: HTTPConnection) -> bool:
        """Return whether `check` lets a client change a session."""
        rules = self._session_manager.rules_of(session_id)
        return not is_view_id(session_id) and (rules is None or self.owns(client, rules))

    def check(self, session_id: str, client: HTTPConnection, *, ref: int | None = None) -> None:
        """Raise `MessageError` if a client may not change a session.

        Args:
            session_id: the session's id or view id, whether or not there is such a session.
            client: the request or the websocket's handshake, which may hold a cookie or a key.
            ref: the `ref` of the client's message, repeated in the error.
        """
        if is_view_id(session_id):
            raise wire_errors.view_only(ref=ref)
        if not self.may_change(session_id, client):
            raise wire_errors.not_your_training(ref=ref)
