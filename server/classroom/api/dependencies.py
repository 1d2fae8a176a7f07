"""Dependencies of the classroom's routes: the room, the seat and the addresses of a request or websocket."""

from typing import Annotated

from fastapi import Depends, Header, Path, Request
from starlette.requests import HTTPConnection

from server.classroom import errors
from server.classroom.model.languages import LANGUAGES, Language
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.settings import Settings
from server.web.pages import public_url_for
from server.web.public_urls import PageUrls
from server.web.renderer import PageRenderer

SEAT_COOKIE = "tinkernet_seat"

BROWSER_COOKIE = "tinkernet_browser"
"""The cookie by which the seats of one browser are counted; it holds a random id and nothing else."""

RoomId = Annotated[str, Path(description="The room's id.", examples=["xK4f0aW9s2Qe"], max_length=64)]
SeatId = Annotated[str, Path(description="The seat's id.", examples=["hqA2n1vT4mNs"], max_length=64)]
Key = Annotated[
    str,
    Header(
        alias="X-Room-Key",
        description="The teacher's key, from the response that created the room.",
        examples=["5jXn0yQvT1mWcZ8kR4uLsA2bHdEfGiJo"],
    ),
]


def get_room_manager(connection: HTTPConnection) -> RoomManager:
    """Return the room manager of the server."""
    room_manager: RoomManager = connection.app.state.room_manager
    return room_manager


def room_of(request: Request, room: RoomId, key: Key = "") -> Room:
    """Return the room of a path; raises `ProblemError` if there is none or the key is wrong."""
    return get_room_manager(request).get_room(room, key)


TeachersRoom = Annotated[Room, Depends(room_of)]


def member_of(room: TeachersRoom, seat: SeatId) -> Member:
    """Return the member of a path; raises `ProblemError` if there is no such seat in the room."""
    if seat not in room.members:
        raise errors.no_such_seat()
    return room.members[seat]


TeachersSeat = Annotated[Member, Depends(member_of)]


def seat_of(connection: HTTPConnection) -> tuple[Room, Member] | None:
    """Return room and member of the browser's cookie, None if it has no valid seat."""
    return get_room_manager(connection).find_by_token(connection.cookies.get(SEAT_COOKIE))


def own_seat(request: Request) -> tuple[Room, Member]:
    """Return room and member of the browser's cookie; raises `ProblemError` if it has no valid seat."""
    found = seat_of(request)
    if found is None:
        raise errors.no_seat()
    return found


OwnSeat = Annotated[tuple[Room, Member], Depends(own_seat)]


def language_of(connection: HTTPConnection) -> Language | None:
    """Return the language in which a browser shows the pages; None for a program that states none."""
    if "lang" not in connection.cookies and "accept-language" not in connection.headers:
        return None
    pages: PageRenderer = connection.app.state.pages
    locale = pages.locale_for(connection)
    return next((each for each in LANGUAGES if each == locale), None)


def page_urls_of(connection: HTTPConnection) -> PageUrls:
    """Return the base addresses of pages, for the caller and for other machines."""
    settings: Settings = connection.app.state.settings
    own = (
        str(connection.base_url).replace("ws", "http", 1)
        if connection.scope["type"] == "websocket"
        else str(connection.base_url)
    )
    base = (settings.public_url or own).rstrip("/")
    others = public_url_for(connection)
    if others is None:
        return PageUrls(base=base, others=base)
    if settings.public_url is None:
        others = others.rstrip("/") + str(connection.scope.get("root_path", ""))
    return PageUrls(base=base, others=others.rstrip("/"))
