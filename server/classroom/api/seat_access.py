"""Who may change a seat's training: its learner, their programs, and the room's teacher."""

import hmac

from starlette.requests import HTTPConnection

from server.classroom.api.dependencies import SEAT_COOKIE, get_room_manager
from server.classroom.model import join_codes
from server.classroom.service.session_keys import opens_session
from server.sessions.rules import Rules

SESSION_KEY_HEADER = "X-Session-Key"
ROOM_KEY_HEADER = "X-Room-Key"


def owns_training(client: HTTPConnection, rules: Rules) -> bool:
    """Return whether the client of a request or websocket may change the session that has these rules.

    It may if it has the seat's cookie, the key of the seat's session, or a teacher's key of the room. Copies
    of networks have no seat, so nobody may change them. Only the rules are used, because the room may be in
    another process.
    """
    if not rules.seat:
        return False
    token = client.cookies.get(SEAT_COOKIE)
    if token and rules.seat_token and hmac.compare_digest(join_codes.digest(token), rules.seat_token):
        return True
    key = client.headers.get(SESSION_KEY_HEADER)
    if key and opens_session(key, rules):
        return True
    key = client.headers.get(ROOM_KEY_HEADER)
    if not key:
        return False
    own = bool(rules.room_key) and hmac.compare_digest(join_codes.digest(key), rules.room_key)
    return own or get_room_manager(client).teacher_keys.accepts(key)
