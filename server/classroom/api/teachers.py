"""REST for teachers of a server with a teachers' password: getting a key, and the list of all rooms."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field

from server.classroom import errors
from server.classroom.api.dependencies import get_room_manager
from server.classroom.model.room import Room
from server.classroom.schemas import TeacherLogin
from server.errors.problems import Problem
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import BODY, COMMON, UNAVAILABLE, Responses
from server.rest.json_bodies import JsonRoute

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

KEY_NEEDED: Responses = {
    401: {
        "model": Problem,
        "description": "`teacher_key_needed`: the server has a teachers' password, and the key is missing, "
        "wrong, or has expired. `POST /api/teachers` gives one.",
    }
}

Key = Annotated[
    str,
    Header(
        alias="X-Teacher-Key",
        description="The key from `POST /api/teachers`; not needed where no teachers' password is set.",
        examples=[""],
    ),
]


class TeacherKeyState(BaseModel):
    """A key for all rooms of the server."""

    key: str = Field(
        description="To be sent in the header `X-Teacher-Key` to open or list rooms, and in `X-Room-Key` for "
        "any room.",
        examples=["1760043200-5f0c"],
    )
    expires: float = Field(
        description="Until when it is valid. Seconds of Unix time.", examples=[1_760_043_200.0]
    )


class RoomEntry(BaseModel):
    """A room in the list of all rooms."""

    id: str = Field(description="The room's id.", examples=["xK4f0aW9s2Qe"])
    name: str = Field(description="The room's name.", examples=["7b"])
    created: float = Field(description="Time of creation. Seconds of Unix time.", examples=[1_760_000_000.0])
    ends: float = Field(
        description="Time at which the room is removed. Seconds of Unix time.", examples=[1_760_086_400.0]
    )
    learners: int = Field(description="Number of seats.", examples=[24])
    online: int = Field(description="Number of learners of whom a page is connected.", examples=[23])


def require_teacher(request: Request, key: Key = "") -> None:
    """Raise `ProblemError` if the server has a teachers' password and the request no valid key."""
    keys = get_room_manager(request).teacher_keys
    if keys.required and not keys.accepts(key):
        raise errors.teacher_key_needed()


@router.post(
    "/teachers",
    summary="Create a teacher's key",
    responses={
        **BODY,
        403: {
            "model": Problem,
            "description": "`wrong_password`; or `no_teacher_password`: there is none.",
        },
    },
)
async def log_in(request: Request, login: TeacherLogin) -> TeacherKeyState:
    """Return a key for the teachers' password. It opens and lists rooms, and is valid for twelve hours."""
    address = request.client.host if request.client else None
    issued = await get_room_manager(request).teacher_keys.issue(login.password, address)
    return TeacherKeyState(**issued._asdict())


@router.get(
    "/rooms",
    summary="List all rooms",
    dependencies=[Depends(require_teacher)],
    responses={
        **KEY_NEEDED,
        403: {
            "model": Problem,
            "description": "`no_teacher_password`: rooms are listed only with a teachers' password.",
        },
        **UNAVAILABLE,
    },
)
async def list_rooms(request: Request) -> list[RoomEntry]:
    """Return all rooms of the server, the newest first, for teachers who know the teachers' password."""
    room_manager = get_room_manager(request)
    if not room_manager.teacher_keys.required:
        raise errors.no_teacher_password()
    if not room_manager.loaded:
        raise errors.unavailable()
    return [_entry(room) for room in sorted(room_manager.rooms.values(), key=lambda room: -room.created)]


def _entry(room: Room) -> RoomEntry:
    return RoomEntry(
        id=room.id,
        name=room.name,
        created=room.created,
        ends=room.ends,
        learners=len(room.members),
        online=sum(member.online > 0 for member in room.members.values()),
    )
