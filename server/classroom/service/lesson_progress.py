"""Counts what each seat has reached in the lesson that is its task, as the server verifies it."""

from collections.abc import Callable, Iterable

from server.classroom.model.lesson_record import LessonOutline, LessonProgress, LessonRecord
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.lessons.following import leave
from server.lessons.lesson import Lesson
from server.lessons.verified import VerifiedProgress
from server.sessions.session import Session


def lesson_progress(room: Room, member: Member) -> LessonProgress | None:
    """Return how far a member is in the lesson that is the task; None if none is, or not yet known."""
    lesson, outline = room.lesson_of_task, room.outline
    if not lesson or outline is None or outline.lesson != lesson or member.waiting:
        return None
    return LessonProgress.of(outline, _record(room, member))


def begin_lesson(room: Room, members: Iterable[Member], now: float) -> None:
    """Have members begin the lesson that is the task, with nothing reached; without one, nothing is kept."""
    for member in members:
        member.lesson = LessonRecord(lesson=room.lesson_of_task, since=now) if room.lesson_of_task else None


def leave_lesson(session: Session) -> None:
    """Have a learner's training follow no lesson, because the teacher acts; call it in its own thread."""
    with session.ignoring_rules():
        leave(session)


def finish_lesson(room: Room, member: Member) -> bool:
    """Note that a member finished the lesson that is the task; return whether they are at its last step."""
    progress = lesson_progress(room, member)
    if progress is None or progress.step != progress.steps:
        return False
    member.lesson = _record(room, member).model_copy(update={"finished": True})
    return True


def progress_listener(room_manager: RoomManager) -> Callable[[Lesson, VerifiedProgress], None]:
    """Return what notes the verified progress of learners' trainings, and notifies who shows it."""

    def note(lesson: Lesson, verified: VerifiedProgress) -> None:
        room = room_manager.rooms.get(verified.room)
        member = None if room is None else room.members.get(verified.seat)
        if room is None or member is None or room.lesson_of_task != lesson.name:
            return
        outline = LessonOutline.of(lesson)
        if room.outline != outline:  # its files have changed, or an earlier version has set the task
            room.outline = outline
            room_manager.queue_and_notify(room)
        record = _record(room, member).model_copy(deep=True)
        if record.note(verified.progress):
            member.lesson = record
            room_manager.store.put(member)
            room_manager.notifications.notify(member.id, room.id)

    return note


def _record(room: Room, member: Member) -> LessonRecord:
    """Return what a member has reached in the lesson that is the task; nothing if that is not recorded."""
    if member.lesson is not None and member.lesson.lesson == room.lesson_of_task:
        return member.lesson
    return LessonRecord(lesson=room.lesson_of_task)
