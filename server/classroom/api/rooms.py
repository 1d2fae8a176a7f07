"""REST for teachers: a room, and all that its teacher does. The key is the teacher's."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Body as Given

from server.classroom import errors
from server.classroom.api.dependencies import TeachersRoom, TeachersSeat, get_room_manager, page_urls_of
from server.classroom.api.responses import NewRoomState, RoomState
from server.classroom.api.serializers import room_state
from server.classroom.model.builtin_tasks import builtin_tasks
from server.classroom.model.room import Member, Room
from server.classroom.model.task import EXAMPLE, Task
from server.classroom.schemas import Changes, NewHint, NewRoom, NewStart, RoomAction, RoomChange, SeatChange
from server.classroom.service.teacher_actions import TeacherActions
from server.errors.problems import Problem
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import BODY, COMMON, FULL, errors_as_problems
from server.web.renderer import PageRenderer

router = APIRouter(
    prefix="/api/rooms",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

NOT_AGREED: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "`not_agreed`: the learner did not agree."}
}
TAKEN: dict[int | str, dict[str, Any]] = {
    409: {"model": Problem, "description": "`nickname_taken`: somebody else has the nickname."}
}


def told(request: Request, room: Room) -> RoomState:
    """Return a room's state."""
    return room_state(room, page_urls_of(request))


def teacher_actions_of(request: Request) -> TeacherActions:
    """Return what carries out a teacher's wishes."""
    return TeacherActions(get_room_manager(request))


@router.post("", status_code=201, summary="Open a room", responses={**BODY, **FULL})
async def create_room(request: Request, response: Response, new: NewRoom) -> NewRoomState:
    """Open a room. The answer holds the code for learners and the teacher's key, which is told only now."""
    room_manager, pages = get_room_manager(request), request.app.state.pages
    with errors_as_problems(within="config"):
        config = room_manager.sessions.check_config(new.config).model_dump(mode="json")
    room, key = await room_manager.create(
        name=new.name,
        language=new.lang or _locale(pages, request),
        approval=new.approval,
        nicknames=new.nicknames,
        config=config,
    )
    response.headers["Location"] = str(request.url_for("read_room", room=room.id))
    urls = page_urls_of(request)
    return NewRoomState(**dict(room_state(room, urls)), key=key, teacher_url=urls.classroom(room.id, key))


@router.get("/tasks", summary="Ready tasks")
async def read_tasks(
    lang: Annotated[
        Literal["en", "zh-CN"], Query(description="The language of their texts.", examples=["en"])
    ] = "en",
) -> list[Task]:
    """Return tasks to begin with, each as it is put to a room."""
    return builtin_tasks(lang)


@router.get("/{room}", summary="How a room stands", responses=errors.NO_ROOM)
async def read_room(request: Request, room: TeachersRoom) -> RoomState:
    """Return the room and all its learners."""
    return told(request, room)


@router.patch("/{room}", summary="Change a room", responses={**BODY, **errors.NO_ROOM, **FULL})
async def change_room(request: Request, room: TeachersRoom, change: RoomChange) -> RoomState:
    """Change a room. Locks hold at once, in every page and every program."""
    with errors_as_problems():
        await teacher_actions_of(request).change(room, change)
    return told(request, room)


@router.delete("/{room}", status_code=204, summary="End a room", responses=errors.NO_ROOM)
async def end_room(request: Request, room: TeachersRoom) -> None:
    """Remove the room and all that is in it: seats, trainings, hand-ins. Learners are told."""
    await get_room_manager(request).end(room)


@router.post("/{room}/code", summary="Another code", responses=errors.NO_ROOM)
async def renew_code(request: Request, room: TeachersRoom) -> RoomState:
    """Give the room another code; with the old one nobody comes in any more."""
    await get_room_manager(request).renew_code(room)
    return told(request, room)


@router.post("/{room}/start", summary="Set the start", responses={**BODY, **errors.NO_ROOM, **FULL})
async def set_start(request: Request, room: TeachersRoom, new: NewStart) -> RoomState:
    """Set where everybody begins, and bring everybody there."""
    with errors_as_problems(within="config"):
        await teacher_actions_of(request).set_start(room, new)
    return told(request, room)


@router.post("/{room}/do", summary="Have all do something", responses={**BODY, **errors.NO_ROOM, **FULL})
async def do(request: Request, room: TeachersRoom, body: RoomAction) -> RoomState:
    """Pause, resume, start or send back everybody, or some."""
    with errors_as_problems():
        await teacher_actions_of(request).do(room, body.action, _some(room, body.seats))
    return told(request, room)


@router.post("/{room}/hint", summary="Send a hint", responses={**BODY, **errors.NO_ROOM})
async def send_hint(request: Request, room: TeachersRoom, hint: NewHint) -> RoomState:
    """Show words to everybody, or to some."""
    await teacher_actions_of(request).hint(room, hint.text, _some(room, hint.seats))
    return told(request, room)


@router.put("/{room}/task", summary="Set the task", responses={**BODY, **errors.NO_ROOM, **FULL})
async def set_task(
    request: Request, room: TeachersRoom, task: Annotated[Task | None, Given(examples=[EXAMPLE])]
) -> RoomState:
    """Set the task with its start, its locks and its goal, and bring everybody to the start.

    What was handed in for another task goes. Null: there is no task, and nothing is locked.
    """
    with errors_as_problems(within="config"):
        await teacher_actions_of(request).set_task(room, task)
    return told(request, room)


@router.post(
    "/{room}/seats/{seat}",
    summary="Let a learner in, rename or ask them",
    responses={**BODY, **errors.NO_ROOM, **TAKEN},
)
async def change_seat(
    request: Request, room: TeachersRoom, seat: TeachersSeat, change: SeatChange
) -> RoomState:
    """Let a learner in, give them another nickname, or ask whether something may be changed for them."""
    await teacher_actions_of(request).change_seat(room, seat, change)
    return told(request, room)


@router.delete("/{room}/seats/{seat}", status_code=204, summary="Remove a learner", responses=errors.NO_ROOM)
async def remove_seat(request: Request, room: TeachersRoom, seat: TeachersSeat) -> None:
    """Remove a learner with their training and their hand-in."""
    await get_room_manager(request).remove(room, seat)


@router.patch(
    "/{room}/seats/{seat}/config",
    summary="Change settings for a learner",
    responses={**BODY, **errors.NO_ROOM, **NOT_AGREED, **FULL},
)
async def change_for_learner(
    request: Request, room: TeachersRoom, seat: TeachersSeat, wanted: Changes
) -> RoomState:
    """Change settings of a learner's training, if they agreed to it."""
    with errors_as_problems(within="changes"):
        await teacher_actions_of(request).change_config(room, seat, wanted.changes)
    return told(request, room)


def _some(room: Room, seats: Iterable[str] | None) -> list[Member] | None:
    """Return seats of a room; raises `ProblemError`."""
    if seats is None:
        return None
    found = [room.members.get(seat) for seat in dict.fromkeys(seats)]
    if None in found:
        raise errors.no_such_seat()
    return [member for member in found if member is not None]


def _locale(pages: PageRenderer, request: Request) -> str:
    return pages.locale_for(request)
