"""A learner's progress towards the goal, and the settings that they changed since the start."""

from typing import Any

from engine.config import TrainingConfig
from server.classroom.model.lesson_record import LessonProgress
from server.classroom.model.room import Member, Room
from server.classroom.service.lesson_progress import lesson_progress
from server.goals.goals import GoalProgress, progress

_DEFAULTS = TrainingConfig().model_dump(mode="json")


def progress_of(room: Room, member: Member) -> GoalProgress | None:
    """Return the progress of a member towards the task's goal; None without a goal or a known status."""
    if room.task is None or room.task.goal is None or member.status is None:
        return None
    submission = member.submission
    return progress(room.task.goal, member.status, solved=None if submission is None else submission.solved)


def changed_settings(room: Room, member: Member) -> dict[str, Any]:
    """Return the settings of a member's training that differ from the start, with their values.

    For drawings, which may have thousands of pixels, the value is their number.
    """
    if member.status is None:
        return {}
    start = with_later_settings(room.start_for(member.id))
    return {
        name: len(value) if name == "drawings" else value
        for name, value in member.status.config.short.model_dump(mode="json").items()
        if value != start.get(name)
    }


def with_later_settings(config: dict[str, Any]) -> dict[str, Any]:
    """Return a stored config with defaults for the settings of later versions."""
    return _DEFAULTS | config


def is_ready_to_hand_in(room: Room, member: Member) -> bool:
    """Return whether handing in would add something: another network, or more reached checks of a lesson.

    If the member's network is unknown, as after a restart of the server, True only if there is no attempt.
    """
    if member.waiting:
        return False
    status, reached = member.status, _reached(lesson_progress(room, member))
    if status is None:
        return not room.attempts_of(member)
    now = (status.config.model_dump(mode="json"), status.steps, status.epoch, status.test_loss)
    return all(
        now != (with_later_settings(attempt.config), attempt.steps, attempt.epoch, attempt.test_loss)
        or _reached(attempt.lesson) != reached
        for attempt in room.attempts_of(member)
    )


def _reached(lesson: LessonProgress | None) -> list[list[bool]] | None:
    return None if lesson is None else lesson.by_step
