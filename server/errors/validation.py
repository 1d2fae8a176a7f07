"""Converts Pydantic's validation errors into the fields of this server's errors.

The websocket's `error` and REST's problem documents have the same four: the field, its value, what was
expected, and an English sentence.
"""

import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import JsonValue
from pydantic_core import ErrorDetails

MAX_VALUE_LENGTH = 160
"""Maximum characters of an invalid value that are sent back."""

_MAX_INTEGER = 10**MAX_VALUE_LENGTH
_NOT_FINITE = ("nan", "inf", "-inf")

_EXPECTED = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "finite_number": "a finite number",
    "int_type": "an integer",
    "int_parsing": "an integer",
    "int_parsing_size": "a smaller integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "a string",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list",
    "too_short": "at least {min_length} entries",
    "too_long": "at most {max_length} entries",
    "json_invalid": "JSON",
    "missing": "a value",
    "extra_forbidden": "no such field",
    "union_tag_not_found": "an object with the field {discriminator}",
    "union_tag_invalid": "{discriminator} to be one of {expected_tags}",
}


class FieldError(NamedTuple):
    """An invalid field.

    Attributes:
        field: its name; None for the message as a whole.
        value: its value.
        expected: a description of accepted values.
        position: the indices, from 0, of the invalid item in a list or in nested lists.
        inner: the name of the invalid field within such an item, if that is an object.
        reason: why layers do not fit together, for translation: a code, and the values for its text.
    """

    field: str | None
    value: JsonValue
    expected: str | None
    position: tuple[int, ...] = ()
    inner: str | None = None
    reason: dict[str, JsonValue] | None = None

    @property
    def message(self) -> str:
        """The error as an English sentence."""
        name = (self.field or "") + "".join(f"[{number}]" for number in self.position)
        name += f".{self.inner}" if self.inner else ""
        if self.expected == _EXPECTED["extra_forbidden"]:
            return f"There is no field {name}."
        return f"{name or 'The message'}: expected {self.expected or 'something else'}, got {self._got}."

    @property
    def _got(self) -> str:
        is_number = isinstance(self.value, str) and self.value in _NOT_FINITE
        return str(self.value) if is_number else json.dumps(self.value, ensure_ascii=False)


def field_errors(errors: Iterable[ErrorDetails], *, skip: int = 0) -> list[FieldError]:
    """Convert Pydantic's errors.

    Args:
        errors: from `ValidationError.errors()`.
        skip: the number of leading parts of each error's `loc` that do not belong to the field's name.
    """
    return [_field_error(error, skip) for error in errors]


def first_error(errors: Sequence[ErrorDetails], *, skip: int = 0) -> FieldError:
    """Convert the first of Pydantic's errors; see `field_errors`."""
    return _field_error(errors[0], skip)


def _field_error(error: ErrorDetails, skip: int) -> FieldError:
    location, value, expected = error["loc"][skip:], error["input"], expected_by(error)
    names = list(itertools.takewhile(lambda part: isinstance(part, str), location))
    position = tuple(part for part in location[len(names) :] if isinstance(part, int))
    field = truncated(".".join(map(str, names))) if names else None
    if error["type"] == "missing":
        value = None
    elif error["type"] == "float_type" and isinstance(value, int) and not isinstance(value, bool):
        expected = "a smaller number"  # beyond the range of floating-point numbers
    elif "index" in error.get("ctx", {}):  # a list was checked as a whole
        position = (error["ctx"]["index"],)
        value = value[position[0]]
    if field is None and isinstance(value, Mapping):
        # Fields that do not fit together: the text may begin with the name of the one to change.
        first = expected.split(" ", 1)[0]
        field, value = (first, value[first]) if first in value else (None, None)
    inner = _inner_name(location[len(names) :], error["input"])
    return FieldError(field, bounded(value), expected, position, inner, error.get("ctx", {}).get("reason"))


def _inner_name(within: tuple[int | str, ...], value: object) -> str | None:
    """Return the name of the invalid field of a list's item; None if the item is invalid as a whole.

    Args:
        within: the rest of the error's `loc`: indices, the item's kind in a union, names.
        value: the refused value, which is the whole item if a validator of the item refused it.
    """
    last = within[-1] if within else None
    is_kind = isinstance(value, Mapping) and last in value.values()
    return truncated(last) if isinstance(last, str) and not is_kind else None


def expected_by(error: ErrorDetails) -> str:
    """Return a description of the values that one of Pydantic's errors expects, such as "at most 30"."""
    template = _EXPECTED.get(error["type"])
    if template is None:
        return truncated(error["msg"].removeprefix("Value error, "))
    bounds = {name: plain_number(bound) for name, bound in error.get("ctx", {}).items()}
    if bounds.get("min_length", bounds.get("max_length")) == 1:
        template = template.replace("entries", "entry").replace("characters", "character")
    return template.format_map(bounds)


def bounded(value: Any) -> JsonValue:
    """Return a refused value as short, valid JSON. What is long or not finite becomes (truncated) text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _MAX_INTEGER else _text_of(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return truncated(value)
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return _text_of(value)
    return json.loads(text) if len(text) <= MAX_VALUE_LENGTH else truncated(text)


def plain_number(value: Any) -> Any:
    """Return a whole number as an integer, 80 for 80.0, as most programs write it; return other values."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def truncated(text: str) -> str:
    """Return the text, cut to `MAX_VALUE_LENGTH` characters; the last one is an ellipsis if it was cut."""
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def _text_of(value: Any) -> str:
    """Return a value's text, or its type where the text cannot be made."""
    try:
        return truncated(str(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, or very deep nesting
        return f"a {type(value).__name__} too large to show"
