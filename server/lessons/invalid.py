"""What Pydantic refuses in a lesson's block, as faults with lines and hints."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from server.errors.validation import bounded, expected_by
from server.lessons.faults import Faults, did_you_mean, names_like
from server.lessons.phrases import Phrase
from server.lessons.source import Block

_NUMBERS = ("int_type", "float_type", "int_parsing", "float_parsing")


def note_invalid(
    invalid: ValidationError, block: Block, within: tuple[str, ...], faults: Faults, *, keys: list[str]
) -> None:
    """Note each error of a block.

    Args:
        invalid: the errors.
        block: the block, for their lines.
        within: the keys in the block where the validated value stands.
        faults: gets them.
        keys: the names that are known there.
    """
    for error in invalid.errors(include_url=False):
        context, value = error.get("ctx", {}), error["input"]
        names = [*within, *(str(part) for part in error["loc"] if _is_key(part))]
        if "key" in context:  # a validator of the whole block says which setting it means
            names, value = ["settings", context["key"]], value["settings"].get(context["key"])
        elif "field" in context:  # as above: which of the block's keys
            names, value = [*names, context["field"]], value[context["field"]]
        elif "index" in context:
            value = value[context["index"]]
        line = block.line_of(*(name for name in names if not name.isdigit()))
        key = ".".join(names) or block.kind
        if error["type"] == "extra_forbidden" or context.get("unknown"):
            likely = context.get("unknown") or names_like(names[-1] if names else "", keys)
            faults.add(line, "unknown_key", got=key, expected=likely)
        elif error["type"] == "missing":
            faults.add(line, "missing_key", expected=key)
        else:
            hint = _hint_of(error, key, value)
            got = bounded(plain(value))
            faults.add(line, "value", key=key, expected=expected_by(error), got=got, hint=hint)
            _join_alternatives(faults)


def _join_alternatives(faults: Faults) -> None:
    """Make one fault of the latest two if both are of one value, which may be of either kind."""
    if len(faults.found) < 2:
        return
    first, second = faults.found[-2:]
    if first[:3] != second[:3] or first.values.get("key") != second.values.get("key"):
        return
    expected = first.values["expected"]
    if expected == "a number" and second.values["expected"].startswith("'"):
        expected = f"a number or {second.values['expected']}"
    joined = first._replace(values=first.values | {"expected": expected}, hint=first.hint or second.hint)
    faults.found[-2:] = [joined]


def plain(value: Any) -> Any:
    """Return a value of TOML as JSON has it: dates as text."""
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


def _is_key(part: str | int) -> bool:
    """Return whether a part of an error's place is a key or a position, not a kind of value."""
    return isinstance(part, int) or part.isidentifier()


def _hint_of(error: ErrorDetails, key: str, value: Any) -> Phrase | None:
    """Return how a value is probably put right; None if nobody knows."""
    kind, context = error["type"], error.get("ctx", {})
    value, choices = context.get("given", value), _choices(context)
    if isinstance(value, list) and choices:
        value = next((each for each in value if isinstance(each, str) and each not in choices), value)
    if isinstance(value, str):
        return _hint_for_text(kind, choices, value)
    if kind == "list_type" and not isinstance(value, Mapping):
        return Phrase("bracketed", {"expected": f"[{_shown(value)}]"})
    if kind == "string_type" and isinstance(value, int | float):
        return Phrase("quoted", {"expected": f'"{_shown(value)}"'})
    is_percentage = kind == "less_than_equal" and context.get("le") == 1 and 1 < value <= 100
    return (
        Phrase("fraction", {"expected": f"{value / 100:g}"}) if is_percentage and "accuracy" in key else None
    )


def _hint_for_text(kind: str, choices: list[str], value: str) -> Phrase | None:
    if choices:
        return did_you_mean(value, choices)
    if kind == "list_type":
        return Phrase("bracketed", {"expected": f'["{value}"]'})
    is_number = kind in _NUMBERS and re.fullmatch(r"\s*[+-]?\d+(\.\d+)?\s*", value)
    if is_number or (kind in ("bool_type", "bool_parsing") and value.strip().lower() in ("true", "false")):
        return Phrase("unquoted", {"expected": value.strip().lower()})
    return None


def _choices(context: Mapping[str, Any]) -> list[str]:
    """Return the names of which a value had to be one; none if that was not the matter."""
    expected = str(context.get("expected", ""))
    named = expected.removeprefix("some of ").split(", ")
    return re.findall(r"'([^']*)'", expected) or [name for name in named if name.isidentifier()]


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
