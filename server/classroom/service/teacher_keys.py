"""The teachers' password: in exchange for it, a teacher gets a key to all rooms that expires after hours."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from server.classroom import errors
from server.limits.rate_limits import AddressRateLimiter
from server.middleware.credentials import GUESS_INTERVAL, MAX_GUESSES, SignedPassword
from server.settings import Settings

KEY_LIFETIME = 12 * 3600
"""Seconds that a teacher's key is valid: a day at school."""


class TeacherKey(NamedTuple):
    """A key, and until when it is valid, in seconds of Unix time."""

    key: str
    expires: float


class TeacherKeys:
    """Issues keys in exchange for the setting `teacher_password`; without the setting there are none."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.time) -> None:
        """Create it; `clock` returns seconds of Unix time."""
        self._clock = clock
        self._guesses = AddressRateLimiter(MAX_GUESSES, 1 / GUESS_INTERVAL, clock)
        password = settings.teacher_password
        self._password = (
            None
            if password is None
            else SignedPassword(
                password.get_secret_value(), clock, purpose=b"tinkernet teachers", lifetime=KEY_LIFETIME
            )
        )

    @property
    def required(self) -> bool:
        """Whether opening a room requires a key."""
        return self._password is not None

    async def issue(self, guess: str, address: str | None) -> TeacherKey:
        """Return a key for the password.

        Raises:
            ProblemError: there is no such setting, the password is wrong, or it was guessed too often.
        """
        if self._password is None:
            raise errors.no_teacher_password()
        if self._guesses.acquire(address):
            raise errors.too_many_guesses()
        if not await asyncio.to_thread(self._password.matches, guess):
            raise errors.wrong_password()
        self._guesses.refund(address)
        return TeacherKey(self._password.new_cookie().replace(".", "-"), self._clock() + KEY_LIFETIME)

    def accepts(self, key: str) -> bool:
        """Return whether a key was issued with the present password, and has not expired."""
        return self._password is not None and self._password.accepts(key.replace("-", ".", 1))
