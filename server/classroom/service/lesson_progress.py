"""Records the verified progress of each seat in the lesson that is its task."""

from collections.abc import Callable, Iterable

from server.classroom.model.lesson_record import EarlierLesson, LessonOutline, LessonProgress, LessonRecord
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.lessons.following import stop_following
from server.lessons.lesson import Lesson
from server.lessons.verified import VerifiedProgress
from server.sessions.session import Session
from server.sessions.verified_lesson import VerifiedLesson

MAX_EARLIER_LESSONS = 20
"""Maximum number of lessons before the present one of which a seat keeps what was reached."""


def lesson_progress(room: Room, member: Member) -> LessonProgress | None:
    """Return a member's progress in the lesson that is the task; None without one, or if unknown yet."""
    lesson, outline = room.task_lesson, room.outline
    if not lesson or outline is None or outline.lesson != lesson or member.waiting:
        return None
    return LessonProgress.of(outline, room.lesson_record_of(member))


def begin_lesson(room: Room, members: Iterable[Member], now: float) -> None:
    """Reset the lesson records of members to the beginning of the task's lesson; without one, remove them."""
    for member in members:
        member.lesson = LessonRecord(lesson=room.task_lesson, since=now) if room.task_lesson else None


def archive_lesson(room: Room, members: Iterable[Member]) -> None:
    """Store the progress of members for the results, before a lesson ends or is given again.

    Members who have not opened the lesson are left out.
    """
    for member in members:
        progress = lesson_progress(room, member)
        if room.task is not None and progress is not None and progress.step:
            ended = EarlierLesson(task=room.task.title, progress=progress, spent=member.spent)
            member.earlier_lessons = [*member.earlier_lessons, ended][-MAX_EARLIER_LESSONS:]


def leave_lesson(session: Session) -> None:
    """Have a learner's session follow no lesson, ignoring its rules; call it in the session's own thread."""
    with session.ignoring_rules():
        stop_following(session)


def finish_lesson(room: Room, member: Member) -> bool:
    """Record that a member finished the task's lesson; return False if they are not at its last step."""
    progress = lesson_progress(room, member)
    if progress is None or progress.step != progress.steps:
        return False
    member.lesson = room.lesson_record_of(member).model_copy(update={"finished": True})
    return True


def record_verified(
    room_manager: RoomManager, room: Room, member: Member, verified: VerifiedLesson | None
) -> None:
    """Add verified progress to a member's record and, if anything is new, store it and notify listeners."""
    record = room.lesson_record_of(member)
    if verified is None or not room.task_lesson or (now := record.with_verified(verified)) is record:
        return
    member.lesson = now
    room_manager.store.put(member)
    room_manager.notifications.notify(member.id, room.id)


def progress_listener(room_manager: RoomManager) -> Callable[[Lesson, VerifiedProgress], None]:
    """Return a listener for `ProgressReports` that records verified progress."""

    def record(lesson: Lesson, verified: VerifiedProgress) -> None:
        room = room_manager.rooms.get(verified.room)
        member = None if room is None else room.members.get(verified.seat)
        if room is None or member is None or room.task_lesson != lesson.name:
            return
        outline = LessonOutline.of(lesson)
        if room.outline != outline:  # its files have changed, or the room is of an earlier version
            room.outline = outline
            room_manager.queue_and_notify(room)
        record_verified(room_manager, room, member, verified.verified)
        member.stale = True  # so that the step is read even if the learner has no page

    return record
