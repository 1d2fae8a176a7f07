"""REST for the projector: what it shows of a room, and the join link as a QR code."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from server.classroom import errors
from server.classroom.api.dependencies import RoomId, get_room_manager, page_urls_of
from server.classroom.api.qr import svg
from server.classroom.api.responses import ProjectorState
from server.classroom.api.serializers import projector_state
from server.classroom.model.room import Room
from server.classroom.service.projector import get_projected_room
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import COMMON, Responses

router = APIRouter(
    prefix="/api/rooms/{room}",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON | errors.NO_ROOM,
)

_PICTURE: Responses = {
    200: {
        "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        "description": "The QR code, black on white, with the white border that scanners need.",
    }
}

_Key = Annotated[
    str,
    Header(
        alias="X-Room-Key",
        description="The projector's key, from the room's `projector_url`; or the teacher's.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    ),
]


def projected_room_of(request: Request, room: RoomId, key: _Key = "") -> Room:
    """Return the room of a path for the projector's or the teacher's key; raises `ProblemError`."""
    return get_projected_room(get_room_manager(request), room, key)


ProjectedRoom = Annotated[Room, Depends(projected_room_of)]


@router.get("/projector", summary="Read the projector view")
async def read_projector(request: Request, room: ProjectedRoom) -> ProjectorState:
    """Return what the projector shows of a room: how to join, the leaderboard, whose network is shown."""
    return projector_state(room, page_urls_of(request))


@router.get("/qr.svg", summary="Read the join link as a QR code", response_class=Response, responses=_PICTURE)
async def draw_code(request: Request, room: ProjectedRoom) -> Response:
    """Return the QR code of the join link, at an address that other machines reach."""
    return Response(svg(page_urls_of(request).join(room.code)), media_type="image/svg+xml")
