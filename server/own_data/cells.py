"""Divides the text of a table into lines and cells."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from server.own_data.numbers import detect_decimal, parse_number

SEPARATORS = ("\t", ";", ",", "|", " ")
"""The separators of cells, in the order of preference if several fit equally well."""

MAX_ROWS = 200_000
"""Maximum number of rows of a table."""

MAX_LINES = 1_000_000
"""Maximum number of lines of a text, empty ones included; of more none is read."""

MAX_COLUMNS = 200
"""Maximum number of columns of a table."""

csv.field_size_limit(2**31 - 1)  # the size of the whole text is limited

SAMPLE_ROWS = 200
"""The number of first rows from which separator, header and kinds of columns are detected."""

_SEPARATOR_LINE = re.compile(r'"?sep=([\t;,| ])"?', re.IGNORECASE)
"""The first line that declares the separator for Excel."""


class Row(NamedTuple):
    """A row of a text.

    Attributes:
        line: the line on which it begins, from 1.
        cells: its cells; None if its quotation marks are malformed.
        last: the line on which it ends; a cell in quotation marks may span several lines.
    """

    line: int
    cells: list[str] | None
    last: int


def split_rows(text: str, separator: str) -> list[Row]:
    """Return the non-empty rows of a text, at most `MAX_ROWS` + 1.

    A row with malformed quotation marks loses its first line only; the other lines are read as rows.
    """
    if text.count("\n") > MAX_LINES:
        return [Row(1, [], 1)] * (MAX_ROWS + 1)
    rows: list[Row] = []
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    for row in _read(lines, separator):
        rows += [row] if row.cells is not None else _split_into_lines(lines, row, separator)
        if len(rows) > MAX_ROWS:
            break
    return [row for row in rows if row.cells is None or any(cell.strip() for cell in row.cells)]


def split_joined_lines(rows: list[Row], text: str, separator: str, width: int) -> list[Row]:
    """Return rows, with those split into lines that a stray quotation mark has joined.

    These are the rows of several lines with fewer cells than `width`.
    """
    if all(row.last == row.line or len(row.cells or ()) >= width for row in rows):
        return rows
    lines = list(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    found: list[Row] = []
    for row in rows:
        joined = row.last > row.line and len(row.cells or ()) < width
        found += _split_into_lines(lines, row, separator) if joined else [row]
    return found


def _read(lines: Iterable[str], separator: str) -> Iterator[Row]:
    """Yield the rows of lines, including empty ones."""
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator == " ", strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells: list[str] | None = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = None
        yield Row(line, cells, reader.line_num)


def _split_into_lines(lines: Sequence[str], row: Row, separator: str) -> Iterator[Row]:
    """Yield the first line of a row as a malformed row, and each other line as a row of its own."""
    yield Row(row.line, None, row.line)
    for number in range(row.line + 1, row.last + 1):
        for found in _read(lines[number - 1 : number], separator):
            broken = found.cells is None or any(cell.count('"') % 2 for cell in found.cells)
            yield Row(number, None if broken else found.cells, number)


def declared_separator(text: str) -> str | None:
    """Return the separator that the first line names, as `sep=;` does for Excel; None if it names none."""
    first = text.removeprefix("\ufeff").lstrip("\r\n").split("\n", 1)[0].strip("\r\n")
    found = _SEPARATOR_LINE.fullmatch(first)
    return found[1] if found else None


def detect_separator(text: str) -> str:
    """Return the separator with which the most first rows have equally many cells and contain numbers."""
    scores = {each: _score(text, each) for each in SEPARATORS}
    best = max(scores, key=lambda each: scores[each])
    return best if scores[best] else ","


def _score(text: str, separator: str) -> float:
    head = _first_rows(text)
    rows = [row.cells for row in split_rows(head, separator) if row.cells is not None]
    widths = Counter(len(without_trailing_empty(cells)) for cells in rows)
    if not widths:
        return 0.0
    width, same = widths.most_common(1)[0]
    if width < 2:
        return 0.0
    cells = [cell for row in rows if len(without_trailing_empty(row)) == width for cell in row[:width]]
    decimal = detect_decimal(cells, separator)
    numbers = sum(parse_number(cell, decimal) is not None for cell in cells)
    enough = 1.0 if width > 2 else 0.5  # two columns are too few for points
    return enough * same / len(rows) * (0.2 + numbers / len(cells))


def _first_rows(text: str) -> str:
    lines = islice(io.StringIO(text.removeprefix("\ufeff"), newline=""), SAMPLE_ROWS)
    return "".join(line[:10_000] for line in lines)


def without_trailing_empty(cells: Sequence[str]) -> Sequence[str]:
    """Return cells without empty ones at the end, which trailing separators cause."""
    count = len(cells)
    while count and not cells[count - 1].strip():
        count -= 1
    return cells[:count]
