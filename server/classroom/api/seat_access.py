"""Who may change a seat's training: its learner, their programs, and the room's teacher."""

from starlette.requests import HTTPConnection

from server.classroom.api.dependencies import SEAT_COOKIE, get_room_manager
from server.classroom.model import join_codes
from server.classroom.service.session_keys import opens_session
from server.errors.problems import ProblemError
from server.sessions.rules import Rules

SESSION_KEY_HEADER = "X-Session-Key"
ROOM_KEY_HEADER = "X-Room-Key"


def owns_training(client: HTTPConnection, rules: Rules) -> bool:
    """Return whether the client of a request or websocket may change the training that has these rules.

    It may with the seat's cookie, the key of the seat's training, or a teacher's key of the room. Copies
    have no seat, and nobody changes them.
    """
    if not rules.seat:
        return False
    room_manager = get_room_manager(client)
    room = room_manager.rooms.get(rules.room)
    member = None if room is None else room.members.get(rules.seat)
    if room is None or member is None:
        return False
    token = client.cookies.get(SEAT_COOKIE)
    if token and member.token_hash and join_codes.digest(token) == member.token_hash:
        return True
    key = client.headers.get(SESSION_KEY_HEADER)
    if key and opens_session(key, room, member):
        return True
    key = client.headers.get(ROOM_KEY_HEADER)
    return bool(key) and _is_teacher(client, rules.room, key or "")


def _is_teacher(client: HTTPConnection, room: str, key: str) -> bool:
    try:
        get_room_manager(client).get_room(room, key)
    except ProblemError:
        return False
    return True
