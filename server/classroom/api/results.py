"""REST for teachers: the results of a lesson."""

import asyncio
import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from server.classroom import errors
from server.classroom.api.dependencies import TeachersRoom, page_urls_of
from server.classroom.reports.results import Result, results_of
from server.classroom.reports.results_csv import to_csv
from server.classroom.reports.summary import ClassSummary, learner_states_of, summary
from server.rest.dependencies import Format, reject_unknown_parameters
from server.rest.errors import COMMON
from server.rest.media_types import CSV_RESPONSE, CsvResponse

router = APIRouter(
    prefix="/api/rooms/{room}",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON | errors.NO_ROOM,
)


HiddenFormat = Annotated[Format, Query(alias="format", include_in_schema=False)]


@router.get("/results", summary="Read the results", response_model=list[Result])
async def read_results(request: Request, room: TeachersRoom, format_: HiddenFormat = "json") -> Any:
    """Return the result of each learner. `results.csv` is the same as a table."""
    if format_ == "csv":
        return await read_results_csv(request, room)
    return results_of(room, page_urls_of(request))


@router.get(
    "/results.csv", summary="Read the results as CSV", response_class=CsvResponse, responses=CSV_RESPONSE
)
async def read_results_csv(request: Request, room: TeachersRoom) -> Response:
    """Return the result of each learner as a table for spreadsheets, which browsers save as a file.

    No cell of the table is a formula: text that begins like one gets a leading apostrophe.
    """
    text = await asyncio.to_thread(to_csv, results_of(room, page_urls_of(request)))
    return CsvResponse(text, headers={"Content-Disposition": _attachment(room.name)})


@router.get("/summary", summary="Read the class summary")
async def read_summary(room: TeachersRoom) -> ClassSummary:
    """Return counts for charts: architectures, activations, learning rates, losses, goals reached."""
    return summary(learner_states_of(room))


def _attachment(name: str) -> str:
    """Return a `Content-Disposition` header that names the file after the room."""
    plain = re.sub(r"[^\w-]+", "-", name).strip("-") or "room"
    return f"attachment; filename=\"results.csv\"; filename*=UTF-8''{quote(plain)}.csv"
