"""The projector's key to a room: it shows what the class may see, and changes nothing."""

import base64
import hashlib
import hmac

from server.classroom.model.room import Room
from server.classroom.service.room_manager import RoomManager
from server.errors.problems import ProblemError


def projector_key(room: Room) -> str:
    """Return the projector's key of a room.

    It is derived from the hash of the teacher's key, so that rooms of earlier versions have one, too. Neither
    can be computed from it.
    """
    derived = hmac.digest(room.key_hash.encode(), b"tinkernet projector", hashlib.sha256)
    return base64.urlsafe_b64encode(derived[:24]).decode()


def get_projected_room(room_manager: RoomManager, room_id: str, key: str) -> Room:
    """Return the room with an id, for its projector's key or its teacher's.

    Raises:
        ProblemError: there is no such room, the key is wrong, or the rooms cannot be read now.
    """
    room = room_manager.rooms.get(room_id)
    if room is not None and hmac.compare_digest(key.encode("utf-8", "replace"), projector_key(room).encode()):
        return room
    return room_manager.get_room(room_id, key)


def projected_session(room_manager: RoomManager, name: str) -> str | None:
    """Return the session for a name of the form `room.key.seat`; None unless that seat's network is shown.

    The key is the room's projector key or the teacher's key.
    """
    room_id, _, rest = name.partition(".")
    key, _, seat = rest.partition(".")
    try:
        room = get_projected_room(room_manager, room_id, key)
    except ProblemError:
        return None
    member = room.members.get(room.shown or "")
    return member.session if member is not None and member.id == seat else None
