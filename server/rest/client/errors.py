"""What the client raises."""

from __future__ import annotations

from typing import Any

import httpx


class TinkernetError(Exception):
    """Something was refused, or the server could not be reached.

    Attributes:
        code: a stable name of the error, such as "invalid_value".
        status: the HTTP status; None if there was no answer.
        field: the field that was refused, if it is about one.
        value: its value.
        expected: what would have been accepted.
    """

    def __init__(self, message: str, code: str, status: int | None = None, **about: Any) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.field: str | None = about.get("field")
        self.value = about.get("value")
        self.expected: str | None = about.get("expected")


class InvalidInputError(TinkernetError, ValueError):
    """A setting, a point or another value is not valid: see `field` and `expected`."""


class NotFoundError(TinkernetError, LookupError):
    """There is no such session, job or neuron, or there is no longer one."""


class NotAllowedError(TinkernetError):
    """A token is missing, or a room or another training under way does not allow it."""


class BusyError(TinkernetError):
    """The server is full or gets too many requests, and stayed so as long as `patience` says."""


class UnreachableError(TinkernetError, ConnectionError):
    """The server did not answer."""


class JobFailedError(TinkernetError):
    """A training or repeated runs did not come to their end: they were cancelled, interrupted, or failed."""


_CLASSES = {
    404: NotFoundError,
    401: NotAllowedError,
    403: NotAllowedError,
    409: NotAllowedError,
    412: NotAllowedError,
}


def error_of(answer: httpx.Response) -> TinkernetError:
    """Return the exception for an answer that refuses: `application/problem+json`, or another program's."""
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    status = answer.status_code
    message = problem.get("detail") or f"HTTP {status} {answer.reason_phrase}"
    kind = _CLASSES.get(
        status, BusyError if status in (429, 503) else InvalidInputError if status < 500 else TinkernetError
    )
    about = {name: problem.get(name) for name in ("field", "value", "expected")}
    return kind(message, problem.get("code", "refused"), status, **about)
