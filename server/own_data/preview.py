"""The preview of a table: how it is read, and the settings of a training with its points."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from engine.config_fields import MAX_POINTS
from engine.data.columns import MAX_CLASSES
from engine.data.datasets import CUSTOM
from server.own_data.cells import MAX_COLUMNS, MAX_ROWS
from server.own_data.choices import Choice, choose_columns, count_labels, problems_for
from server.own_data.content import why_not_a_table
from server.own_data.faults import LineFault, UnusableTable
from server.own_data.hints import TableHint, hints_of, outlier_hint
from server.own_data.points import OwnPoints, ReadRows, are_on_one_spot, own_points, read_rows
from server.own_data.table import Table, parse_table

MIN_POINTS = 2


@dataclass(frozen=True)
class TableOptions:
    """Options for reading a table; None detects the value."""

    separator: str | None = None
    decimal: str | None = None
    header: bool | None = None
    x1: int | str | None = None
    x2: int | str | None = None
    target: int | str | None = None
    problem: str | None = None
    numbers: tuple[int | str, ...] = ()
    """Columns to be read as numbers, by name or position, whatever their cells look like."""
    labels: tuple[int | str, ...] = ()
    """Columns to be read as labels, by name or position."""
    skip_invalid: bool = False
    skip_outliers: bool = False
    seed: int = 0


@dataclass
class TablePreview:
    """How a table was read. `config` has the settings of a training; `unusable` says why there are none."""

    table: Table
    choice: Choice | None = None
    problems: list[str] = field(default_factory=list)
    problem: str | None = None
    faults: list[LineFault] = field(default_factory=list)
    bad_lines: int = 0
    hints: list[TableHint] = field(default_factory=list)
    outliers_left_out: int = 0
    usable_rows: int = 0
    points: OwnPoints | None = None
    config: dict[str, Any] | None = None
    unusable: UnusableTable | None = None


def preview(
    text: str, options: TableOptions, *, max_points: int = MAX_POINTS, data: bytes = b""
) -> TablePreview:
    """Read a text as a table, and make the settings of a training with its points.

    Args:
        text: the table as CSV.
        options: how to read it.
        max_points: the most points of a training; of more rows a random sample is taken.
        data: the bytes of the text, which reveal files that are no text.
    """
    if other := why_not_a_table(data) or why_not_a_table(text):
        return TablePreview(parse_table(""), unusable=other)
    table = parse_table(text, separator=options.separator, decimal=options.decimal, header=options.header)
    found = TablePreview(table)
    found.unusable = _set_kinds(found, options) or _choose(found, options)
    if found.choice is not None:
        found.hints = hints_of(found.table, found.choice)
    if found.unusable is not None or found.choice is None or found.problem is None:
        return found
    table = found.table
    read = read_rows(table, found.choice, as_labels=found.problem != "regression")
    _find_outliers(found, found.choice, read, leave_out=options.skip_outliers)
    found.faults, found.bad_lines, found.usable_rows = read.faults, read.bad_lines, len(read.inputs)
    found.unusable = _why_unusable(read, found.problem, skip=options.skip_invalid)
    enough = len(read.inputs) >= MIN_POINTS and (found.unusable is None or found.unusable.code == "bad_lines")
    if enough:
        limit = min(max_points, MAX_POINTS)
        found.points = own_points(table, found.choice, read, found.problem, limit, options.seed)
    if found.points is not None and found.unusable is None:
        found.config = _config(found.problem, found.points)
    return found


def _set_kinds(found: TablePreview, options: TableOptions) -> UnusableTable | None:
    """Apply `options.numbers` and `options.labels`; return the error if that is impossible."""
    columns = list(found.table.columns)
    for is_number, names in ((True, options.numbers), (False, options.labels)):
        for name in names:
            at = _position(found.table, name)
            if at is None:
                return UnusableTable("no_column", f"There is no column {name!r}.", {"column": str(name)})
            columns[at] = replace(columns[at], is_number=is_number, is_index=False)
    found.table = replace(found.table, columns=tuple(columns))
    return None


def _find_outliers(found: TablePreview, choice: Choice, read: ReadRows, *, leave_out: bool) -> None:
    """Add hints about outliers in the chosen columns; remove their rows if `remove_rows`."""
    if not read.inputs:
        return
    values = [*np.array(read.inputs, dtype=np.float64).T]
    if found.problem == "regression":
        values.append(np.array(read.targets, dtype=np.float64))
    outside: set[int] = set()
    for at, column in zip(choice, values, strict=False):
        hint = outlier_hint(found.table.columns[at].name, column, read.lines)
        if hint is not None:
            found.hints.append(hint[0])
            outside.update(hint[1])
    if leave_out:
        read.remove_rows(outside)
        found.outliers_left_out = len(outside)


def _choose(found: TablePreview, options: TableOptions) -> UnusableTable | None:
    """Choose the columns and the type of problem; return the error if there are none."""
    table = found.table
    width = len(table.columns)
    if not table.rows:
        return UnusableTable("empty", "There is no row with values.")
    if len(table.rows) > MAX_ROWS:
        return UnusableTable("many_rows", f"More than {MAX_ROWS:,} rows.", {"most": MAX_ROWS})
    if width > MAX_COLUMNS:
        return UnusableTable("many_columns", f"More than {MAX_COLUMNS} columns.", {"most": MAX_COLUMNS})
    if width < 3:
        text = f"Expected at least three columns, two of numbers and one of labels; found {width}."
        return UnusableTable("columns", text, {"count": width})
    if len(table.rows) < MIN_POINTS:
        return UnusableTable("few_rows", "There are fewer than two rows with values.", {"count": 1})
    positions: dict[str, int | None] = {}
    for name in ("x1", "x2", "target"):
        wanted = getattr(options, name)
        at = _position(table, wanted)
        if wanted is not None and at is None:
            return UnusableTable("no_column", f"There is no column {wanted!r}.", {"column": str(wanted)})
        positions[name] = at
    chosen = [at for at in positions.values() if at is not None]
    if len(set(chosen)) < len(chosen):
        return UnusableTable("same_column", "x1, x2 and target must be three different columns.")
    found.choice = choose_columns(table, positions)
    if found.choice is None:
        return UnusableTable("columns", "There are too few columns.", {"count": width})
    return _choose_problem(found, found.choice, options.problem)


def _choose_problem(found: TablePreview, choice: Choice, wanted: str | None) -> UnusableTable | None:
    found.problems = problems_for(found.table, choice)
    name = found.table.columns[choice.target].name
    if wanted is None or wanted in found.problems:
        found.problem = wanted or next(iter(found.problems), None)
    if found.problem is not None:
        return None
    count = len(count_labels(found.table, choice.target))
    values: dict[str, str | int] = {"column": name, "count": count, "most": MAX_CLASSES}
    if count < 2:
        return UnusableTable("one_class", f"All rows have the same value in the column {name}.", values)
    if wanted == "classification" and found.problems:
        return UnusableTable("two_classes", f"The column {name} has {count} classes, not two.", values)
    if wanted == "regression":
        return UnusableTable("no_numbers", f"The column {name} has no numbers.", values)
    text = f"The column {name} has {count} different labels; at most {MAX_CLASSES} classes can be learned."
    return UnusableTable("many_classes", text, values)


def _position(table: Table, wanted: int | str | None) -> int | None:
    """Return the position of a column given by name or position; None if there is no such column."""
    if isinstance(wanted, int):
        return wanted if 0 <= wanted < len(table.columns) else None
    names = [column.name for column in table.columns]
    if wanted in names:
        return names.index(wanted)
    return _position(table, int(wanted)) if wanted and re.fullmatch("[0-9]{1,4}", wanted) else None


def _why_unusable(read: ReadRows, problem: str, *, skip: bool) -> UnusableTable | None:
    if len(read.inputs) < MIN_POINTS:
        first = f" {read.faults[0].text}" if read.faults else ""
        text = f"Fewer than two rows can be used.{first}"
        return UnusableTable("few_rows", text, {"count": len(read.inputs)})
    if len(set(read.targets)) < 2:
        return UnusableTable("one_class", "All usable rows have the same target.", {"column": "", "count": 1})
    if are_on_one_spot(read.inputs):
        return UnusableTable("one_spot", "All points lie on one spot: x1 and x2 are the same in every row.")
    if problem == "classification" and len(set(read.targets)) > 2:
        return UnusableTable("two_classes", "There are more than two classes.", {"column": "", "count": 3})
    if read.bad_lines and not skip:
        many = "1 line" if read.bad_lines == 1 else f"{read.bad_lines} lines"
        text = f"{many} cannot be used. {read.faults[0].text}"
        return UnusableTable("bad_lines", text, {"count": read.bad_lines})
    return None


def _config(problem: str, points: OwnPoints) -> dict[str, Any]:
    columns = points.columns
    several = {"classes": len(columns.classes)} if problem == "multiclass" else {}
    return {
        "problem": problem,
        "dataset": CUSTOM,
        **several,
        "points": points.rows,
        "data_columns": columns.model_dump(mode="json"),
    }
