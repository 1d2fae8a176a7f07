"""Hints about a usable table: cells of another kind than the column's, outliers, changed names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from engine.arrays import Floats
from engine.data.columns import MAX_NAME_LENGTH, is_one_line
from server.own_data.choices import Choice, parse_label
from server.own_data.faults import shorten
from server.own_data.numbers import is_missing, plain_text
from server.own_data.table import Table

HintCode = Literal["not_numbers", "some_numbers", "units", "outliers", "cleaned", "shortened"]
"""The codes of hints about a column."""

MAX_HINTS = 6
"""Maximum number of hints about the cells of a table."""

EXAMINED_ROWS = 20_000
"""The number of first rows that are examined for cells of another kind."""

SQUASHED_FRACTION = 0.2
"""Outliers are values without which a column spans less than this fraction of its range."""

_MAX_OUTLIER_FRACTION = 0.05
"""Maximum fraction of a column's values that can be outliers."""

_MIN_VALUES = 8
"""Minimum number of values of which some can be called outliers."""

_MIN_NUMBER_FRACTION = 0.2
"""Minimum fraction of numbers among the cells of a column of labels that is remarkable."""

_WITH_UNIT = re.compile(r"\s*[-+−]?[\d.,']*\d\s*[^\d\s.,:/-]\D*")
"""A number with something behind it: 12 cm, 5 %."""


@dataclass(frozen=True)
class TableHint:
    """A hint about a column.

    Attributes:
        code: what it is about: a stable name for programs and for the page's words.
        column: the column's name.
        count: the number of affected cells, lines or names.
        total: the number of all of them.
        line: the first affected line.
        value: the value there, shortened.
        text: the hint as an English sentence.
        share: for outliers, the percentage of the column's range within which all other values lie.
    """

    code: HintCode
    column: str
    count: int
    total: int
    line: int
    value: str
    text: str
    share: float | None = None


def hints_of(table: Table, choice: Choice) -> list[TableHint]:
    """Return the hints about the cells and names of a table's columns."""
    found: list[TableHint] = []
    for at in range(len(table.columns)):
        if table.columns[at].is_number and at in choice:
            found += _not_numbers(table, at)
        elif not table.columns[at].is_number:
            found += _nearly_numbers(table, at)
    if not table.columns[choice.target].is_number:
        found += _unusual_labels(table, choice.target)
    return found[:MAX_HINTS]


def _cells(table: Table, at: int, *, with_missing: bool = False) -> Iterator[tuple[int, str]]:
    """Yield line and text of the non-empty cells of a column; `with_missing` includes those like `n/a`."""
    for row in table.rows[:EXAMINED_ROWS]:
        cells = table.cells_of(row)
        if cells is None or not cells[at].strip():
            continue
        if with_missing or not is_missing(cells[at]):
            yield row.line, cells[at]


def _not_numbers(table: Table, at: int) -> Iterator[TableHint]:
    name = table.columns[at].name
    every = list(_cells(table, at, with_missing=True))
    wrong = [(line, cell) for line, cell in every if table.number(cell) is None]
    if wrong:
        line, cell = wrong[0]
        many = f"{len(wrong)} of {len(every)} cells of {name}"
        text = f"{many} are not numbers, such as {shorten(cell)} in line {line}."
        yield TableHint("not_numbers", name, len(wrong), len(every), line, shorten(cell), text)


def _nearly_numbers(table: Table, at: int) -> Iterator[TableHint]:
    name = table.columns[at].name
    every = list(_cells(table, at))
    wrong = [(line, cell) for line, cell in every if table.number(cell) is None]
    if not wrong:
        return
    line, cell = wrong[0]
    numbers = len(every) - len(wrong)
    if numbers >= 2 and numbers >= _MIN_NUMBER_FRACTION * len(every):
        many = f"{len(wrong)} of {len(every)} cells are not numbers"
        text = f"{name} is read as labels: {many}, such as {shorten(cell)} in line {line}."
        yield TableHint("some_numbers", name, len(wrong), len(every), line, shorten(cell), text)
    elif sum(_WITH_UNIT.fullmatch(each) is not None for _, each in every) > len(every) / 2:
        reason = "is no number because of what follows it"
        text = f"{name} is read as labels: {shorten(cell)} in line {line} {reason}."
        yield TableHint("units", name, len(wrong), len(every), line, shorten(cell), text)


def _unusual_labels(table: Table, at: int) -> Iterator[TableHint]:
    name = table.columns[at].name
    first: dict[str, int] = {}
    for line, cell in _cells(table, at):
        label = parse_label(table, cell, is_number=False)
        if label is not None:
            first.setdefault(label, line)
    unclean = [label for label in first if not is_one_line(label)]
    long = [label for label in first if len(label) > MAX_NAME_LENGTH]
    if unclean:
        line, value = first[unclean[0]], _visible(unclean[0])
        text = (
            f"{len(unclean)} of {len(first)} labels of {name} hold control characters, which are left out: "
            f"{value} in line {line}."
        )
        yield TableHint("cleaned", name, len(unclean), len(first), line, value, text)
    if long:
        line, value = first[long[0]], shorten(long[0])
        text = f"{len(long)} of {len(first)} labels of {name} are shortened: {value} in line {line}."
        yield TableHint("shortened", name, len(long), len(first), line, value, text)


def _visible(label: str) -> str:
    """Return a label with each control character replaced by its code."""
    return shorten(
        "".join(each if is_one_line(each) else f"\\x{ord(each):02x}" for each in label[:MAX_NAME_LENGTH])
    )


def outliers_in(values: Floats) -> tuple[list[int], float] | None:
    """Return the positions of outliers among values, farthest first, and the fraction spanned by the rest.

    Outliers are the fewest values, at most a twentieth, without which the others span less than
    `SQUASHED_FRACTION` of the range. None: there are none.
    """
    count = len(values)
    if count < _MIN_VALUES:
        return None
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    span = float(ranked[-1] - ranked[0])
    if span == 0:
        return None
    for left in range(1, max(1, int(count * _MAX_OUTLIER_FRACTION)) + 1):
        spans = ranked[count - left - 1 :] - ranked[: left + 1]
        first = int(spans.argmin())
        kept = ranked[first : first + count - left]
        if float(spans[first]) <= SQUASHED_FRACTION * span and len(np.unique(kept)) > 2:
            outside = [*order[:first], *order[first + count - left :]]
            middle = float(np.median(kept))
            outside.sort(key=lambda at: -abs(float(values[at]) - middle))
            return [int(at) for at in outside], float(spans[first]) / span
    return None


def outlier_hint(name: str, values: Floats, lines: list[int]) -> tuple[TableHint, list[int]] | None:
    """Return the hint about a column's outliers, and their positions; None if there are none."""
    found = outliers_in(values)
    if found is None:
        return None
    positions, fraction = found
    line, value = lines[positions[0]], plain_text(float(f"{values[positions[0]]:.6g}"))
    percent = float(f"{100 * fraction:.2g}")
    many = "a value" if len(positions) == 1 else f"{len(positions)} values"
    text = (
        f"{name} has {many} far from all others, such as {value} in line {line}: the others lie within "
        f"{plain_text(percent)} % of the axis."
    )
    hint = TableHint("outliers", name, len(positions), len(values), line, value, text, percent)
    return hint, positions
