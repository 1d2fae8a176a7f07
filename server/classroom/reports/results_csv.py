"""Results of learners as CSV that is safe to open in a spreadsheet."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.config import TrainingConfig
from server.classroom.reports.results import Result

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Byte order mark. Without it Excel does not read the file as UTF-8."""

FORMULA_PREFIXES = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)
"""Prefixes of formulas in spreadsheets, with the full-width forms that East Asian versions accept."""

_LATER_FORMULA = re.compile(rf"([;\t\r\n])(?=\s*[{''.join(map(re.escape, FORMULA_PREFIXES))}])")
"""A character at which a spreadsheet may split a cell, and behind it the beginning of a formula."""

Cell = str | int | float | None

RESULT_COLUMNS = (
    *("learner", "handed_in", "reached", "fresh_solved", "fresh_runs", "epochs", "train_loss", "test_loss"),
    *("train_accuracy", "test_accuracy", "shape", "weights", "seconds", "runs", "edited", "link"),
    *("score", "counted_epochs", "steps", "points_seen", "task", "attempts"),
    *("lesson", "lesson_step", "lesson_steps", "checks_reached", "checks", "finished"),
    *("opened_in_steps", "lesson_title"),
)
"""Columns of the table before those of the settings; names of fields of `Result`."""


def to_csv(results: Iterable[Result]) -> str:
    """Return results as CSV: a header line, then a line for each learner; unknown values are empty."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([*RESULT_COLUMNS, *TrainingConfig.model_fields])
    for result in results:
        writer.writerow([escape_formula(cell) for cell in _cells(result)])
    return text.getvalue()


def escape_formula(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet reads as a formula: text like one gets a leading apostrophe.

    So does each part behind a semicolon, tab or line break: a spreadsheet that splits lines at semicolons, as
    German and French ones do, takes no notice of quotes within a line.
    """
    if not isinstance(cell, str):
        return cell
    cell = _LATER_FORMULA.sub(r"\1'", cell.replace("\0", ""))
    is_formula = cell.startswith(FORMULA_PREFIXES) or cell.strip().startswith(FORMULA_PREFIXES)
    return f"'{cell}" if is_formula else cell


def _cells(result: Result) -> Iterator[Cell]:
    for name in RESULT_COLUMNS:
        yield len(result.attempts) if name == "attempts" else _cell(getattr(result, name))
    for name in TrainingConfig.model_fields:
        yield None if result.config is None else _cell(getattr(result.config, name))


def _cell(value: object) -> Cell:
    """Return a value as one cell. Lists are joined by spaces: spreadsheets read `4,2` as a number."""
    match value:
        case bool():
            return "yes" if value else "no"
        case None | str() | int() | float():
            return value
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M:%S")
        case tuple() | list() if all(isinstance(part, str | int) for part in value):
            return " ".join(str(part) for part in value)
        case _:
            return json.dumps(value)
