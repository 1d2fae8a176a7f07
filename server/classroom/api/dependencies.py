"""Who calls: the room, the seat and the addresses that a request or a websocket stands for."""

from typing import Annotated

from fastapi import Depends, Header, Path, Request
from starlette.requests import HTTPConnection

from server.classroom import errors
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.settings import Settings
from server.web.pages import public_url_for
from server.web.public_urls import PageUrls

SEAT_COOKIE = "tinkernet_seat"

YEAR = 365 * 24 * 3600

RoomId = Annotated[str, Path(description="The room's id.", examples=["xK4f0aW9s2Qe"], max_length=64)]
SeatId = Annotated[str, Path(description="The seat's id.", examples=["hqA2n1vT4mNs"], max_length=64)]
Key = Annotated[
    str,
    Header(
        alias="X-Room-Key",
        description="The teacher's key, from the answer that made the room.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    ),
]


def get_room_manager(asked: HTTPConnection) -> RoomManager:
    """Return the rooms."""
    room_manager: RoomManager = asked.app.state.room_manager
    return room_manager


def room_of(request: Request, room: RoomId, key: Key = "") -> Room:
    """Return the teacher's room; raises `ProblemError`."""
    return get_room_manager(request).room(room, key)


TeachersRoom = Annotated[Room, Depends(room_of)]


def member_of(room: TeachersRoom, seat: SeatId) -> Member:
    """Return a seat of the teacher's room; raises `ProblemError`."""
    if seat not in room.members:
        raise errors.no_such_seat()
    return room.members[seat]


TeachersSeat = Annotated[Member, Depends(member_of)]


def seat_of(asked: HTTPConnection) -> tuple[Room, Member] | None:
    """Return the seat of a browser, None if it has none."""
    return get_room_manager(asked).at_seat(asked.cookies.get(SEAT_COOKIE))


def own_seat(request: Request) -> tuple[Room, Member]:
    """Return the seat of a browser; raises `ProblemError`."""
    found = seat_of(request)
    if found is None:
        raise errors.no_seat()
    return found


OwnSeat = Annotated[tuple[Room, Member], Depends(own_seat)]


def page_urls_of(asked: HTTPConnection) -> PageUrls:
    """Return where pages are found, by who asks and by others."""
    settings: Settings = asked.app.state.settings
    own = (
        str(asked.base_url).replace("ws", "http", 1)
        if asked.scope["type"] == "websocket"
        else str(asked.base_url)
    )
    base = (settings.public_url or own).rstrip("/")
    others = public_url_for(asked)
    if others is None:
        return PageUrls(base=base, others=base)
    if settings.public_url is None:
        others = others.rstrip("/") + str(asked.scope.get("root_path", ""))
    return PageUrls(base=base, others=others.rstrip("/"))
