"""The actions of a teacher on a room: each is stored with the room and applied to the learners' sessions."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, wraps
from typing import Any, Literal, TypeVar, cast

from server.classroom import errors
from server.classroom.model.lesson_record import LessonOutline
from server.classroom.model.room import Hint, Member, Room, Start
from server.classroom.model.task import NO_TASK, Task
from server.classroom.schemas import NewStart, RoomChange, SeatChange
from server.classroom.service.learner_sessions import execute_ignoring_rules, reset_to_start
from server.classroom.service.lesson_progress import archive_lesson, begin_lesson, leave_lesson
from server.classroom.service.room_manager import RoomManager
from server.classroom.service.submissions import training_snapshot
from server.lessons.lesson import Lesson
from server.protocol import messages as wire
from server.sessions.session import Session

log = logging.getLogger(__name__)


Action = TypeVar("Action", bound=Callable[..., Any])


def _exclusive(action: Action) -> Action:
    """Decorate an action: it waits for earlier ones, and raises `ProblemError` once the room has ended."""

    @wraps(action)
    async def act(self: "TeacherActions", room: Room, *args: Any, **options: Any) -> None:
        async with self._room_manager.operations.begin(room):
            room.prepared = True
            await action(self, room, *args, **options)

    return cast("Action", act)


class TeacherActions:
    """The actions of teachers. They raise `ProblemError`, or the errors of the functions that they call."""

    def __init__(self, room_manager: RoomManager) -> None:
        self._room_manager = room_manager

    @_exclusive
    async def change(self, room: Room, change: RoomChange) -> None:
        """Change the fields of a room that are set in `change`."""
        changed_fields = change.model_fields_set
        shown = room.members.get(change.shown or "")
        if change.shown is not None and shown is None:
            raise errors.no_such_seat()
        if "shown" in changed_fields:
            await self._show(room, shown)  # first, as it may fail
        for name in ("name", "approval", "nicknames", "joining", "reason", "anonymous", "locks"):
            value = getattr(change, name)
            if value is not None:
                setattr(room, name, value)
        if "leaderboard" in changed_fields:
            room.leaderboard = change.leaderboard
            room.choose_best(*room.members.values())
        await self._room_manager.apply_rules(room)
        self._room_manager.queue_and_notify(room)

    async def _show(self, room: Room, member: Member | None) -> None:
        """Show a copy of a member's network to all learners; None stops showing one.

        It is a copy because anyone who knows a session's id can change that session.
        """
        if member is None:
            self._room_manager.stop_showing(room)
            return
        sessions = self._room_manager.sessions
        status, parameters, buffers = await sessions.run(room, member, training_snapshot)
        copy = await sessions.create_copy(status.config, parameters, buffers)
        if not self._room_manager.has_member(room, member):  # the member was removed meanwhile
            sessions.delete(copy)
            raise errors.no_such_seat()
        self._room_manager.stop_showing(room)
        room.shown, room.shown_session = member.id, copy

    @_exclusive
    async def set_start(self, room: Room, new: NewStart) -> None:
        """Set the settings that every learner starts with."""
        config = self._room_manager.sessions.check_config(new.config)
        room.start = Start(config=config.model_dump(mode="json"), speed=new.speed)
        if new.apply == "all":
            await self._run_for(room, None, partial(reset_to_start, room))
        self._room_manager.queue_and_notify(room)

    @_exclusive
    async def set_task(self, room: Room, task: Task | None, lesson: Lesson | None = None) -> None:
        """Set the task with its start, locks and leaderboard, and reset all sessions to its start.

        Attempts at earlier tasks are kept, and count again if the same task is set again. Progress in a
        lesson is kept for the results only: each time it is set as the task, a lesson begins with nothing
        reached.

        Args:
            room: the room.
            task: the task; None removes it.
            lesson: the lesson that the task names.
        """
        had_lesson = bool(room.task_lesson)
        if task is not None:
            config = self._room_manager.sessions.check_config(task.config)
            room.start = Start(config=config.model_dump(mode="json"), speed=room.start.speed)
        archive_lesson(room, room.members.values())
        room.task, room.outline = task, None if lesson is None else LessonOutline.of(lesson)
        room.locks = [] if task is None else list(task.locks)
        room.leaderboard = None if task is None else task.order
        if room.task_key != (key := NO_TASK if task is None else task.key):
            room.task_key, room.fresh_seed = key, secrets.randbelow(2**32)
        await self._room_manager.apply_rules(room)
        for member in room.members.values():
            member.done = False
        room.choose_best(*room.members.values())
        if had_lesson:
            await self._run_for(room, None, lambda _: leave_lesson)
        if task is not None:
            await self._run_for(room, None, partial(reset_to_start, room, speed=False))
        await self._begin_lesson(room, room.members.values())
        self._room_manager.queue_and_notify(room, *room.members.values())

    @_exclusive
    async def run_action(
        self, room: Room, action: Literal["pause", "resume", "play", "reset"], some: list[Member] | None
    ) -> None:
        """Pause, resume, play or reset the sessions of some members; None for all.

        A reset also restarts the lesson that is the task, with nothing reached.
        """
        members = list(room.members.values()) if some is None else some
        if action in {"pause", "resume"}:
            for member in members:
                member.paused = some is not None and action == "pause"
            if some is None:
                room.paused = action == "pause"
            await self._room_manager.apply_rules(room)
        else:
            if action == "play":  # playing also ends a pause
                for member in members:
                    member.paused = False
                if some is None:
                    room.paused = False
                await self._room_manager.apply_rules(room)
            if action == "reset" and room.task_lesson:
                await self._run_for(room, some, lambda _: leave_lesson)
            await self._run_for(room, some, partial(reset_to_start, room) if action == "reset" else _play_for)
            if action == "reset":
                archive_lesson(room, members)
                await self._begin_lesson(room, members)
        self._room_manager.queue_and_notify(room, *members)

    @_exclusive
    async def send_hint(self, room: Room, text: str, some: list[Member] | None) -> None:
        """Show a hint to some members; None for all."""
        members = list(room.members.values()) if some is None else some
        for member in members:
            member.hint = Hint(text=text, at=self._room_manager.clock())
        self._room_manager.queue_and_notify(room, *members)

    @_exclusive
    async def change_seat(self, room: Room, member: Member, change: SeatChange) -> None:
        """Approve or rename a learner, clear their request for help, or ask permission to change settings."""
        if change.nickname is not None:
            if room.has_nickname(change.nickname, but=member):
                raise errors.nickname_taken(change.nickname)
            member.nickname = change.nickname
        if change.approve:
            member.waiting = False
        if change.help is not None:
            member.help = change.help
        if change.ask is not None:
            member.asked, member.agreed = change.ask, False
        await self._room_manager.apply_rules(room)
        self._room_manager.queue_and_notify(room, member)

    @_exclusive
    async def remove_offline(self, room: Room) -> None:
        """Remove all members of whom no page is connected, with their trainings and submissions."""
        gone: list[str] = []
        for member in [each for each in room.members.values() if not each.online]:
            self._room_manager.queue_removal(room, member)
            gone.append(member.session)
        await self._room_manager.room_sessions.wait_for_pending_calls(*gone)

    @_exclusive
    async def change_config(self, room: Room, member: Member, changes: Mapping[str, Any]) -> None:
        """Change settings of a learner's session; raises `ProblemError` if the learner has not agreed."""
        if not self._room_manager.has_member(room, member):
            raise errors.no_such_seat()
        if not member.agreed:
            raise errors.not_agreed()

        work = partial(execute_ignoring_rules, messages=[wire.Configure(changes=dict(changes))])
        await self._room_manager.sessions.run(room, member, work)
        self._room_manager.queue_and_notify(room, member)

    async def _begin_lesson(self, room: Room, members: Iterable[Member]) -> None:
        """Reset the lesson records of members; call it once their sessions have left the lesson."""
        begin_lesson(room, members, self._room_manager.clock())
        await self._room_manager.apply_rules(room)  # they contain the time since when progress counts

    async def _run_for(
        self, room: Room, some: Sequence[Member] | None, work: Callable[[Member], Callable[[Session], None]]
    ) -> None:
        """Call functions with the sessions of some members (None: all); failures are only logged."""
        members = list(room.members.values()) if some is None else some
        calls = [self._room_manager.sessions.run(room, member, work(member)) for member in members]
        for problem in await asyncio.gather(*calls, return_exceptions=True):
            if isinstance(problem, Exception):
                log.warning("an action on a learner's session failed: %s", problem)


def _play_for(member: Member) -> Callable[[Session], None]:
    del member
    return partial(execute_ignoring_rules, messages=[wire.Play()])
