"""The key of a seat's training for programs: it is derived, and ends with the seat's cookie."""

import base64
import hashlib
import hmac

from server.classroom.model.room import Member, Room


def session_key(room: Room, member: Member) -> str:
    """Return the key with which programs change a member's training; empty once the seat was left."""
    if not member.token_hash:
        return ""
    secret, text = f"{room.key_hash}.{member.token_hash}", f"tinkernet session key of {member.id}"
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:24]).decode()


def opens_session(key: str, room: Room, member: Member) -> bool:
    """Return whether a key is that of a member's training."""
    own = session_key(room, member)
    return bool(own) and hmac.compare_digest(key.encode(), own.encode())
