"""Reads the status of every learner's session a few times a second, for goals and the teacher's list."""

import asyncio
import logging
from concurrent.futures import Future
from functools import partial
from typing import Any

from server.classroom.model.room import Member, Room
from server.classroom.service.lesson_progress import record_verified
from server.classroom.service.progress import changed_settings, progress_of
from server.classroom.service.room_manager import RoomManager
from server.classroom.service.submissions import restore_missing_copies
from server.goals.goals import TrainingStatus
from server.goals.training_status import training_status
from server.logs import FailureLog
from server.sessions.session import Session

POLL_INTERVAL = 0.4
"""Seconds between two readings of all statuses."""

SAVE_INTERVAL = 10.0
"""Seconds between two savings of the time that learners have spent."""

ABSENT_ROUNDS = 12
"""Rounds after which a training of an absent learner is looked for again that was not in memory elsewhere."""

log = logging.getLogger(__name__)


class Monitor:
    """Reads the statuses, saves spent times at intervals, and ends rooms whose lifetime is over."""

    def __init__(self, room_manager: RoomManager) -> None:
        self._room_manager = room_manager
        self._pending: set[str] = set()
        self._absent: dict[str, int] = {}
        """Until which round the trainings of members are not asked for, as they were not in memory."""
        self._rounds = 0
        self._saved = 0.0

    async def run(self) -> None:
        """Run until cancelled."""
        loop = asyncio.get_running_loop()
        before, trouble = loop.time(), FailureLog(log, "monitoring the rooms")
        while True:
            await asyncio.sleep(POLL_INTERVAL)
            now = loop.time()
            try:
                self._update_all(now - before)
                if now - self._saved > SAVE_INTERVAL:
                    self._saved = now
                    self._room_manager.save_times()
                    await restore_missing_copies(self._room_manager)
                await self._room_manager.run_maintenance()
            except Exception as problem:  # noqa: BLE001 - it is logged, and the next round tries again
                trouble.record_failure(problem)
            else:
                trouble.record_success()
            before = now

    def _update_all(self, seconds: float) -> None:
        self._rounds += 1
        if self._rounds % ABSENT_ROUNDS == 0:
            self._absent = {seat: until for seat, until in self._absent.items() if until > self._rounds}
        for room in list(self._room_manager.rooms.values()):
            self._room_manager.verifier.update_progress(room)
            for member in list(room.members.values()):
                if member.online:
                    member.spent += seconds
                if (member.online or member.stale) and member.id not in self._pending:
                    self._read_status(room, member)

    def _read_status(self, room: Room, member: Member) -> None:
        if self._absent.get(member.id, 0) > self._rounds and not member.online:
            return
        future = self._room_manager.room_sessions.read(member.session, _read_if_changed, member.status)
        if future is None:
            return
        self._pending.add(member.id)
        member.stale = False
        loop = asyncio.get_running_loop()

        def on_done(future: Future[TrainingStatus | None]) -> None:
            try:
                loop.call_soon_threadsafe(partial(self._on_status, room, member, future))
            except RuntimeError:  # the loop is closed
                return

        future.add_done_callback(on_done)

    def _on_status(self, room: Room, member: Member, future: "Future[TrainingStatus | None]") -> None:
        self._pending.discard(member.id)
        if future.cancelled():
            member.stale = True
            return
        if future.exception() is not None:
            return
        if (status := future.result()) is None:  # the session is not in memory
            member.stale = True
            self._absent[member.id] = self._rounds + ABSENT_ROUNDS
            return
        self._absent.pop(member.id, None)
        self.update_status(room, member, status)

    def update_status(self, room: Room, member: Member, status: TrainingStatus) -> None:
        """Store a new status of a member's training, and notify the listeners if it has changed."""
        record_verified(self._room_manager, room, member, status.verified)
        before = member.status
        if before is not None and _position(before) == _position(status):
            if before != status:
                member.status = status
            return
        shown = _listed_values(room, member)
        member.status, member.idle_since = status, self._room_manager.clock()
        self._room_manager.notifications.notify(member.id)
        if _listed_values(room, member) != shown:
            self._room_manager.notifications.notify(room.id)


def _read_if_changed(session: Session, before: TrainingStatus | None) -> TrainingStatus:
    status = training_status(session)
    return before if before is not None and before == status else status


def _position(status: TrainingStatus) -> tuple[int, int, int]:
    return status.epoch, status.revision, status.lesson_step


def _listed_values(room: Room, member: Member) -> Any:
    """Return the values of a training in the teacher's list; the wall sends the losses separately."""
    if member.status is None:
        return None
    progress = progress_of(room, member)
    met = None if progress is None else [part.met for part in progress.parts]
    return member.status.shape, changed_settings(room, member), met, member.status.lesson_step
