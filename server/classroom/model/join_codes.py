"""What lets people in: join codes that can be read aloud, and secrets of which only the hash is kept."""

import hashlib
import secrets
from collections.abc import Container

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is taken for something else: 0 and O, 1 and I."""

LENGTH = 6


def new_code(taken: Container[str]) -> str:
    """Return a code that no open room has."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if code not in taken:
            return code


def normalize_code(typed: str) -> str:
    """Return a code as it was meant, whatever its case and its spaces."""
    return "".join(each for each in typed.upper() if each not in " -\t\u00a0\u3000")


def new_id() -> str:
    """Return the id of a room or a seat. It is in addresses: nothing depends on its being secret."""
    return secrets.token_urlsafe(9)


def new_secret() -> str:
    """Return a teacher's key, or what the cookie of a seat holds."""
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
