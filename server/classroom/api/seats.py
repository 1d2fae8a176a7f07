"""REST for learners: joining a room, reading and changing one's seat, handing in. A cookie identifies it."""

import math
from contextlib import suppress

from fastapi import APIRouter, Depends, Request, Response

from server.classroom import errors
from server.classroom.api.dependencies import (
    BROWSER_COOKIE,
    SEAT_COOKIE,
    OwnSeat,
    get_room_manager,
    language_of,
    page_urls_of,
    seat_of,
)
from server.classroom.api.responses import SeatState
from server.classroom.api.serializers import seat_state
from server.classroom.model.join_codes import new_id
from server.classroom.model.room import Member, Room
from server.classroom.schemas import NewSeat, SeatUpdate
from server.classroom.service.join_limits import JoinLimits, evict_unused_seat
from server.classroom.service.lesson_progress import finish_lesson, record_verified
from server.classroom.service.submissions import submit_network
from server.errors.problems import Problem, ProblemError
from server.lessons.verified import verified_lesson
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import BODY, COMMON, FULL, IN_ROOM, errors_as_problems, invalid_value
from server.rest.json_bodies import JsonRoute

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)


def seat_state_of(request: Request, room: Room, member: Member) -> SeatState:
    """Return a seat's state, with addresses and language as the caller of a request sees them."""
    return seat_state(room, member, page_urls_of(request), language_of(request))


@router.post(
    "/seats",
    status_code=201,
    summary="Join a room",
    responses={
        **BODY,
        **FULL,
        403: {"model": Problem, "description": "`room_closed`: the room accepts no new learners."},
        404: {"model": Problem, "description": "`no_such_room`: no room has the code."},
        409: {"model": Problem, "description": "`nickname_taken`: another learner has the nickname."},
        429: {
            "model": Problem,
            "description": "`too_many_joins`: this browser or address takes seats faster than it may; or too "
            "many requests. `Retry-After` says in how many seconds to retry.",
        },
    },
)
async def take_seat(request: Request, response: Response, new: NewSeat) -> SeatState:
    """Take a seat in a room, and set the cookie that identifies it.

    A browser that already has a seat in the room gets that one.
    """
    room_manager = get_room_manager(request)
    entrance: JoinLimits = request.app.state.join_limits
    address = request.client.host if request.client else None
    room = room_manager.find_by_code(new.code)
    present = None
    with suppress(ProblemError):  # the seat of another room may be stored, which cannot be read now
        present = seat_of(request)
    if room is not None and present is not None and present[0] is room:
        with errors_as_problems():
            await room_manager.sessions.ensure_exists(*present)
        return seat_state_of(request, *present)
    if room is None and not room_manager.loaded:
        raise errors.unavailable()
    await entrance.delay_answer(address, wrong=room is None)
    if room is None or room_manager.rooms.get(room.id) is not room:
        raise errors.no_such_room()
    if not room.joining:
        raise errors.room_closed()
    browser = request.cookies.get(BROWSER_COOKIE, "")[:64] or None
    with errors_as_problems(), entrance.count_join(room, address, browser):
        await evict_unused_seat(room_manager, room)
        member, token = await room_manager.join(room, new.nickname)
    _set_cookie(request, response, SEAT_COOKIE, token, room)
    if browser is None:
        _set_cookie(request, response, BROWSER_COOKIE, new_id(), room)
    return seat_state_of(request, room, member)


def _set_cookie(request: Request, response: Response, name: str, value: str, room: Room) -> None:
    """Set a cookie that ends with the room."""
    left = room.ends - get_room_manager(request).clock()
    response.set_cookie(
        name,
        value,
        max_age=max(1, math.ceil(left)),
        path=f"{request.scope.get('root_path', '')}/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )


@router.get("/seat", summary="Read your seat", responses={**errors.NO_SEAT, **FULL})
async def read_seat(request: Request, own: OwnSeat) -> SeatState:
    """Return the seat of this browser."""
    with errors_as_problems():
        await get_room_manager(request).sessions.ensure_exists(*own)
    return seat_state_of(request, *own)


@router.post("/seat", summary="Update your seat", responses={**BODY, **errors.NO_SEAT})
async def change_own_seat(request: Request, own: OwnSeat, change: SeatUpdate) -> SeatState:
    """Ask for help, report being done or a lesson finished, permit changes of settings, or dismiss a hint."""
    room, member = own
    if change.lesson_finished:
        room_manager = get_room_manager(request)
        with errors_as_problems():
            verified = await room_manager.sessions.run(room, member, verified_lesson)
        record_verified(room_manager, room, member, verified)
        if not finish_lesson(room, member):
            raise invalid_value("lesson_finished", True, "the last step of the lesson that is the task")
    for name in ("help", "done"):
        value = getattr(change, name)
        if value is not None:
            setattr(member, name, value)
    if change.agreed is not None:
        member.agreed = change.agreed and member.asked
        member.asked = member.asked and change.agreed
    if change.hint_seen:
        member.hint = None
    await get_room_manager(request).save_and_notify(room, member)
    return seat_state_of(request, room, member)


@router.post("/seat/hand-in", summary="Hand in your network", responses={**errors.NO_SEAT, **IN_ROOM, **FULL})
async def hand_in_own(request: Request, own: OwnSeat) -> SeatState:
    """Hand in the network as it is now. If the goal asks for fresh runs, they start now."""
    room, member = own
    with errors_as_problems():
        await submit_network(get_room_manager(request), room, member)
    return seat_state_of(request, room, member)


@router.delete(
    "/seat",
    status_code=204,
    response_class=Response,
    summary="Leave your seat",
    responses=errors.NO_SEAT,
)
async def leave_seat(request: Request, response: Response, own: OwnSeat) -> None:
    """Leave the seat, so that another learner can use this browser. The results keep the seat's work."""
    await get_room_manager(request).leave(*own)
    response.delete_cookie(SEAT_COOKIE, path=f"{request.scope.get('root_path', '')}/")
