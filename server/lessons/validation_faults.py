"""Converts Pydantic's validation errors of a lesson's block into faults with lines and hints."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from server.errors.validation import bounded, expected_by
from server.lessons.faults import Faults, did_you_mean, similar_or_all_names
from server.lessons.phrases import Phrase
from server.lessons.source import Block

_NUMBERS = ("int_type", "float_type", "int_parsing", "float_parsing")


def report_invalid(
    invalid: ValidationError, block: Block, within: tuple[str, ...], faults: Faults, *, keys: list[str]
) -> None:
    """Add a fault for each validation error of a block.

    Args:
        invalid: the errors.
        block: the block, whose keys have the lines.
        within: the path of the validated value in the block.
        faults: the faults are added here.
        keys: the known names at that path, for hints about mistyped ones.
    """
    for error in invalid.errors(include_url=False):
        context, value = error.get("ctx", {}), error["input"]
        names = [*within, *(str(part) for part in error["loc"] if _is_key(part))]
        if "key" in context:  # a validator of the whole block names the setting
            names, value = ["settings", context["key"]], value["settings"].get(context["key"])
        elif "field" in context:  # as above: which of the block's keys
            names, value = [*names, context["field"]], value[context["field"]]
        elif "index" in context:
            value = value[context["index"]]
        line = block.line_of(*(name for name in names if not name.isdigit()))
        key = ".".join(names) or block.kind
        if error["type"] == "extra_forbidden" or context.get("unknown"):
            likely = context.get("unknown") or similar_or_all_names(names[-1] if names else "", keys)
            faults.add(line, "unknown_key", got=key, expected=likely)
        elif error["type"] == "missing":
            faults.add(line, "missing_key", expected=key)
        else:
            hint = _hint_for(error, key, value)
            got = bounded(to_json_value(value))
            faults.add(line, "value", key=key, expected=expected_by(error), got=got, hint=hint)
            _merge_alternatives(faults)


def _merge_alternatives(faults: Faults) -> None:
    """Merge the latest two faults if they are about one value, which may have either of two types."""
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


def to_json_value(value: Any) -> Any:
    """Return a value of TOML as a value of JSON: dates as text."""
    return value if isinstance(value, str | int | float | bool | list | dict) else str(value)


def _is_key(part: str | int) -> bool:
    """Return whether a part of an error's `loc` is a key or an index, not the name of a type."""
    return isinstance(part, int) or part.isidentifier()


def _hint_for(error: ErrorDetails, key: str, value: Any) -> Phrase | None:
    """Return how a value is probably to be mended; None if that is not known."""
    kind, context = error["type"], error.get("ctx", {})
    value, choices = context.get("given", value), _choices(context)
    if isinstance(value, list) and choices:
        value = next((each for each in value if isinstance(each, str) and each not in choices), value)
    if isinstance(value, str):
        return _hint_for_text(kind, choices, value)
    if kind == "list_type" and not isinstance(value, Mapping):
        return Phrase("bracketed", {"expected": f"[{_display_text(value)}]"})
    if kind == "string_type" and isinstance(value, int | float):
        return Phrase("quoted", {"expected": f'"{_display_text(value)}"'})
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
    """Return the allowed values of which one was expected; empty if another rule was broken."""
    expected = str(context.get("expected", ""))
    named = expected.removeprefix("some of ").split(", ")
    return re.findall(r"'([^']*)'", expected) or [name for name in named if name.isidentifier()]


def _display_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
