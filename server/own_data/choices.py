"""Chooses the columns of a table for x1, x2 and the target, and the types of problem that fit the target."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from engine.data.columns import MAX_CLASSES
from server.own_data.cells import SAMPLE_ROWS
from server.own_data.numbers import plain_text
from server.own_data.table import Table

_TARGET_NAMES = frozenset(
    {
        *("class", "label", "labels", "target", "species", "category", "type", "group"),
        *("类别", "類別", "标签", "標籤", "分类", "分類", "目标", "目標"),
    }
)
"""Frequent names of label columns, in lower case."""

_NO_LABEL = frozenset({"", "?", "na", "n/a", "nan", "null"})
"""Texts for a missing label, in lower case. `-` and `none` may be labels."""

_FEW_REPEATED = 3
"""Whole numbers are taken for labels if each occurs at least so often, on average."""


class Choice(NamedTuple):
    """The positions of the chosen columns, from 0."""

    x1: int
    x2: int
    target: int


def choose_columns(table: Table, wanted: dict[str, int | None]) -> Choice | None:
    """Return the wanted columns, and the likeliest ones for the rest; None if there are too few columns.

    Args:
        table: the table.
        wanted: the positions of columns, from 0, by `x1`, `x2` and `target`; None to choose one.
    """
    taken = {at for at in wanted.values() if at is not None}
    target = wanted.get("target")
    if target is None:
        target = _likeliest_target(table, taken)
        if target is None:
            return None
        taken.add(target)
    found = []
    for name in ("x1", "x2"):
        at = wanted.get(name)
        if at is None:
            at = next((each for each in _columns_by_kind(table) if each not in taken), None)
            if at is None:
                return None
            taken.add(at)
        found.append(at)
    return Choice(found[0], found[1], target)


def _columns_by_kind(table: Table) -> list[int]:
    """Return the positions of all columns: numbers first, then texts, then row numbers."""
    columns = list(enumerate(table.columns))
    return [
        at for at, _ in sorted(columns, key=lambda each: (each[1].is_index, not each[1].is_number, each[0]))
    ]


def _likeliest_target(table: Table, taken: set[int]) -> int | None:
    free = [at for at in range(len(table.columns)) if at not in taken and not table.columns[at].is_index]
    named = [at for at in free if table.columns[at].name.lower() in _TARGET_NAMES]
    texts = [at for at in free if not table.columns[at].is_number]
    few = [at for at in texts if 2 <= len(count_labels(table, at, SAMPLE_ROWS)) <= MAX_CLASSES]
    return next((each[-1] for each in (named, few, texts, free) if each), None)


def count_labels(
    table: Table, at: int, max_rows: int | None = None, beside: Sequence[int] = ()
) -> Counter[str]:
    """Return how often each label stands in a column.

    Args:
        table: the table.
        at: the column's position.
        max_rows: how many of the first rows are counted; by default all.
        beside: columns of numbers; rows that have none there cannot be used, and their labels do not count.
    """
    rows = table.rows if max_rows is None else table.rows[:max_rows]
    is_number = table.columns[at].is_number
    found: Counter[str] = Counter()
    for row in rows:
        cells = table.cells_of(row)
        if cells is not None and all(table.number(cells[each]) is not None for each in beside):
            label = parse_label(table, cells[at], is_number=is_number)
            if label is not None:
                found[label] += 1
    return found


def parse_label(table: Table, cell: str, *, is_number: bool) -> str | None:
    """Return the label in a cell, a number in its shortest form; None if there is none."""
    if not is_number:
        return None if cell.strip().lower() in _NO_LABEL else cell.strip()
    value = table.number(cell)
    return None if value is None else plain_text(value)


def sort_labels(labels: Sequence[str], *, is_number: bool) -> list[str]:
    """Return labels in the order of their class numbers: numeric ones by value, others alphabetically."""
    return sorted(labels, key=float) if is_number else sorted(labels)


def problems_for(table: Table, choice: Choice) -> list[str]:
    """Return the types of problem that fit the target's column, the likeliest first."""
    is_number = table.columns[choice.target].is_number
    labels = count_labels(table, choice.target, beside=choice[:2])
    if len(labels) < 2:  # rows without a valid label are reported line by line
        labels = count_labels(table, choice.target)
    count = len(labels)
    classes = ["classification"] if count == 2 else ["multiclass"] if 2 < count <= MAX_CLASSES else []
    if count == 2:
        classes.append("multiclass")
    if not is_number:
        return classes
    whole = all(float(label).is_integer() for label in labels)
    repeated = labels.total() >= _FEW_REPEATED * count
    numbers = ["regression"] if count > 1 else []
    return [*classes, *numbers] if classes and whole and repeated else [*numbers, *classes]
