"""Pydantic's validation errors in the terms of this server's answers.

The websocket's `error` and REST's problem documents say the same four things: which field, the value it
had, what was expected, and a sentence in English.
"""

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import JsonValue
from pydantic_core import ErrorDetails

from server.protocol.messages import MAX_EXACT_INTEGER

MAX_VALUE_LENGTH = 160
"""Most characters of an invalid value that are sent back."""

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
}


class FieldError(NamedTuple):
    """A field that was refused: its name (None: the message as a whole), its value, and what was expected."""

    field: str | None
    value: JsonValue
    expected: str | None

    @property
    def message(self) -> str:
        """The same in one English sentence."""
        if self.expected == _EXPECTED["extra_forbidden"]:
            return f"There is no field {self.field}."
        got = json.dumps(self.value, ensure_ascii=False)
        return f"{self.field or 'The message'}: expected {self.expected or 'something else'}, got {got}."


def first_error(errors: Sequence[ErrorDetails], *, skip: int = 0) -> FieldError:
    """Return the first of Pydantic's errors.

    Args:
        errors: from `ValidationError.errors()`, at least one.
        skip: leading parts of the error's location that do not belong to the field's name.
    """
    error = errors[0]
    location = error["loc"][skip:]
    names = list(itertools.takewhile(lambda part: isinstance(part, str), location))
    field = truncated(".".join(map(str, names))) if names else None
    value = None if error["type"] == "missing" else error["input"]
    if field is None and isinstance(value, Mapping):
        # Fields that do not fit together: the text may begin with the name of the one to change.
        first = expected_by(error).split(" ", 1)[0]
        field, value = (first, value[first]) if first in value else (None, None)
    return FieldError(field, bounded(value), expected_by(error))


def expected_by(error: ErrorDetails) -> str:
    """Return what would have been accepted in place of one of Pydantic's errors, such as "at most 30"."""
    template = _EXPECTED.get(error["type"])
    if template is None:
        return truncated(error["msg"].removeprefix("Value error, "))
    bounds = {name: _plain(bound) for name, bound in error.get("ctx", {}).items()}
    if bounds.get("min_length", bounds.get("max_length")) == 1:
        template = template.replace("entries", "entry").replace("characters", "character")
    return template.format_map(bounds)


def bounded(value: Any) -> JsonValue:
    """Return a refused value as short, valid JSON. What is long or not finite becomes (truncated) text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_EXACT_INTEGER else _text_of(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return truncated(value)
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return _text_of(value)
    return json.loads(text) if len(text) <= MAX_VALUE_LENGTH else truncated(text)


def truncated(text: str) -> str:
    """Return the text, cut to `MAX_VALUE_LENGTH` characters; the last one is an ellipsis if it was cut."""
    return text if len(text) <= MAX_VALUE_LENGTH else text[: MAX_VALUE_LENGTH - 1] + "…"


def _plain(bound: Any) -> Any:
    """Return whole numbers as integers: 80 for 80.0."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _text_of(value: Any) -> str:
    """Return a value's text, or its type where the text cannot be made."""
    try:
        return truncated(str(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, or very deep nesting
        return f"a {type(value).__name__} too large to show"
