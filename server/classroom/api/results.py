"""REST for teachers: what came of a lesson, and the join link as a picture."""

import asyncio
import re
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from server.classroom import errors
from server.classroom.api.dependencies import TeachersRoom, page_urls_of
from server.classroom.api.qr import svg
from server.classroom.reports.results import Result, results_of, table
from server.classroom.reports.summary import ClassSummary, class_of, summary
from server.rest.dependencies import TABLE, Format, reject_unknown_parameters
from server.rest.errors import COMMON

router = APIRouter(
    prefix="/api/rooms/{room}",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON | errors.NO_ROOM,
)

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        "description": "The picture, black on white, with the white border that readers need.",
    }
}


@router.get("/results", summary="Results", response_model=list[Result], responses={200: TABLE})
async def read_results(
    request: Request, room: TeachersRoom, format_: Annotated[Format, Query(alias="format")] = "json"
) -> Any:
    """Return what each learner came to: as JSON, or as a table that spreadsheets open.

    In the table no cell is a formula: text that begins as one has an apostrophe before it.
    """
    results = results_of(room, page_urls_of(request))
    if format_ == "json":
        return results
    text = await asyncio.to_thread(table, results)
    return Response(text, media_type="text/csv", headers={"Content-Disposition": _attachment(room.name)})


@router.get("/summary", summary="A summary of the class")
async def read_summary(room: TeachersRoom) -> ClassSummary:
    """Return counts that can be drawn: architectures, activations, learning rates, losses, goals reached."""
    return summary(class_of(room))


@router.get("/qr.svg", summary="The join link as a QR code", response_class=Response, responses=_PICTURE)
async def draw_code(request: Request, room: TeachersRoom) -> Response:
    """Return a picture that a phone or tablet reads, at an address that other machines reach."""
    return Response(svg(page_urls_of(request).join(room.code)), media_type="image/svg+xml")


def _attachment(name: str) -> str:
    """Name the file as the room is named."""
    plain = re.sub(r"[^\w-]+", "-", name).strip("-") or "room"
    return f"attachment; filename=\"results.csv\"; filename*=UTF-8''{quote(plain)}.csv"
