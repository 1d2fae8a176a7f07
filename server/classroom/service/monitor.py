"""Looking at the training of every learner a few times a second, so that rooms know how they stand."""

import asyncio
import logging
from concurrent.futures import Future
from functools import partial
from typing import Any

from server.classroom.api.responses import differs, progress_of
from server.classroom.model.goals import TrainingStatus
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.classroom.service.submissions import open_again
from server.classroom.service.training_status import look

EVERY = 0.4
"""Seconds between two looks."""

SAVE_EVERY = 10.0
"""Seconds after which the time that learners spent is kept."""

log = logging.getLogger(__name__)


class Watch:
    """The task that looks, saves now and then, and ends rooms when their time has come."""

    def __init__(self, room_manager: RoomManager) -> None:
        self._registry = room_manager
        self._under_way: set[str] = set()
        self._saved = 0.0

    async def run(self) -> None:
        """Go on until cancelled."""
        loop = asyncio.get_running_loop()
        before = loop.time()
        while True:
            await asyncio.sleep(EVERY)
            now = loop.time()
            try:
                self._look(now - before)
                if now - self._saved > SAVE_EVERY:
                    self._saved = now
                    self._registry.keep_times()
                    await open_again(self._registry)
                await self._registry.tidy()
            except Exception:
                log.exception("looking after the rooms failed, and goes on")
            before = now

    def _look(self, seconds: float) -> None:
        for room in list(self._registry.rooms.values()):
            self._registry.checks.look(room)
            for member in list(room.members.values()):
                if member.online:
                    member.spent += seconds
                if (member.online or member.stale) and member.id not in self._under_way:
                    self._ask(room, member)

    def _ask(self, room: Room, member: Member) -> None:
        future = self._registry.session_manager.inspect(member.session, look)
        if future is None:
            return
        self._under_way.add(member.id)
        member.stale = False
        loop = asyncio.get_running_loop()

        def came(future: Future[TrainingStatus]) -> None:
            try:
                loop.call_soon_threadsafe(partial(self._came, room, member, future))
            except RuntimeError:  # the loop is closed: nobody wants to know
                return

        future.add_done_callback(came)

    def _came(self, room: Room, member: Member, future: "Future[TrainingStatus]") -> None:
        self._under_way.discard(member.id)
        if future.cancelled() or future.exception() is not None:
            return
        self.note(room, member, future.result())

    def note(self, room: Room, member: Member, found: TrainingStatus) -> None:
        """Note how a member's training stands; tell those who want to know what is new of it."""
        before = member.look
        if before is not None and (before.epoch, before.revision) == (found.epoch, found.revision):
            if before != found:
                member.look = found
            return
        told = _told(room, member)
        member.look, member.idle_since = found, self._registry.wall()
        self._registry.signals.tell(member.id)
        if _told(room, member) != told:
            self._registry.signals.tell(room.id)


def _told(room: Room, member: Member) -> Any:
    """Return what the teacher's list shows of a training; the losses come another way."""
    if member.look is None:
        return None
    found = progress_of(room, member)
    met = None if found is None else [part.met for part in found.parts]
    return member.look.shape, differs(room, member), met
