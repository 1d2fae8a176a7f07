"""Parses the websocket's messages, and builds the `error` messages that refuse them."""

from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import from_json

from engine.errors import InvalidValue, NoSuchNeuron, NoSuchParameter
from server.errors.codes import ErrorCode
from server.errors.validation import FieldError, bounded, first_error, plain_number
from server.protocol import messages as wire
from server.protocol.client_message import MAX_EXACT_INTEGER

_CLIENT: TypeAdapter[wire.AnyClientMessage] = TypeAdapter(wire.AnyClientMessage)


class MessageError(Exception):
    """Raised to refuse a message or a call; `error` is the message that answers it."""

    def __init__(self, error: wire.Error) -> None:
        super().__init__(error.message)
        self.error = error

    @property
    def code(self) -> ErrorCode:
        """The error's line of the table of codes."""
        return ErrorCode[self.error.code.upper()]


def parse(text: str) -> wire.AnyClientMessage:
    """Return a client's message.

    Raises:
        MessageError: the text is not JSON, of no known type, or has fields that are not valid.
    """
    try:
        return _CLIENT.validate_json(text)
    except ValidationError as problem:
        raise MessageError(_parse_error(problem, text)) from None


def error(
    code: ErrorCode,
    message: str,
    *,
    field: str | None = None,
    value: JsonValue = None,
    expected: str | None = None,
    reason: dict[str, JsonValue] | None = None,
    ref: int | None = None,
) -> wire.Error:
    """Return an `error` message with a code of the table."""
    return wire.Error(
        code=code.value,
        message=message,
        field=field,
        value=value,
        expected=expected,
        reason=reason,
        ref=ref,
    )


def invalid(problem: ValidationError, *, ref: int | None, skip: int = 0) -> wire.Error:
    """Return the `invalid_value` error for the first of Pydantic's errors; `skip` as in `first_error`."""
    return _invalid_value(first_error(problem.errors(include_url=False), skip=skip), ref)


def invalid_value(field: str, value: JsonValue, expected: str, *, ref: int | None) -> MessageError:
    """Return the exception for a value that is valid in itself, but not in the present state."""
    return MessageError(_invalid_value(FieldError(field, value, expected), ref))


def too_large(
    field: str,
    value: float,
    expected: str,
    *,
    reason: dict[str, JsonValue] | None = None,
    ref: int | None = None,
) -> MessageError:
    """Return the exception for a valid value that is larger than this server's settings allow."""
    return MessageError(
        error(
            ErrorCode.TOO_LARGE,
            f"{field}: this server takes {expected}, got {plain_number(value)}.",
            field=field,
            value=value,
            expected=expected,
            reason=reason,
            ref=ref,
        )
    )


def trainings_too_large(size: int, limit: int) -> MessageError:
    """Return the exception for a training of `size` bytes, where all of its address may take `limit`."""
    expected = f"trainings of {limit // 1_000_000} MB in all from one network address"
    detail = (
        f"The trainings of your network address would take too much memory: this server takes {expected}."
    )
    return MessageError(
        error(ErrorCode.TOO_LARGE, detail, field="hidden_layers", value=size, expected=expected)
    )


def too_many_entries(expected: str) -> MessageError:
    """Return the exception for a message with more lists, entries or keys than any valid one."""
    message = f"The message has too much in it: expected {expected}."
    return MessageError(error(ErrorCode.TOO_LARGE, message, expected=expected))


def too_fast(rate: float) -> wire.Error:
    """Return the error for a message that was ignored, as more than `rate` messages a second came."""
    return error(
        ErrorCode.TOO_FAST,
        "This page sends more than the server takes.",
        expected=f"at most {rate:g} messages a second",
    )


def too_much_work(ref: int | None) -> MessageError:
    """Return the exception for work on a large network while earlier work of the client is not paid."""
    return MessageError(
        error(
            ErrorCode.TOO_FAST,
            "Your network address has large networks built faster than the server can.",
            expected="fewer changes of large networks",
            ref=ref,
        )
    )


def not_text() -> wire.Error:
    """Return the error for a binary message."""
    return error(ErrorCode.NOT_TEXT, "Messages to the server are text in UTF-8.", expected="text")


def internal(ref: int | None) -> wire.Error:
    """Return the error for a message that failed by a fault of the server."""
    return error(ErrorCode.INTERNAL, "Something went wrong in the server; it was logged.", ref=ref)


def locked(field: str, reason: str) -> MessageError:
    """Return the exception for a change of a setting that a teacher has locked."""
    message = reason or f"{field} is locked in this classroom."
    return MessageError(error(ErrorCode.LOCKED, message, field=field))


def custom_data(problem: InvalidValue) -> MessageError:
    """Return the exception for a change of settings that does not fit custom points."""
    return MessageError(
        error(
            ErrorCode.CUSTOM_DATA,
            f"{problem.field}: the points of this training were given, not drawn.",
            field=problem.field,
            value=bounded(problem.value),
            expected=problem.expected,
        )
    )


def other_problem(*, takes_images: bool, ref: int | None = None) -> MessageError:
    """Return the exception for a feature that networks for images, or only they, do not have."""
    message, expected = (
        ("This network takes images, not points of the plane.", "a network that takes points")
        if takes_images
        else ("This network takes points of the plane, not images.", "a network that takes images")
    )
    return MessageError(error(ErrorCode.OTHER_PROBLEM, message, expected=expected, ref=ref))


def no_race() -> MessageError:
    """Return the exception for a command about a rival without a race."""
    return MessageError(
        error(ErrorCode.NO_RACE, "There is no race: this training has no rival.", expected="a race")
    )


def paused() -> MessageError:
    """Return the exception for an attempt to train while the classroom is paused."""
    return MessageError(error(ErrorCode.PAUSED, "The teacher has paused this classroom."))


def view_only(*, ref: int | None = None) -> MessageError:
    """Return the exception for a change of a session that was named by its view id."""
    message = "This link only shows the training. Who has its own id changes it."
    return MessageError(error(ErrorCode.VIEW_ONLY, message, expected="the session's id", ref=ref))


def no_such_session(name: str, *, ref: int | None, field: str = "copy_of") -> MessageError:
    """Return the exception for a session, named in a field, that does not exist."""
    message = "This training no longer exists."
    return MessageError(
        error(ErrorCode.NOT_FOUND, message, field=field, value=name, expected="a session's id", ref=ref)
    )


def not_your_training(*, ref: int | None = None) -> MessageError:
    """Return the exception for a change of a seat's session by another client."""
    return MessageError(
        error(
            ErrorCode.NOT_YOUR_TRAINING,
            "This training belongs to a seat of a classroom: only its learner and its teacher change it.",
            expected="the seat's cookie, its key in X-Session-Key, or the teacher's in X-Room-Key",
            ref=ref,
        )
    )


def not_open(ref: int | None) -> wire.Error:
    """Return the error for a message that came before `open`."""
    return error(ErrorCode.NOT_OPEN, "The first message must be open.", expected="open", ref=ref)


def server_full(count: int, limit: int, *, ref: int | None = None) -> MessageError:
    """Return the exception for a new training where `count` trainings are all that the server takes."""
    return MessageError(
        error(
            ErrorCode.SERVER_FULL,
            "The server has as many trainings as it can carry. Try again later.",
            value=count,
            expected=f"fewer than {limit} trainings",
            ref=ref,
        )
    )


def address_full(limit: int, *, ref: int | None = None) -> MessageError:
    """Return the exception for a new training from an address that has `limit` already."""
    return MessageError(
        error(
            ErrorCode.ADDRESS_FULL,
            "Your network address has as many trainings here as it may. Try again later.",
            value=limit,
            expected=f"fewer than {limit}",
            ref=ref,
        )
    )


def unavailable() -> wire.Error:
    """Return the error for a session that may be stored while the database cannot be read."""
    return error(
        ErrorCode.UNAVAILABLE,
        "The server cannot read what it has stored just now. Nothing is lost; try again.",
    )


def session_full(limit: int, *, ref: int | None = None) -> MessageError:
    """Return the exception for one more page on a session that `limit` pages show already."""
    return MessageError(
        error(
            ErrorCode.SESSION_FULL,
            "As many pages show this training as may. Try again later.",
            value=limit,
            expected=f"fewer than {limit} pages",
            ref=ref,
        )
    )


def too_many_connections() -> wire.Error:
    """Return the error for one more websocket where the limit is reached."""
    return error(ErrorCode.SERVER_FULL, "Too many pages are connected. Try again later.")


def no_such_neuron(problem: NoSuchNeuron, *, ref: int | None) -> MessageError:
    """Return the exception for a neuron that the network does not have."""
    return MessageError(
        error(
            ErrorCode.NO_SUCH_NEURON,
            f"There is {problem}.",
            value={"layer": problem.layer, "neuron": problem.neuron},
            expected=problem.expected,
            ref=ref,
        )
    )


def no_such_parameter(
    problem: NoSuchParameter, place: dict[str, JsonValue], *, ref: int | None
) -> MessageError:
    """Return the exception for a weight or bias that the network does not have."""
    return MessageError(
        error(
            ErrorCode.NO_SUCH_PARAMETER,
            f"There is {problem}.",
            value=place,
            expected=problem.expected,
            ref=ref,
        )
    )


def _invalid_value(found: FieldError, ref: int | None) -> wire.Error:
    return error(
        ErrorCode.INVALID_VALUE,
        found.message,
        field=found.field,
        value=found.value,
        expected=found.expected,
        reason=found.reason,
        ref=ref,
    )


def _parse_error(problem: ValidationError, text: str) -> wire.Error:
    kind = problem.errors(include_url=False, include_input=False)[0]["type"]
    if kind == "json_invalid":
        return error(ErrorCode.MALFORMED_JSON, "The message is not JSON.", expected="a JSON object")
    message = from_json(text)
    ref = _ref_of(message)
    if kind.startswith("union_tag_") or not isinstance(message, dict):
        value = message.get("type") if isinstance(message, dict) else message
        return error(
            ErrorCode.UNKNOWN_MESSAGE,
            "There is no such message.",
            field="type",
            value=bounded(value),
            expected="an object whose type is one of the protocol's",
            ref=ref,
        )
    return invalid(problem, ref=ref, skip=1)


def _ref_of(message: Any) -> int | None:
    """Return the `ref` of a message that is JSON but not valid; None if it has no usable one."""
    ref = message.get("ref") if isinstance(message, dict) else None
    usable = isinstance(ref, int) and not isinstance(ref, bool) and abs(ref) <= MAX_EXACT_INTEGER
    return ref if usable else None
