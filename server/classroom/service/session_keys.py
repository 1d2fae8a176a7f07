"""The key with which programs change a seat's session: derived from the seat's cookie, and valid as long."""

import base64
import hashlib
import hmac

from server.sessions.rules import Rules


def session_key(rules: Rules) -> str:
    """Return the key for the session that has these rules; "" once its seat was left."""
    if not rules.seat_token:
        return ""
    secret, text = f"{rules.room_key}.{rules.seat_token}", f"tinkernet session key of {rules.seat}"
    mac = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:24]).decode()


def opens_session(key: str, rules: Rules) -> bool:
    """Return whether a key is that of the session that has these rules."""
    own = session_key(rules)
    return bool(own) and hmac.compare_digest(key.encode(), own.encode())
