"""Makes the points of a training from a table, and collects the lines that cannot be used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.data.columns import DataColumns
from server.own_data.cells import Row, without_trailing_empty
from server.own_data.choices import Choice, parse_label, sort_labels
from server.own_data.faults import FaultCode, LineFault, shorten
from server.own_data.numbers import MAX_NUMBER, is_missing
from server.own_data.scaling import REACH, TARGET_REACH, fit_column, scale
from server.own_data.table import Table, clean_name, make_distinct

MAX_FAULTS = 20
"""Maximum number of wrong lines that are told one by one."""


@dataclass
class ReadRows:
    """The values of the chosen columns in the usable rows, and the faults of the others.

    Attributes:
        lines: the line of each usable row.
        inputs: x1 and x2 of each usable row.
        targets: the number or the label of each usable row.
        faults: the first `MAX_FAULTS` lines that cannot be used.
        bad_lines: the number of lines that cannot be used.
    """

    lines: list[int] = field(default_factory=list)
    inputs: list[tuple[float, float]] = field(default_factory=list)
    targets: list[float | str] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)
    bad_lines: int = 0

    def remove_rows(self, positions: set[int]) -> None:
        """Remove usable rows by their positions, from 0."""
        kept = [at for at in range(len(self.lines)) if at not in positions]
        self.lines = [self.lines[at] for at in kept]
        self.inputs = [self.inputs[at] for at in kept]
        self.targets = [self.targets[at] for at in kept]


def read_rows(table: Table, choice: Choice, *, as_labels: bool) -> ReadRows:
    """Read the chosen columns of all rows; targets are labels if `as_labels`, otherwise numbers."""
    found = ReadRows()
    for row in table.rows:
        outcome = _read_row(table, choice, row, as_labels=as_labels)
        if isinstance(outcome, LineFault):
            found.bad_lines += 1
            if len(found.faults) < MAX_FAULTS:
                found.faults.append(outcome)
        else:
            found.lines.append(row.line)
            found.inputs.append(outcome[:2])
            found.targets.append(outcome[2])
    return found


def _read_row(
    table: Table, choice: Choice, row: Row, *, as_labels: bool
) -> tuple[float, float, float | str] | LineFault:
    width = len(table.columns)
    if row.cells is None:
        return LineFault(row.line, None, "a quotation mark", "quotes", "each quotation mark to be closed")
    cells = table.cells_of(row)
    if cells is None:
        count = len(without_trailing_empty(row.cells))
        return LineFault(row.line, None, str(count), "cells", f"{width} cells", width)
    values: list[float] = []
    for at in (choice.x1, choice.x2, *(() if as_labels else (choice.target,))):
        value = table.number(cells[at])
        if value is None:
            return _number_fault(table, row.line, at, cells[at])
        values.append(value)
    if not as_labels:
        return values[0], values[1], values[2]
    column = table.columns[choice.target]
    label = parse_label(table, cells[choice.target], is_number=column.is_number)
    if label is None:
        fault = _number_fault(table, row.line, choice.target, cells[choice.target])
        if column.is_number:
            return fault
        return LineFault(row.line, column.name, fault.value, "label", "the name of a class")
    return values[0], values[1], label


def _number_fault(table: Table, line: int, at: int, cell: str) -> LineFault:
    code: FaultCode = "number"
    expected = "a number"
    if not is_missing(cell) and any(each.isdigit() for each in cell):
        try:
            large = abs(float(cell.strip().replace(",", "."))) > MAX_NUMBER
        except ValueError:
            large = False
        if large:
            code, expected = "large", f"a number up to {MAX_NUMBER:g}"
    return LineFault(line, table.columns[at].name, shorten(cell), code, expected)


@dataclass(frozen=True)
class OwnPoints:
    """The points of a training, with the columns that they come from.

    Attributes:
        rows: x1, x2 and target of each point, scaled.
        columns: the names and the scaling of the columns.
        counts: the number of points of each class, in the order of `columns.classes`.
    """

    rows: list[list[float]]
    columns: DataColumns
    counts: list[int]


def own_points(
    table: Table, choice: Choice, read: ReadRows, problem: str, limit: int, seed: int
) -> OwnPoints:
    """Return the points of the usable rows, or of a random sample of `limit` of them, in the table's order.

    The scaling is fitted to all usable rows, so that every sample of a table is scaled alike.
    """
    inputs = np.array(read.inputs, dtype=np.float64)
    kept = np.arange(len(inputs))
    if len(inputs) > limit:
        kept = np.sort(np.random.default_rng(seed).choice(len(inputs), limit, replace=False))
    x1, x2 = (
        fit_column(table.columns[at].name, inputs[:, column], REACH)
        for column, at in enumerate((choice.x1, choice.x2))
    )
    target, names, counts = None, [], []
    if problem == "regression":
        numbers = np.array(read.targets, dtype=np.float64)
        target = fit_column(table.columns[choice.target].name, numbers, TARGET_REACH)
        targets = scale(numbers[kept], target)
    else:
        labels = [str(each) for each in read.targets]
        order = sort_labels(list(set(labels)), is_number=table.columns[choice.target].is_number)
        names = make_distinct([clean_name(label) or "?" for label in order])
        classes = _class_numbers(labels, order)[kept]
        counts = np.bincount(classes, minlength=len(order)).tolist()
        targets = (classes if problem == "multiclass" else 2 * classes - 1).astype(np.float64)
    columns = DataColumns(x1=x1, x2=x2, target=target, classes=tuple(names))
    plane = np.column_stack([scale(inputs[kept, 0], x1), scale(inputs[kept, 1], x2), targets])
    return OwnPoints(plane.tolist(), columns, counts)


def _class_numbers(labels: Sequence[str], order: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    number = {label: index for index, label in enumerate(order)}
    return np.array([number[label] for label in labels], dtype=np.int64)


def are_on_one_spot(inputs: Sequence[tuple[float, float]]) -> bool:
    """Return whether all points are at the same position."""
    return len(set(inputs)) == 1


def preview_rows(table: Table, count: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the shortened cells of the first `count` rows."""
    for row in table.rows[:count]:
        yield row.line, [shorten(cell) for cell in (row.cells or [])[: len(table.columns)]]
