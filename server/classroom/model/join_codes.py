"""Join codes that can be read aloud, ids, and secrets of which only the hash is stored."""

import hashlib
import secrets
from collections.abc import Container

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits without those that look alike: 0 and O, 1 and I."""

CODE_LENGTH = 6
"""Characters of a join code."""


def new_code(taken: Container[str]) -> str:
    """Return a random join code that is not in `taken`."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if code not in taken:
            return code


def normalize_code(typed: str) -> str:
    """Return a typed join code in upper case, without spaces and hyphens."""
    return "".join(each for each in typed.upper() if each not in " -\t\u00a0\u3000")


def new_id() -> str:
    """Return a random id for a room or a seat. Ids appear in URLs and are not secret."""
    return secrets.token_urlsafe(9)


def new_secret() -> str:
    """Return a random secret: a teacher's key, or the token in the cookie of a seat."""
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """Return the SHA-256 hash of a secret in hex, which is what the database stores."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
