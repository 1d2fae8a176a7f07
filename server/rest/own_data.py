"""REST: tables of one's own, as CSV."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints

from engine.config_fields import MAX_SEED
from server.errors.problems import Problem
from server.own_data.cells import MAX_COLUMNS
from server.own_data.encoding import Encoding, decode
from server.own_data.preview import TableOptions, preview
from server.rest.call_charges import handle_large_body
from server.rest.dependencies import json_response, reject_unknown_parameters
from server.rest.errors import COMMON
from server.rest.media_types import Responses
from server.rest.own_data_schemas import OwnDataPreview, preview_of
from server.rest.text_bodies import csv_body

router = APIRouter(
    prefix="/api/own-data",
    tags=["own data"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

EXAMPLE = "length,width,species\n1.4,0.2,setosa\n5.1,1.9,virginica\n"

CSV_BODY = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}

_TEXT: Responses = {
    415: {"model": Problem, "description": "The body is not sent as `text/csv`."},
}

_PARSING_COST = 1.0
"""Milliseconds charged for each in which a table is read: in Python, which lets other threads run between."""

Separator = Annotated[
    Literal[",", ";", "\t", "|", " "] | None,
    Query(description="What stands between two cells; by default it is found out."),
]
Decimal = Annotated[
    Literal[".", ","] | None, Query(description="The decimal separator; by default it is found out.")
]
HasHeader = Annotated[
    bool | None,
    Query(description="Whether the first row has the names of the columns; by default it is found out."),
]
ColumnName = Annotated[
    str | None,
    Query(
        description="The name of a column, or its position from 0; by default it is chosen.", max_length=200
    ),
]
AsNumbers = Annotated[
    list[Annotated[str, StringConstraints(max_length=200)]] | None,
    Query(
        description="A column that is read as numbers, whatever its cells are; may stand several times.",
        max_length=MAX_COLUMNS,
    ),
]
AsLabels = Annotated[
    list[Annotated[str, StringConstraints(max_length=200)]] | None,
    Query(
        description="A column that is read as labels; may stand several times.",
        max_length=MAX_COLUMNS,
    ),
]
ProblemName = Annotated[
    Literal["classification", "multiclass", "regression"] | None,
    Query(description="The problem; by default it follows from the target."),
]


@router.post(
    "/preview",
    summary="Read a table as CSV",
    response_model=OwnDataPreview,
    responses=_TEXT,
    openapi_extra=CSV_BODY,
)
async def preview_table(
    request: Request,
    separator: Separator = None,
    decimal: Decimal = None,
    header: HasHeader = None,
    x1: ColumnName = None,
    x2: ColumnName = None,
    target: ColumnName = None,
    problem: ProblemName = None,
    numbers: AsNumbers = None,
    labels: AsLabels = None,
    skip_invalid: Annotated[bool, Query(description="Leave out the lines that cannot be used.")] = False,
    skip_outliers: Annotated[
        bool, Query(description="Leave out the lines with outliers, which `hints` tells of.")
    ] = False,
    seed: Annotated[
        int, Query(ge=0, le=MAX_SEED, description="The seed of the sample, if there are too many rows.")
    ] = 0,
    encoding: Annotated[
        Encoding, Query(description="The encoding of bytes that are neither UTF-8 nor marked as UTF-16.")
    ] = "windows-1252",
    force_encoding: Annotated[
        bool, Query(description="Read the bytes in `encoding`, whatever they look like.")
    ] = False,
) -> Response:
    """Return what a table holds, and in `config` the settings of a training with its points.

    Two columns of numbers become x1 and x2, scaled to the plane, and one the target: labels are classes,
    numbers a regression, scaled to -1 to 1. Of more rows than a training may have points, a random sample is
    taken. `unusable` and `faults` say what cannot be used and why. Nothing is stored.
    """
    settings = request.app.state.settings
    body = await csv_body(request, settings.max_body)
    options = TableOptions(
        separator,
        decimal,
        header,
        x1,
        x2,
        target,
        problem,
        numbers=tuple(numbers or ()),
        labels=tuple(labels or ()),
        skip_invalid=skip_invalid,
        skip_outliers=skip_outliers,
        seed=seed,
    )
    decode_table = partial(decode, encoding=encoding, force=force_encoding)
    read = partial(_preview, options=options, max_points=settings.max_points, decode_table=decode_table)
    return await json_response(await handle_large_body(request, body, read, _PARSING_COST))


def _preview(
    body: bytes, *, options: TableOptions, max_points: int, decode_table: Callable[[bytes], tuple[str, str]]
) -> OwnDataPreview:
    text, name = decode_table(body)
    return preview_of(preview(text, options, max_points=max_points, data=body), name)
