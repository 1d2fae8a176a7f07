"""Parses numbers as people and programs write them: with a decimal point or comma, and grouped digits."""

import re
from collections.abc import Iterable

MAX_NUMBER = 1e100
"""Largest absolute value of a number in a table."""

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "--", "."})
"""Texts for a missing value, in lower case."""

_PLAIN = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", re.ASCII | re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_WITH_COMMA = re.compile(r"[+-]?(\d*|\d{1,3}(\.\d{3})+),\d+(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WITH_POINT = re.compile(r"[+-]?(\d*|\d{1,3}(,\d{3})+)\.\d+(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,.]\d{3})+", re.ASCII)
_OTHER_SIGNS = str.maketrans({"\u2212": "-", "\u00a0": None, "\u202f": None, "\u2009": None, "'": None})
"""A typographic minus, and spaces and apostrophes between groups of digits."""


def parse_number(text: str, decimal: str) -> float | None:
    """Return the number in a cell; None if there is none, or it is beyond `MAX_NUMBER`.

    Args:
        text: the cell.
        decimal: the decimal separator, "." or ",".
    """
    if decimal == "." and _PLAIN.fullmatch(text):  # the most frequent case
        value = float(text)
        return value if abs(value) <= MAX_NUMBER else None
    text = text.strip().translate(_OTHER_SIGNS)
    if decimal == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) <= MAX_NUMBER else None


def detect_decimal(cells: Iterable[str], separator: str) -> str:
    """Return the decimal separator that most cells use, "." or ","; the point if it is undecided."""
    point = comma = unclear = 0
    for cell in cells:
        text = cell.strip()
        if _THOUSANDS.fullmatch(text):
            unclear += "," in text  # 1,234 may be either
        elif _WITH_COMMA.fullmatch(text):
            comma += 1
        elif _WITH_POINT.fullmatch(text):
            point += 1
    if comma or point:
        return "," if comma > point else "."
    return "," if unclear and separator != "," else "."


def is_missing(text: str) -> bool:
    """Return whether a cell is empty or says that there is no value."""
    return text.strip().lower() in MISSING


def plain_text(value: float) -> str:
    """Return a number in its shortest form: 3 for 3.0."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
