"""Takes snapshots of the learners' trainings of a room, a few times a second while a page shows the wall.

All pages of a room share one poller, so that each session is read at most once a round.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

from server.classroom.wall.encoding import resolution_for
from server.classroom.wall.snapshot import WallSnapshot, take_snapshot
from server.logs import FailureLog
from server.sessions.session import Session

POLL_INTERVAL = 1 / 3
"""Seconds from the start of one round to the start of the next."""

POLL_TIMEOUT = 0.25
"""Seconds that a round waits for snapshots; the next round uses later ones."""

IDLE_POLL_ROUNDS = 3
"""A session that did not change is read only once in this many rounds."""

MAX_READS_PER_SECOND = 250
"""Maximum number of sessions read per second: in a large room, rounds start less often."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class SessionReader(Protocol):
    """The part of `RoomSessions` that the poller uses."""

    def read(
        self,
        session_id: str,
        work: Callable[[Session, T | None], T],
        before: T | None,
        *,
        stored: bool = False,
    ) -> Future[T | None] | None:
        """Call a function with a session and its earlier result; None if it is not there to be read."""


class Watcher(Protocol):
    """A page that shows the wall.

    Attributes:
        resolution: cells on a side of the heat maps that it wants.
    """

    resolution: int

    def on_poll(self) -> None:
        """Handle the end of a round."""


class WallPoller:
    """The latest snapshot of each seat of a room. It polls while at least one page watches.

    Attributes:
        snapshots: the latest snapshots by the id of the seat.
        resolution: cells on a side of the heat maps since the last round.
        rounds: the number of finished rounds.
    """

    def __init__(self, sessions: SessionReader, seats: Callable[[], Mapping[str, str]]) -> None:
        """Create a poller without snapshots and watchers.

        Args:
            sessions: reads the sessions.
            seats: returns the ids of the room's sessions by the ids of their seats.
        """
        self.snapshots: dict[str, WallSnapshot] = {}
        self.resolution = 0
        self.rounds = 0
        self._reader = sessions
        self._seats = seats
        self._sessions: dict[str, str] = {}
        self._idle: set[str] = set()
        self._restore_attempts: set[tuple[str, int]] = set()
        self._pending: dict[str, Future[WallSnapshot | None]] = {}
        self._watchers: set[Watcher] = set()
        self._curves = False
        self._poll_now = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add_watcher(self, watcher: Watcher) -> None:
        """Add a watcher, and start a round at once that brings all loss curves up to date."""
        self._watchers.add(watcher)
        self._curves = True
        self._poll_now.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def remove_watcher(self, watcher: Watcher) -> None:
        """Remove a watcher; without watchers the poller stops."""
        self._watchers.discard(watcher)
        if not self._watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        trouble = FailureLog(log, "reading a wall's trainings")
        while True:
            started, reads = time.monotonic(), 0
            self._poll_now.clear()
            try:
                reads = await self._poll()
            except Exception as problem:  # noqa: BLE001 - it is logged, and the next round tries again
                trouble.record_failure(problem)
            else:
                trouble.record_success()
            for watcher in list(self._watchers):
                watcher.on_poll()
            pause = max(POLL_INTERVAL, reads / MAX_READS_PER_SECOND)
            with suppress(TimeoutError):
                async with asyncio.timeout(started + pause - time.monotonic()):
                    await self._poll_now.wait()

    async def _poll(self) -> int:
        """Run one round; return how many sessions were read."""
        seats = dict(self._seats())
        self._forget_removed(seats)
        curves, self._curves = self._curves, False
        wanted = max((watcher.resolution for watcher in self._watchers), default=0)
        self.resolution = resolution_for(len(seats), wanted)
        reads, all_done = 0, asyncio.Event()
        loop = asyncio.get_running_loop()
        awaited: set[Future[WallSnapshot | None]] = set()
        for seat, session in seats.items():
            if seat in self._pending or not (curves or self._is_due(seat)):
                continue
            work = partial(take_snapshot, resolution=self.resolution, curve=curves)
            last, stored = self.snapshots.get(seat), self._should_restore(seat, session)
            future = self._reader.read(session, work, last, stored=stored)
            if future is None:
                self._mark_absent(seat)
                continue
            reads += 1
            self._pending[seat] = future
            awaited.add(future)

        def on_done(future: Future[WallSnapshot | None]) -> None:
            awaited.discard(future)
            if not awaited:
                loop.call_soon_threadsafe(all_done.set)

        for future in list(awaited):
            future.add_done_callback(on_done)
        if reads:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_TIMEOUT):
                    await all_done.wait()
        self._collect()
        self.rounds += 1
        return reads

    def _should_restore(self, seat: str, session: str) -> bool:
        """Return whether to read a stored session that is not in memory: once, unless that has failed."""
        last = self.snapshots.get(seat)
        current = last is not None and last.heat_map.resolution == self.resolution
        return not current and (session, self.resolution) not in self._restore_attempts

    def _mark_absent(self, seat: str) -> None:
        """Mark a session as neither in memory nor restorable."""
        self._restore_attempts.add((self._sessions.get(seat, ""), self.resolution))

    def _is_due(self, seat: str) -> bool:
        return (
            seat not in self._idle or (self.rounds + hash(seat)) % IDLE_POLL_ROUNDS == 0
        )  # not all in the same round

    def _collect(self) -> None:
        """Store the snapshots that are ready."""
        for seat, future in list(self._pending.items()):
            if not future.done():
                continue
            del self._pending[seat]
            if future.cancelled():  # it is asked for again
                continue
            if future.exception() is not None or (snapshot := future.result()) is None:
                self._mark_absent(seat)  # or it was removed meanwhile
                self._idle.add(seat)
                continue
            if snapshot is self.snapshots.get(seat):
                self._idle.add(seat)
            else:
                self._idle.discard(seat)
            self.snapshots[seat] = snapshot

    def _forget_removed(self, seats: Mapping[str, str]) -> None:
        """Forget seats that were removed or have another session now."""
        removed = [seat for seat, session in self._sessions.items() if seats.get(seat) != session]
        for seat in removed:
            self.snapshots.pop(seat, None)
            self._idle.discard(seat)
            self._pending.pop(seat, None)
        self._sessions = dict(seats)
