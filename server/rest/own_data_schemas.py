"""Schemas of what a table of one's own holds."""

from typing import Any

from pydantic import Field

from engine.data.columns import DataColumns
from server.own_data.faults import FaultCode, LineFault, UnusableTable
from server.own_data.hints import HintCode, TableHint
from server.own_data.points import preview_rows
from server.own_data.preview import TablePreview
from server.protocol.strict_model import StrictModel

PREVIEW_ROWS = 5
"""Rows of a table that its preview shows."""

_CONFIG = {
    "problem": "classification",
    "dataset": "own",
    "points": [[-5, -5, -1], [5, 5, 1]],
    "data_columns": {
        "x1": {"name": "length", "offset": 3.25, "factor": 2.7},
        "x2": {"name": "width", "offset": 1.05, "factor": 5.9},
        "target": None,
        "classes": ["setosa", "virginica"],
    },
}

UNUSABLE_CODES = (
    *("workbook", "binary", "markup", "json"),
    *("empty", "few_rows", "many_rows", "columns", "many_columns", "no_column", "same_column"),
    *("one_class", "two_classes", "many_classes", "no_numbers", "one_spot", "bad_lines"),
)
"""Why a table gives no points."""


class PreviewColumn(StrictModel):
    """A column of a table."""

    name: str = Field(description="Its name; made up if it has none.", examples=["length"])
    is_number: bool = Field(description="Whether most of its cells are numbers.", examples=[True])
    is_index: bool = Field(
        description="Whether it only counts the rows, as pandas writes it.", examples=[False]
    )


class PreviewRow(StrictModel):
    """A row as it stands in the table."""

    line: int = Field(description="The line on which it begins, from 1.", examples=[2])
    cells: list[str] = Field(description="Its cells, long ones cut.", examples=[["1.4", "0.2", "setosa"]])


class PreviewFault(StrictModel):
    """A line that cannot be used."""

    line: int = Field(description="The line, from 1.", examples=[7])
    column: str | None = Field(description="The column; null: the line as a whole.", examples=["width"])
    code: FaultCode = Field(
        description="What is wrong: no number, a number that is too large, no label, another number of cells "
        "than columns, or a quotation mark that is not closed.",
        examples=["number"],
    )
    value: str = Field(description="What stands there, long ones cut.", examples=["four"])
    expected: str = Field(description="What was expected.", examples=["a number"])
    count: int | None = Field(description="The number in `expected`, if there is one.", examples=[None])
    text: str = Field(
        description="All of this in a sentence.",
        examples=["Line 7, column width: expected a number, got four."],
    )


class PreviewHint(StrictModel):
    """Something remarkable in a column, which can be used all the same."""

    code: HintCode = Field(
        description="What it is: cells of a column of numbers that are none; numbers in a column of labels; "
        "numbers with a unit; values so far from all others that those lie close together; control "
        "characters in labels, which are left out; labels that are shortened.",
        examples=["outliers"],
    )
    column: str = Field(description="The column.", examples=["length"])
    count: int = Field(description="How many cells, values or labels it concerns.", examples=[1])
    total: int = Field(description="Of how many; of cells, those of the first 20,000 rows.", examples=[40])
    line: int = Field(description="The line of the first of them, of outliers the farthest.", examples=[21])
    value: str = Field(description="What stands there, long ones cut.", examples=["1000000"])
    share: float | None = Field(
        description="Of outliers, the percentage of the axis on which all other values lie.", examples=[0.2]
    )
    text: str = Field(
        description="All of this in a sentence.",
        examples=["3 of 40 cells of length are not numbers, such as n/a in line 7."],
    )


class PreviewClass(StrictModel):
    """A class of the target."""

    name: str = Field(description="Its label.", examples=["setosa"])
    points: int = Field(description="How many of the points it has.", examples=[50])


class PreviewReason(StrictModel):
    """Why there are no settings of a training."""

    code: str = Field(
        description=f"A stable name: {', '.join(UNUSABLE_CODES)}.",
        examples=["bad_lines"],
    )
    text: str = Field(description="The same in a sentence.", examples=["2 lines cannot be used."])
    values: dict[str, str | int] = Field(description="The values in it.", examples=[{"count": 2}])


class OwnDataPreview(StrictModel):
    """What a table holds, and the settings of a training with its points."""

    config: dict[str, Any] | None = Field(
        description="Settings of a training: problem, dataset, points, and where they come from. They can "
        "be given to a session or a run. Null: there are none, for the reason in `unusable`.",
        examples=[_CONFIG],
    )
    unusable: PreviewReason | None = Field(
        description="Why there are no settings; null: there are.", examples=[None]
    )
    encoding: str = Field(description="The encoding of the text.", examples=["utf-8"])
    separator: str = Field(description="What stands between two cells.", examples=[","])
    decimal: str = Field(description="The decimal separator.", examples=["."])
    header: bool = Field(description="Whether the first row has the names of the columns.", examples=[True])
    columns: list[PreviewColumn] = Field(description="The columns, from the left.")
    x1: int | None = Field(description="Which column is x1, from 0.", examples=[0])
    x2: int | None = Field(description="Which column is x2, from 0.", examples=[1])
    target: int | None = Field(description="Which column is the target, from 0.", examples=[2])
    problem: str | None = Field(description="The problem.", examples=["classification"])
    problems: list[str] = Field(
        description="The problems that this target can be for, the likeliest first.",
        examples=[["classification"]],
    )
    classes: list[PreviewClass] = Field(description="The classes and their points; empty for regression.")
    rows: list[PreviewRow] = Field(description=f"The first {PREVIEW_ROWS} rows.")
    total_rows: int = Field(description="Rows with values, without the header.", examples=[100])
    usable_rows: int = Field(description="How many of them can be used.", examples=[100])
    bad_lines: int = Field(description="How many cannot be used.", examples=[0])
    faults: list[PreviewFault] = Field(description="The first of those, with the reasons.")
    hints: list[PreviewHint] = Field(description="What is remarkable in the columns, and can be changed.")
    outliers_left_out: int = Field(
        description="How many lines are left out by `skip_outliers`.", examples=[0]
    )
    points: int = Field(
        description="Number of points; if there are fewer than usable rows, they are a random sample.",
        examples=[100],
    )
    data_columns: DataColumns | None = Field(description="Names and scaling of the columns.")


def preview_of(found: TablePreview, encoding: str) -> OwnDataPreview:
    """Return what was found in a table as the answer of REST."""
    table, points, choice = found.table, found.points, found.choice
    names = () if points is None else points.columns.classes
    return OwnDataPreview.model_construct(
        config=found.config,
        unusable=None if found.unusable is None else _reason(found.unusable),
        encoding=encoding,
        separator=table.separator,
        decimal=table.decimal,
        header=table.has_header,
        columns=[
            PreviewColumn(name=each.name, is_number=each.is_number, is_index=each.is_index)
            for each in table.columns
        ],
        x1=None if choice is None else choice.x1,
        x2=None if choice is None else choice.x2,
        target=None if choice is None else choice.target,
        problem=found.problem,
        problems=found.problems,
        classes=[
            PreviewClass(name=name, points=count)
            for name, count in zip(names, () if points is None else points.counts, strict=True)
        ],
        rows=[PreviewRow(line=line, cells=cells) for line, cells in preview_rows(table, PREVIEW_ROWS)],
        total_rows=len(table.rows),
        usable_rows=found.usable_rows,
        bad_lines=found.bad_lines,
        faults=[_fault(each) for each in found.faults],
        hints=[_hint(each) for each in found.hints],
        outliers_left_out=found.outliers_left_out,
        points=0 if points is None else len(points.rows),
        data_columns=None if points is None else points.columns,
    )


def _reason(reason: UnusableTable) -> PreviewReason:
    return PreviewReason(code=reason.code, text=reason.text, values=reason.values)


def _hint(hint: TableHint) -> PreviewHint:
    return PreviewHint.model_construct(
        code=hint.code,
        column=hint.column,
        count=hint.count,
        total=hint.total,
        line=hint.line,
        value=hint.value,
        share=hint.share,
        text=hint.text,
    )


def _fault(fault: LineFault) -> PreviewFault:
    return PreviewFault.model_construct(
        line=fault.line,
        column=fault.column,
        code=fault.code,
        value=fault.value,
        expected=fault.expected,
        count=fault.count,
        text=fault.text,
    )
