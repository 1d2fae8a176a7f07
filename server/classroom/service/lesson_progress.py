"""Counts what each seat has reached in the lesson that is its task, as the server verifies it."""

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
    """Return how far a member is in the lesson that is the task; None if none is, or not yet known."""
    lesson, outline = room.lesson_of_task, room.outline
    if not lesson or outline is None or outline.lesson != lesson or member.waiting:
        return None
    return LessonProgress.of(outline, room.record_of(member))


def begin_lesson(room: Room, members: Iterable[Member], now: float) -> None:
    """Have members begin the lesson that is the task, with nothing reached; without one, nothing is kept."""
    for member in members:
        member.lesson = LessonRecord(lesson=room.lesson_of_task, since=now) if room.lesson_of_task else None


def keep_lesson(room: Room, members: Iterable[Member]) -> None:
    """Keep for the results what members have reached in the lesson, before it ends or begins anew.

    Of those who have not opened it, nothing is kept.
    """
    for member in members:
        progress = lesson_progress(room, member)
        if room.task is not None and progress is not None and progress.step:
            ended = EarlierLesson(task=room.task.title, progress=progress, spent=member.spent)
            member.earlier_lessons = [*member.earlier_lessons, ended][-MAX_EARLIER_LESSONS:]


def leave_lesson(session: Session) -> None:
    """Have a learner's training follow no lesson, because the teacher acts; call it in its own thread."""
    with session.ignoring_rules():
        stop_following(session)


def finish_lesson(room: Room, member: Member) -> bool:
    """Note that a member finished the lesson that is the task; return whether they are at its last step."""
    progress = lesson_progress(room, member)
    if progress is None or progress.step != progress.steps:
        return False
    member.lesson = room.record_of(member).model_copy(update={"finished": True})
    return True


def note_verified(
    room_manager: RoomManager, room: Room, member: Member, verified: VerifiedLesson | None
) -> None:
    """Keep what was verified of a member's training, if anything is new, and notify who shows it."""
    record = room.record_of(member)
    if verified is None or not room.lesson_of_task or (now := record.with_verified(verified)) is record:
        return
    member.lesson = now
    room_manager.store.put(member)
    room_manager.notifications.notify(member.id, room.id)


def progress_listener(room_manager: RoomManager) -> Callable[[Lesson, VerifiedProgress], None]:
    """Return what notes the verified progress of learners' trainings."""

    def note(lesson: Lesson, found: VerifiedProgress) -> None:
        room = room_manager.rooms.get(found.room)
        member = None if room is None else room.members.get(found.seat)
        if room is None or member is None or room.lesson_of_task != lesson.name:
            return
        outline = LessonOutline.of(lesson)
        if room.outline != outline:  # its files have changed, or an earlier version has set the task
            room.outline = outline
            room_manager.queue_and_notify(room)
        note_verified(room_manager, room, member, found.verified)
        member.stale = True  # the step of a learner without a page would not be read

    return note
