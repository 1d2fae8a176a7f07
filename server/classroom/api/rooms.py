"""REST for teachers: creating and changing rooms. All calls but those that create need the teacher's key."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from server.classroom import errors
from server.classroom.api.dependencies import TeachersRoom, TeachersSeat, get_room_manager, page_urls_of
from server.classroom.api.responses import NewRoomState, RoomState
from server.classroom.api.serializers import room_state
from server.classroom.api.teachers import KEY_NEEDED, require_teacher
from server.classroom.model.builtin_tasks import available_tasks
from server.classroom.model.join_codes import digest
from server.classroom.model.languages import Language
from server.classroom.model.room import Member, Room
from server.classroom.model.task import EXAMPLE_TASK, Task
from server.classroom.schemas import Changes, NewHint, NewRoom, NewStart, RoomAction, RoomChange, SeatChange
from server.classroom.service.room_limits import enforce_room_limits
from server.classroom.service.teacher_actions import TeacherActions
from server.errors.problems import Problem
from server.lessons.library import Library
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import BODY, COMMON, FULL, errors_as_problems, invalid_value
from server.rest.json_bodies import JsonRoute
from server.web.renderer import PageRenderer

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api/rooms",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

NOT_AGREED: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "`not_agreed`: the learner has not given permission."}
}
NICKNAME_TAKEN: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "`nickname_taken`: somebody else has the nickname."}
}


def room_state_of(request: Request, room: Room) -> RoomState:
    """Return a room's state, with addresses as the caller of a request sees them."""
    return room_state(room, page_urls_of(request))


def get_teacher_actions(request: Request) -> TeacherActions:
    """Return the actions of teachers on the rooms of this server."""
    return TeacherActions(get_room_manager(request))


@router.post(
    "",
    status_code=201,
    summary="Create a room",
    dependencies=[Depends(require_teacher)],
    responses={**BODY, **KEY_NEEDED, **FULL},
)
async def create_room(request: Request, response: Response, new: NewRoom) -> NewRoomState:
    """Create a room, and return it with the code for learners and the teacher's key.

    No other response contains the key.
    """
    room_manager, pages = get_room_manager(request), request.app.state.pages
    with errors_as_problems(within="config"):
        config = room_manager.sessions.check_config(new.config).model_dump(mode="json")
    limited = room_manager.settings.teacher_password is None and request.client is not None
    opened_by = digest(request.client.host) if limited and request.client else ""
    await enforce_room_limits(room_manager, opened_by)
    room, key = await room_manager.create(
        name=new.name,
        language=new.lang or _locale(pages, request),
        approval=new.approval,
        nicknames=new.nicknames,
        config=config,
        opened_by=opened_by,
        prepared=bool(new.config),
    )
    response.headers["Location"] = str(request.url_for("read_room", room=room.id))
    urls = page_urls_of(request)
    return NewRoomState(**dict(room_state(room, urls)), key=key, teacher_url=urls.classroom(room.id, key))


@router.get("/tasks", summary="List the built-in tasks")
async def read_tasks(
    lang: Annotated[Language, Query(description="Language of the texts.", examples=["en"])] = "en",
) -> list[Task]:
    """Return the built-in tasks that this server has the data for, each ready to be sent to a room."""
    return available_tasks(lang)


@router.get("/{room}", summary="Read a room", responses=errors.NO_ROOM)
async def read_room(request: Request, room: TeachersRoom) -> RoomState:
    """Return a room with all its learners."""
    return room_state_of(request, room)


@router.patch("/{room}", summary="Change a room", responses={**BODY, **errors.NO_ROOM, **FULL})
async def change_room(request: Request, room: TeachersRoom, change: RoomChange) -> RoomState:
    """Change a room. Locks take effect at once, for pages and for programs."""
    with errors_as_problems():
        await get_teacher_actions(request).change(room, change)
    return room_state_of(request, room)


@router.delete(
    "/{room}", status_code=204, response_class=Response, summary="Delete a room", responses=errors.NO_ROOM
)
async def end_room(request: Request, room: TeachersRoom) -> None:
    """Remove the room with its seats, trainings and submissions. The learners' pages are notified."""
    room_manager = get_room_manager(request)
    await room_manager.end(room)
    await room_manager.room_sessions.wait_for_pending_calls(*room.sessions())


@router.post("/{room}/code", summary="Renew the join code", responses=errors.NO_ROOM)
async def renew_code(request: Request, room: TeachersRoom) -> RoomState:
    """Give the room a new join code. The old one is no longer valid."""
    await get_room_manager(request).renew_code(room)
    return room_state_of(request, room)


@router.post(
    "/{room}/start", summary="Set the initial settings", responses={**BODY, **errors.NO_ROOM, **FULL}
)
async def set_start(request: Request, room: TeachersRoom, new: NewStart) -> RoomState:
    """Set the settings that every learner starts with; by default, reset every learner to them."""
    with errors_as_problems(within="config"):
        await get_teacher_actions(request).set_start(room, new)
    return room_state_of(request, room)


@router.post(
    "/{room}/do",
    name="do",
    summary="Pause, resume, play or reset trainings",
    responses={**BODY, **errors.NO_ROOM, **FULL},
)
async def run_action(request: Request, room: TeachersRoom, body: RoomAction) -> RoomState:
    """Pause, resume, play or reset the trainings of all learners, or of some.

    A reset also begins the lesson that is the task anew, with no checks reached.
    """
    with errors_as_problems():
        await get_teacher_actions(request).run_action(room, body.action, _members_of(room, body.seats))
    return room_state_of(request, room)


@router.post("/{room}/hint", summary="Send a hint", responses={**BODY, **errors.NO_ROOM})
async def send_hint(request: Request, room: TeachersRoom, body: NewHint) -> RoomState:
    """Show a hint to all learners, or to some."""
    await get_teacher_actions(request).send_hint(room, body.text, _members_of(room, body.seats))
    return room_state_of(request, room)


@router.put("/{room}/task", summary="Set the task", responses={**BODY, **errors.NO_ROOM, **FULL})
async def set_task(
    request: Request, room: TeachersRoom, task: Annotated[Task | None, Body(examples=[EXAMPLE_TASK])]
) -> RoomState:
    """Set the task with its start, locks and goal, and reset every learner to the start.

    Earlier submissions stay in the results, and count again if the same task is set again. A lesson begins
    anew, with no checks reached. Null removes the task and all locks.
    """
    lesson = None
    if task is not None and task.lesson is not None:
        library: Library = request.app.state.lessons
        lesson = await run_in_threadpool(library.find, task.lesson)
        if lesson is None:
            raise invalid_value("lesson", task.lesson, "the name of a lesson of the server or of the room")
    with errors_as_problems(within="config"):
        await get_teacher_actions(request).set_task(room, task, lesson)
    return room_state_of(request, room)


@router.post(
    "/{room}/seats/{seat}",
    summary="Update a seat",
    responses={**BODY, **errors.NO_ROOM, **NICKNAME_TAKEN},
)
async def change_seat(
    request: Request, room: TeachersRoom, seat: TeachersSeat, change: SeatChange
) -> RoomState:
    """Approve or rename a learner, clear the call for help, or ask permission to change settings."""
    await get_teacher_actions(request).change_seat(room, seat, change)
    return room_state_of(request, room)


@router.delete(
    "/{room}/seats/{seat}",
    status_code=204,
    response_class=Response,
    summary="Remove a seat",
    responses=errors.NO_ROOM,
)
async def remove_seat(request: Request, room: TeachersRoom, seat: TeachersSeat) -> None:
    """Remove a learner with their training and their submission."""
    await get_room_manager(request).remove(room, seat)


@router.delete("/{room}/seats", summary="Remove all offline seats", responses=errors.NO_ROOM)
async def remove_offline_seats(request: Request, room: TeachersRoom) -> RoomState:
    """Remove all learners of whom no page is connected, with their trainings and their submissions."""
    await get_teacher_actions(request).remove_offline(room)
    return room_state_of(request, room)


@router.patch(
    "/{room}/seats/{seat}/config",
    summary="Change a learner's settings",
    responses={**BODY, **errors.NO_ROOM, **NOT_AGREED, **FULL},
)
async def change_for_learner(
    request: Request, room: TeachersRoom, seat: TeachersSeat, body: Changes
) -> RoomState:
    """Change settings of a learner's session. The learner must have given permission."""
    with errors_as_problems(within="changes"):
        await get_teacher_actions(request).change_config(room, seat, body.changes)
    return room_state_of(request, room)


def _members_of(room: Room, seats: Iterable[str] | None) -> list[Member] | None:
    """Return the members with some ids, None for None; raises `ProblemError` if one is not in the room."""
    if seats is None:
        return None
    found = [room.members.get(seat) for seat in dict.fromkeys(seats)]
    if None in found:
        raise errors.no_such_seat()
    return [member for member in found if member is not None]


def _locale(pages: PageRenderer, request: Request) -> str:
    return pages.locale_for(request)
