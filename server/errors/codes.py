"""The table of error codes: the HTTP status, the close code and the key of the page's words of each.

A new code is one line here, and its words in each file of `static/i18n`.
"""

from enum import StrEnum
from typing import Self

from server.protocol import close_codes


class ErrorCode(StrEnum):
    """Why something was refused: a stable name for programs.

    A member is defined by its name in JSON, its HTTP status and, if it ends a websocket, its close code.

    Attributes:
        status: the HTTP status of a problem with this code.
        close_code: the code with which a websocket is closed after this error; None if it stays open.
    """

    status: int
    close_code: int | None

    def __new__(cls, value: str, status: int, close_code: int | None = None) -> Self:
        """Make a member from its line of the table."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.status = status
        member.close_code = close_code
        return member

    # REST, and some of them on the websockets too
    BAD_REQUEST = "bad_request", 400
    UNAUTHORIZED = "unauthorized", 401
    NOT_FOUND = "not_found", 404
    METHOD_NOT_ALLOWED = "method_not_allowed", 405
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type", 415
    MALFORMED_JSON = "malformed_json", 400
    TOO_LARGE = "too_large", 422  # a setting; a body that is too large has status 413
    INVALID_VALUE = "invalid_value", 422
    TOO_MANY_REQUESTS = "too_many_requests", 429
    INTERNAL = "internal", 500
    SERVER_FULL = "server_full", 503, close_codes.FULL
    ADDRESS_FULL = "address_full", 503, close_codes.FULL
    SESSION_FULL = "session_full", 503, close_codes.FULL
    REFUSED = "refused", 400  # any error without a code of its own, with any status
    FOREIGN_ORIGIN = "foreign_origin", 403
    FOREIGN_HOST = "foreign_host", 421
    UPGRADE_REQUIRED = "upgrade_required", 426
    CLOSING = "closing", 503, close_codes.RESTART
    UNAVAILABLE = "unavailable", 503, close_codes.RESTART
    TOO_MANY_GUESSES = "too_many_guesses", 429
    TEACHER_KEY_NEEDED = "teacher_key_needed", 401
    WRONG_PASSWORD = "wrong_password", 403
    NO_TEACHER_PASSWORD = "no_teacher_password", 403
    TOO_MANY_JOINS = "too_many_joins", 429
    LOCKED = "locked", 409
    PAUSED = "paused", 409
    CUSTOM_DATA = "custom_data", 409
    OTHER_PROBLEM = "other_problem", 409
    NO_RACE = "no_race", 404
    ALREADY_TRAINING = "already_training", 409
    NOT_INSTALLED = "not_installed", 501
    REVISION_CHANGED = "revision_changed", 412
    IN_ROOM = "in_room", 409
    NO_SUCH_ROOM = "no_such_room", 404, close_codes.FORBIDDEN
    NOT_YOUR_ROOM = "not_your_room", 403, close_codes.FORBIDDEN
    NOT_YOUR_TRAINING = "not_your_training", 403
    VIEW_ONLY = "view_only", 403
    NO_SEAT = "no_seat", 401, close_codes.GONE
    NO_SUCH_SEAT = "no_such_seat", 404
    NICKNAME_TAKEN = "nickname_taken", 409
    ROOM_CLOSED = "room_closed", 403
    ROOM_FULL = "room_full", 503
    NOT_AGREED = "not_agreed", 409

    # websockets only
    NOT_TEXT = "not_text", 400
    UNKNOWN_MESSAGE = "unknown_message", 400
    INVALID_MESSAGE = "invalid_message", 400, close_codes.FORBIDDEN
    NOT_OPEN = "not_open", 400
    NO_SUCH_NEURON = "no_such_neuron", 404
    NO_SUCH_PARAMETER = "no_such_parameter", 404
    TOO_FAST = "too_fast", 429

    @property
    def words(self) -> str:
        """The key of the page's words in `static/i18n`."""
        return f"error.{self.value}"

    @property
    def in_rest(self) -> "ErrorCode":
        """The code that REST shows: the general one of the status for those of websockets only."""
        return _GENERAL[self.status] if self in _WEBSOCKET_ONLY else self


_WEBSOCKET_ONLY = frozenset(list(ErrorCode)[list(ErrorCode).index(ErrorCode.NOT_TEXT) :])

REST_CODES = tuple(code for code in ErrorCode if code not in _WEBSOCKET_ONLY)

_GENERAL = {
    **{
        code.status: code
        for code in (
            ErrorCode.BAD_REQUEST,
            ErrorCode.UNAUTHORIZED,
            ErrorCode.NOT_FOUND,
            ErrorCode.METHOD_NOT_ALLOWED,
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            ErrorCode.INVALID_VALUE,
            ErrorCode.TOO_MANY_REQUESTS,
            ErrorCode.INTERNAL,
        )
    },
    413: ErrorCode.TOO_LARGE,
}


def code_of_status(status: int) -> ErrorCode:
    """Return the general code for an HTTP status."""
    return _GENERAL.get(status, ErrorCode.REFUSED)
