"""Reading what clients say, and refusing what is wrong with it in the protocol's own terms."""

from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import from_json

from engine.errors import NoSuchNeuron, NoSuchParameter
from server.errors.validation import LARGEST_EXACT, Fault, bounded, fault_of
from server.protocol import messages as wire

_CLIENT: TypeAdapter[wire.AnyClientMessage] = TypeAdapter(wire.AnyClientMessage)


class MessageError(Exception):
    """A message that is refused; `error` is the answer to it."""

    def __init__(self, error: wire.Error) -> None:
        super().__init__(error.message)
        self.error = error


def parse(text: str) -> wire.AnyClientMessage:
    """Read a client's message.

    Raises:
        MessageError: it is not JSON, not a message that there is, or not one with proper values.
    """
    try:
        return _CLIENT.validate_json(text)
    except ValidationError as problem:
        raise MessageError(_refusal(problem, text)) from None


def invalid(problem: ValidationError, *, ref: int | None, within: int = 0) -> wire.Error:
    """Return the `invalid_value` error for what Pydantic found."""
    fault = fault_of(problem.errors(include_url=False), within=within)
    return wire.Error(
        code="invalid_value",
        message=fault.message,
        field=fault.field,
        value=fault.value,
        expected=fault.expected,
        ref=ref,
    )


def refuse(field: str, value: JsonValue, expected: str, *, ref: int | None) -> MessageError:
    """Return the exception for a value that only the session could tell to be wrong."""
    fault = Fault(field, value, expected)
    error = wire.Error(
        code="invalid_value", message=fault.message, field=field, value=value, expected=expected, ref=ref
    )
    return MessageError(error)


def locked(field: str, reason: str) -> MessageError:
    """Return the exception for a change of what a teacher has locked."""
    message = reason or f"{field} is locked in this classroom."
    return MessageError(wire.Error(code="locked", message=message, field=field))


def paused() -> MessageError:
    """Return the exception for a training while a classroom pauses."""
    return MessageError(wire.Error(code="paused", message="The teacher has paused this classroom."))


def not_open(ref: int | None) -> wire.Error:
    """Return the error for a message that came before `open`."""
    return wire.Error(code="not_open", message="The first message must be open.", expected="open", ref=ref)


def full(count: int, most: int, *, ref: int | None = None) -> MessageError:
    """Return the exception for one more training where there is no room."""
    return MessageError(
        wire.Error(
            code="server_full",
            message="The server has as many trainings as it can carry. Try again later.",
            value=count,
            expected=f"fewer than {most} trainings",
            ref=ref,
        )
    )


def full_house() -> wire.Error:
    """Return the error for one more client where there is no room."""
    return wire.Error(code="server_full", message="Too many pages are connected. Try again later.")


def no_such_neuron(problem: NoSuchNeuron, *, ref: int | None) -> MessageError:
    """Return the exception for a neuron that the network does not have."""
    return MessageError(
        wire.Error(
            code="no_such_neuron",
            message=f"There is {problem}.",
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
        wire.Error(
            code="no_such_parameter",
            message=f"There is {problem}.",
            value=place,
            expected=problem.expected,
            ref=ref,
        )
    )


def _refusal(problem: ValidationError, text: str) -> wire.Error:
    kind = problem.errors(include_url=False, include_input=False)[0]["type"]
    if kind == "json_invalid":
        return wire.Error(code="malformed_json", message="The message is not JSON.", expected="a JSON object")
    message = from_json(text)
    ref = _ref_of(message)
    if kind.startswith("union_tag_") or not isinstance(message, dict):
        value = message.get("type") if isinstance(message, dict) else message
        return wire.Error(
            code="unknown_message",
            message="There is no such message.",
            field="type",
            value=bounded(value),
            expected="an object whose type is one of the protocol's",
            ref=ref,
        )
    return invalid(problem, ref=ref, within=1)


def _ref_of(message: Any) -> int | None:
    """Return the reference of a message that is JSON but otherwise wrong."""
    ref = message.get("ref") if isinstance(message, dict) else None
    usable = isinstance(ref, int) and not isinstance(ref, bool) and abs(ref) <= LARGEST_EXACT
    return ref if usable else None
