"""A room's trainings as they were seen last: all that screens show of them comes from here.

However many screens look on, each session is looked at once a round.
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
from server.sessions.session import Session

POLL_INTERVAL = 1 / 3
"""Seconds from one look at everybody to the next."""

POLL_TIMEOUT = 0.25
"""Seconds that a round waits for sessions; those that are late are in the next."""

IDLE_POLL_ROUNDS = 3
"""One that did not change is looked at every so many rounds: a class that rests costs little."""

MAX_READS_PER_SECOND = 250
"""Looks a second at most: rounds of a large room take longer."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class SessionReader(Protocol):
    """What the gallery needs of the sessions' host."""

    def inspect(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Have a look at a session in its next turn; None if it is not in memory."""

    def inspect_stored(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Have a look at a session that is not in memory; None if it is not kept either."""


class Watcher(Protocol):
    """Somebody who looks on."""

    resolution: int

    def on_poll(self) -> None:
        """Take note that a round is over."""


class WallPoller:
    """What was seen of each seat of a room, while somebody looks on and after it.

    Attributes:
        snapshots: by seat, the newest of each.
        resolution: of the pictures, from the last round on.
        rounds: how many there were.
    """

    def __init__(self, session_manager: SessionReader, seats: Callable[[], Mapping[str, str]]) -> None:
        """Begin with nothing seen.

        Args:
            session_manager: of the sessions.
            seats: gives the room's seats, each with the id of its session.
        """
        self.snapshots: dict[str, WallSnapshot] = {}
        self.resolution = 0
        self.rounds = 0
        self._session_manager = session_manager
        self._seats = seats
        self._sessions: dict[str, str] = {}
        self._idle: set[str] = set()
        self._restore_attempts: set[tuple[str, int]] = set()
        self._pending: dict[str, Future[WallSnapshot]] = {}
        self._watchers: set[Watcher] = set()
        self._curves = False
        self._poll_now = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def join(self, watcher: Watcher) -> None:
        """Look for somebody from now on; the first round takes all the curves too."""
        self._watchers.add(watcher)
        self._curves = True
        self._poll_now.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    def leave(self, watcher: Watcher) -> None:
        """Look no more when nobody is left."""
        self._watchers.discard(watcher)
        if not self._watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while True:
            began, looks = time.monotonic(), 0
            self._poll_now.clear()
            try:
                looks = await self._poll()
            except Exception:
                log.exception("a round of looks failed")
            for watcher in list(self._watchers):
                watcher.on_poll()
            pause = max(POLL_INTERVAL, looks / MAX_READS_PER_SECOND)
            with suppress(TimeoutError):
                async with asyncio.timeout(began + pause - time.monotonic()):
                    await self._poll_now.wait()

    async def _poll(self) -> int:
        """Have a look at all whose turn it is; return how many those were."""
        seats = dict(self._seats())
        self._forget_removed(seats)
        curves, self._curves = self._curves, False
        wanted = max((watcher.resolution for watcher in self._watchers), default=0)
        self.resolution = resolution_for(len(seats), wanted)
        looks, came = 0, asyncio.Event()
        loop = asyncio.get_running_loop()
        waited_for: set[Future[WallSnapshot]] = set()
        for seat, session in seats.items():
            if seat in self._pending or not (curves or self._is_due(seat)):
                continue
            work = partial(
                take_snapshot, before=self.snapshots.get(seat), resolution=self.resolution, curve=curves
            )
            future = self._session_manager.inspect(session, work) or self._read_stored(seat, session, work)
            if future is None:
                continue
            looks += 1
            self._pending[seat] = future
            waited_for.add(future)

        def done(future: Future[WallSnapshot]) -> None:
            waited_for.discard(future)
            if not waited_for:
                loop.call_soon_threadsafe(came.set)

        for future in list(waited_for):
            future.add_done_callback(done)
        if looks:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_TIMEOUT):
                    await came.wait()
        self._collect()
        self.rounds += 1
        return looks

    def _read_stored(
        self, seat: str, session: str, work: Callable[[Session], WallSnapshot]
    ) -> Future[WallSnapshot] | None:
        """Have a look at one that has left memory, unless that was tried or it was seen before it left."""
        seen, tried = self.snapshots.get(seat), (session, self.resolution)
        known = seen is not None and seen.picture.resolution == self.resolution
        if known or tried in self._restore_attempts:
            return None
        self._restore_attempts.add(tried)
        return self._session_manager.inspect_stored(session, work)

    def _is_due(self, seat: str) -> bool:
        return (
            seat not in self._idle or (self.rounds + hash(seat)) % IDLE_POLL_ROUNDS == 0
        )  # not all in the same round

    def _collect(self) -> None:
        """Take what has come."""
        for seat, future in list(self._pending.items()):
            if not future.done():
                continue
            del self._pending[seat]
            if future.cancelled() or future.exception() is not None:
                continue  # the session went meanwhile
            snapshot = future.result()
            if snapshot is self.snapshots.get(seat):
                self._idle.add(seat)
            else:
                self._idle.discard(seat)
            self.snapshots[seat] = snapshot

    def _forget_removed(self, seats: Mapping[str, str]) -> None:
        """Forget who is no longer there, and those whose session is another one now."""
        gone = [seat for seat, session in self._sessions.items() if seats.get(seat) != session]
        for seat in gone:
            self.snapshots.pop(seat, None)
            self._idle.discard(seat)
            self._pending.pop(seat, None)
        self._sessions = dict(seats)
