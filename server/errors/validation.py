"""What was wrong with an input, in terms that a page can translate and a program can read.

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

LONGEST_VALUE = 160
"""Characters of a refused value that are sent back at most."""

LARGEST_EXACT = 2**53
"""JavaScript reads integers beyond this as others."""

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


class Fault(NamedTuple):
    """One fault of an input."""

    field: str | None
    value: JsonValue
    expected: str | None

    @property
    def message(self) -> str:
        """The fault in one sentence."""
        if self.expected == _EXPECTED["extra_forbidden"]:
            return f"There is no field {self.field}."
        got = json.dumps(self.value, ensure_ascii=False)
        return f"{self.field or 'The message'}: expected {self.expected or 'something else'}, got {got}."


def fault_of(errors: Sequence[ErrorDetails], *, within: int = 0) -> Fault:
    """Return the first of Pydantic's errors.

    Args:
        errors: from `ValidationError.errors()`, at least one.
        within: how many leading parts of the place belong to the wrapping, not to the field.
    """
    error = errors[0]
    place = error["loc"][within:]
    names = list(itertools.takewhile(lambda part: isinstance(part, str), place))
    field = shortened(".".join(map(str, names))) if names else None
    value = None if error["type"] == "missing" else error["input"]
    if field is None and isinstance(value, Mapping):
        # Fields that do not fit together: the sentence begins with the one to blame, if there is one.
        first = expected_by(error).split(" ", 1)[0]
        field, value = (first, value[first]) if first in value else (None, None)
    return Fault(field, bounded(value), expected_by(error))


def expected_by(error: ErrorDetails) -> str:
    """Return what one of Pydantic's errors would have taken, such as "at most 30"."""
    template = _EXPECTED.get(error["type"])
    if template is None:
        return shortened(error["msg"].removeprefix("Value error, "))
    bounds = {name: _plain(bound) for name, bound in error.get("ctx", {}).items()}
    if bounds.get("min_length", bounds.get("max_length")) == 1:
        template = template.replace("entries", "entry").replace("characters", "character")
    return template.format_map(bounds)


def bounded(value: Any) -> JsonValue:
    """Return a refused value as short, valid JSON: what is long or not finite comes as (cut) text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_EXACT else _text_of(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, str):
        return shortened(value)
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return _text_of(value)
    return json.loads(text) if len(text) <= LONGEST_VALUE else shortened(text)


def shortened(text: str) -> str:
    """Return the text, cut to `LONGEST_VALUE` characters, the last of them then an ellipsis."""
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _plain(bound: Any) -> Any:
    """Return 80 for 80.0, as the input would have been written."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _text_of(value: Any) -> str:
    try:
        return shortened(str(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, nesting without end
        return f"a {type(value).__name__} too large to show"
