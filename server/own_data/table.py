"""A table: its columns with their names and kinds, and its rows with their lines."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.data.columns import MAX_NAME_LENGTH
from server.own_data.cells import (
    MAX_COLUMNS,
    SAMPLE_ROWS,
    Row,
    declared_separator,
    detect_separator,
    split_joined_lines,
    split_rows,
    without_trailing_empty,
)
from server.own_data.numbers import detect_decimal, is_missing, parse_number

_INDEX_NAMES = frozenset({"", "#", "id", "index", "no", "no.", "nr", "row", "unnamed: 0"})
"""Names of a column of row numbers, in lower case; pandas writes it without a name."""

_MIN_NUMBER_FRACTION = 0.9
"""Fraction of rows with a number in a column that counts them."""

_UNWANTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True)
class TableColumn:
    """A column: its name, whether it holds numbers, and whether these are row numbers."""

    name: str
    is_number: bool
    is_index: bool


@dataclass(frozen=True)
class Table:
    """A parsed table.

    Attributes:
        separator: the separator of cells.
        decimal: the decimal separator of its numbers.
        has_header: whether the first row has the names of the columns.
        columns: the columns, from the left.
        rows: the rows without the header.
    """

    separator: str
    decimal: str
    has_header: bool
    columns: tuple[TableColumn, ...]
    rows: list[Row]

    def number(self, cell: str) -> float | None:
        """Return the number in a cell; None if there is none."""
        return parse_number(cell, self.decimal)

    def cells_of(self, row: Row) -> Sequence[str] | None:
        """Return a row's cells, one for each column; None if there are fewer, or more non-empty ones."""
        width = len(self.columns)
        if row.cells is None or len(row.cells) == width:
            return row.cells
        return row.cells[:width] if len(row.cells) > width >= len(without_trailing_empty(row.cells)) else None


def parse_table(
    text: str, *, separator: str | None = None, decimal: str | None = None, header: bool | None = None
) -> Table:
    """Return the table that a text holds. What is None is found out. A text without rows has no columns."""
    declared = declared_separator(text)
    separator = separator or declared or detect_separator(text)
    rows = split_rows(text, separator)
    if declared is not None:
        del rows[:1]
    width = _width(rows)
    rows = split_joined_lines(rows, text, separator, width)
    sample = [row.cells for row in rows[: SAMPLE_ROWS + 1] if row.cells is not None]
    if decimal is None:
        decimal = detect_decimal((cell for cells in sample for cell in cells), separator)
    regular = [cells for cells in sample[1:] if len(cells) >= width] or sample
    numeric = [_is_numeric(regular, at, decimal) for at in range(width)]
    first = rows[0].cells if rows else None
    if header is None:
        header = first is not None and _is_header(first, numeric, decimal)
    named: list[str] = []
    if header and rows:
        named = list(rows.pop(0).cells or [])
        if len(without_trailing_empty(named)) == width - 1 and named[:1] != [""]:
            named.insert(0, "")  # as R writes the names of the rows
    columns = tuple(
        TableColumn(name, numeric[at], _is_index(rows, at, named, decimal))
        for at, name in enumerate(_names(named, width))
    )
    return Table(separator, decimal, header, columns, rows)


def _width(rows: Sequence[Row]) -> int:
    """Return the most frequent number of cells of a row, without columns that are empty in all rows."""
    widths = Counter(len(row.cells) for row in rows if row.cells is not None)
    if not widths:
        return 0
    width = max(widths, key=lambda each: (widths[each], each))
    found = max(
        len(without_trailing_empty(row.cells))
        for row in rows
        if row.cells is not None and len(row.cells) == width
    )
    return min(found, MAX_COLUMNS + 1)


def _is_numeric(rows: Sequence[Sequence[str]], at: int, decimal: str) -> bool:
    """Return whether most non-empty cells of a column hold a number."""
    cells = [row[at] for row in rows if at < len(row) and not is_missing(row[at])]
    return 2 * sum(parse_number(cell, decimal) is not None for cell in cells) > len(cells)


def _is_header(first: Sequence[str], numeric: Sequence[bool], decimal: str) -> bool:
    """Return whether the first row is a header: it has text above numbers."""
    cells = [cell for cell, is_number in zip(first, numeric, strict=False) if is_number]
    return any(not is_missing(cell) and parse_number(cell, decimal) is None for cell in cells)


def _is_index(rows: Sequence[Row], at: int, named: Sequence[str], decimal: str) -> bool:
    """Return whether a column holds row numbers: rising numbers, under a name like `id` or none."""
    if at > 0 or not named or named[0].strip().lower() not in _INDEX_NAMES:
        return False
    found = [parse_number(row.cells[0], decimal) for row in rows if row.cells]
    values = [value for value in found if value is not None]
    are_few = len(values) < max(2, _MIN_NUMBER_FRACTION * len(found))
    if are_few or not all(value.is_integer() for value in values):
        return False
    rising = sum(later > earlier for earlier, later in pairwise(values))  # rows may be missing
    return rising >= _MIN_NUMBER_FRACTION * (len(values) - 1)


def _names(named: Sequence[str], width: int) -> list[str]:
    """Return a unique name for each column; those without a name are named after their position."""
    names: list[str] = []
    for at in range(width):
        name = clean_name(named[at]) if at < len(named) else ""
        names.append(name or f"column {at + 1}")
    return make_distinct(names)


def clean_name(text: str) -> str:
    """Return a text as a name: on one line, without control characters, not longer than `MAX_NAME_LENGTH`."""
    name = " ".join(_UNWANTED.sub(" ", text).removeprefix("# ").split())
    return name if len(name) <= MAX_NAME_LENGTH else name[: MAX_NAME_LENGTH - 1].rstrip() + "…"


def make_distinct(names: Sequence[str]) -> list[str]:
    """Return unique names: duplicates get a number."""
    found: list[str] = []
    seen: set[str] = set()
    for name in names:
        candidate, number = name, 2
        while candidate in seen:
            tail = f" ({number})"
            candidate, number = name[: MAX_NAME_LENGTH - len(tail)] + tail, number + 1
        seen.add(candidate)
        found.append(candidate)
    return found
