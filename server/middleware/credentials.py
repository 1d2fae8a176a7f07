"""The site's password with its login cookie, the API token, and the limits on guessing either."""

import hashlib
import hmac
import time
from collections.abc import Callable

ACCESS_COOKIE = "tinkernet_access"

COOKIE_LIFETIME = 31 * 24 * 3600
"""Seconds that a cookie is valid."""

MAX_GUESSES = 40
"""Wrong guesses in a row allowed from one address; the devices of a class often share one."""

GUESS_INTERVAL = 2.0
"""Seconds after which an address may guess once more."""

_KEY_ROUNDS = 100_000


class SignedPassword:
    """A password, in exchange for which a client gets a cookie signed with a key derived from it."""

    def __init__(
        self,
        password: str,
        now: Callable[[], float] = time.time,
        *,
        purpose: bytes = b"tinkernet site",
        lifetime: int = COOKIE_LIFETIME,
    ) -> None:
        """Create it.

        Args:
            password: the password.
            now: returns seconds of Unix time.
            purpose: what the cookies are for; cookies for another purpose are not accepted.
            lifetime: seconds that a cookie is valid.
        """
        self._now = now
        self._purpose = purpose
        self._lifetime = lifetime
        self._key = self._derive_key(password)

    def matches(self, guess: str) -> bool:
        """Return whether a guess is the password. Takes about 50 ms of processor time."""
        return hmac.compare_digest(self._derive_key(guess), self._key)

    def new_cookie(self) -> str:
        """Return the value of a cookie. It stays valid for the lifetime, also after a restart."""
        expires = str(int(self._now()) + self._lifetime)
        return f"{expires}.{self._sign(expires)}"

    def accepts(self, cookie: str) -> bool:
        """Return whether a cookie was signed with this password and has not expired."""
        expires, _, signature = cookie.partition(".")
        genuine = hmac.compare_digest(signature.encode(), self._sign(expires).encode())
        return genuine and expires.isdecimal() and self._now() < int(expires)

    def _sign(self, expires: str) -> str:
        return hmac.new(self._key, expires.encode(), hashlib.sha256).hexdigest()

    def _derive_key(self, password: str) -> bytes:
        # Intentionally slow, so that a stolen cookie does not allow many passwords to be tried fast.
        return hashlib.pbkdf2_hmac("sha256", password.encode(), self._purpose, _KEY_ROUNDS)


class ApiToken:
    """The token that REST clients send. Only its hash is kept."""

    def __init__(self, token: str) -> None:
        self._digest = _sha256(token)

    def matches(self, guess: str) -> bool:
        """Return whether a guess is the token."""
        return hmac.compare_digest(_sha256(guess), self._digest)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
