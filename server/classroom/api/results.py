"""REST for teachers: the results of a lesson."""

import asyncio
import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from server.classroom import errors
from server.classroom.api.dependencies import TeachersRoom, page_urls_of
from server.classroom.reports.results import Result, results_of, to_csv
from server.classroom.reports.summary import ClassSummary, learner_states_of, summary
from server.rest.dependencies import TABLE, Format, reject_unknown_parameters
from server.rest.errors import COMMON

router = APIRouter(
    prefix="/api/rooms/{room}",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON | errors.NO_ROOM,
)


@router.get("/results", summary="Results", response_model=list[Result], responses={200: TABLE})
async def read_results(
    request: Request, room: TeachersRoom, format_: Annotated[Format, Query(alias="format")] = "json"
) -> Any:
    """Return the result of each learner, as JSON or as a CSV table for spreadsheets.

    No cell of the table is a formula: text that begins like one gets a leading apostrophe.
    """
    results = results_of(room, page_urls_of(request))
    if format_ == "json":
        return results
    text = await asyncio.to_thread(to_csv, results)
    return Response(text, media_type="text/csv", headers={"Content-Disposition": _attachment(room.name)})


@router.get("/summary", summary="A summary of the class")
async def read_summary(room: TeachersRoom) -> ClassSummary:
    """Return counts for charts: architectures, activations, learning rates, losses, goals reached."""
    return summary(learner_states_of(room))


def _attachment(name: str) -> str:
    """Return a `Content-Disposition` header that names the file after the room."""
    plain = re.sub(r"[^\w-]+", "-", name).strip("-") or "room"
    return f"attachment; filename=\"results.csv\"; filename*=UTF-8''{quote(plain)}.csv"
