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


class SitePassword:
    """The password of the whole site. Cookies are signed with a key derived from it."""

    def __init__(self, password: str, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._key = self._derive_key(password)

    def matches(self, guess: str) -> bool:
        """Return whether a guess is the password. Takes about 50 ms of processor time."""
        return hmac.compare_digest(self._derive_key(guess), self._key)

    def new_cookie(self) -> str:
        """Return the value of a cookie. It stays valid for `COOKIE_LIFETIME`, also after a restart."""
        expires = str(int(self._now()) + COOKIE_LIFETIME)
        return f"{expires}.{self._sign(expires)}"

    def accepts(self, cookie: str) -> bool:
        """Return whether a cookie was signed with this password and has not expired."""
        expires, _, signature = cookie.partition(".")
        genuine = hmac.compare_digest(signature.encode(), self._sign(expires).encode())
        return genuine and expires.isdecimal() and self._now() < int(expires)

    def _sign(self, expires: str) -> str:
        return hmac.new(self._key, expires.encode(), hashlib.sha256).hexdigest()

    @staticmethod
    def _derive_key(password: str) -> bytes:
        # Intentionally slow, so that a stolen cookie does not allow many passwords to be tried fast.
        return hashlib.pbkdf2_hmac("sha256", password.encode(), b"tinkernet site", _KEY_ROUNDS)


class ApiToken:
    """The token that REST clients send. Only its hash is kept."""

    def __init__(self, token: str) -> None:
        self._digest = _sha256(token)

    def matches(self, guess: str) -> bool:
        """Return whether a guess is the token."""
        return hmac.compare_digest(_sha256(guess), self._digest)


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
