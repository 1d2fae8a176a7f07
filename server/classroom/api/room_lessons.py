"""REST for teachers: the lessons that they upload to a room."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from server.classroom import errors
from server.classroom.api.dependencies import TeachersRoom, get_room_manager
from server.classroom.model.lesson_record import LessonOutline
from server.classroom.service.room_lessons import MAX_LESSONS, MAX_TEXT, qualified_name, read_uploaded
from server.errors.problems import Problem
from server.errors.wire_errors import too_large
from server.lessons.folder import check_links
from server.lessons.library import Library
from server.protocol.strict_model import StrictModel, with_example
from server.rest.dependencies import reject_unknown_parameters
from server.rest.errors import BODY, COMMON, errors_as_problems
from server.rest.json_bodies import JsonRoute, large_body
from server.rest.lesson_schemas import Language, LessonFault, LessonSummary

router = APIRouter(
    route_class=JsonRoute,
    prefix="/api/rooms/{room}/lessons",
    tags=["classroom"],
    dependencies=[Depends(reject_unknown_parameters)],
    responses=COMMON,
)

FileName = Annotated[
    str,
    Path(
        min_length=1,
        max_length=80,
        description="The lesson's name; the server adds an ending of the room's.",
        examples=["circle"],
    ),
]


class LessonTexts(StrictModel):
    """The files of a lesson, one for each language that it has."""

    texts: dict[Language, str] = Field(
        min_length=1,
        description="The text of each language's file: see `server/lessons/README.md`.",
        examples=[{"en": '+++\ntitle = "Mine"\nsummary = "One step."\n+++\n\n## Look\n\nPress play.'}],
    )

    files: dict[Language, Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict,
        description="What each language's file is called where it comes from, so that its faults name it; by "
        "default `LANGUAGE.md`.",
        examples=[{"en": "circle.en.md"}],
    )

    model_config = with_example(
        {"texts": {"en": '+++\ntitle = "Mine"\nsummary = "One step."\n+++\n\n## Look\n\nPress play.'}}
    )


class UploadedState(BaseModel):
    """What became of an uploaded lesson."""

    lesson: LessonSummary | None = Field(
        description="The lesson, to be set as the `lesson` of a task by its name; null: nothing was stored, "
        "because of a fault."
    )
    faults: list[LessonFault] = Field(description="What is wrong with its files.")


@router.get("", summary="List a room's lessons", responses=errors.NO_ROOM)
async def read_room_lessons(room: TeachersRoom) -> list[LessonSummary]:
    """Return the lessons that were uploaded to the room."""
    return [
        LessonSummary.of(found.lesson, room.language)
        for name, texts in room.lessons.items()
        if (found := read_uploaded(name, texts)).lesson is not None
    ]


@router.put(
    "/{name}",
    summary="Upload a lesson",
    responses={**BODY, **errors.NO_ROOM, 413: {"model": Problem, "description": "Too many characters."}},
)
@large_body
async def upload_lesson(
    request: Request, room: TeachersRoom, name: FileName, new: LessonTexts
) -> UploadedState:
    """Store a lesson in the room, in place of one of the same name; only its learners find it.

    A file with a fault that hides it is not stored: the answer has each fault with its line and reason.
    """
    own = qualified_name(room, name)
    with errors_as_problems():
        if sum(map(len, new.texts.values())) > MAX_TEXT:
            raise too_large("texts", sum(map(len, new.texts.values())), f"at most {MAX_TEXT} characters")
        if own not in room.lessons and len(room.lessons) >= MAX_LESSONS:
            raise too_large("name", len(room.lessons) + 1, f"at most {MAX_LESSONS} lessons in a room")
    texts = {str(language): text for language, text in new.texts.items()}
    files = {str(language): file for language, file in new.files.items()}
    found = await run_in_threadpool(read_uploaded, own, texts, files)
    library: Library = request.app.state.lessons
    content = await run_in_threadpool(library.content)
    links = check_links(content.lessons, found.links)
    faults = [LessonFault.of(fault) for fault in (*found.faults, *links)]
    if found.lesson is None or any(fault.hides for fault in faults):
        return UploadedState(lesson=None, faults=faults)
    room.lessons = {**room.lessons, own: texts}
    if room.task_lesson == own:
        room.outline = LessonOutline.of(found.lesson)
    await get_room_manager(request).save_and_notify(room)
    return UploadedState(lesson=LessonSummary.of(found.lesson, room.language), faults=faults)
