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
from server.classroom.wall.snapshot import WallSnapshot, look
from server.sessions.session import Session

ROUND = 1 / 3
"""Seconds from one look at everybody to the next."""

PATIENCE = 0.25
"""Seconds that a round waits for sessions; those that are late are in the next."""

CALM = 3
"""One that did not change is looked at every so many rounds: a class that rests costs little."""

MOST_A_SECOND = 250
"""Looks a second at most: rounds of a large room take longer."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class Host(Protocol):
    """What the gallery needs of the sessions' host."""

    def inspect(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Have a look at a session in its next turn; None if it is not in memory."""

    def inspect_stored(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Have a look at a session that is not in memory; None if it is not kept either."""


class Watcher(Protocol):
    """Somebody who looks on."""

    resolution: int

    def seen(self) -> None:
        """Take note that a round is over."""


class WallPoller:
    """What was seen of each seat of a room, while somebody looks on and after it.

    Attributes:
        glimpses: by seat, the newest of each.
        resolution: of the pictures, from the last round on.
        rounds: how many there were.
    """

    def __init__(self, session_manager: Host, seats: Callable[[], Mapping[str, str]]) -> None:
        """Begin with nothing seen.

        Args:
            session_manager: of the sessions.
            seats: gives the room's seats, each with the id of its session.
        """
        self.glimpses: dict[str, WallSnapshot] = {}
        self.resolution = 0
        self.rounds = 0
        self._host = session_manager
        self._seats = seats
        self._sessions: dict[str, str] = {}
        self._calm: set[str] = set()
        self._recalled: set[tuple[str, int]] = set()
        self._under_way: dict[str, Future[WallSnapshot]] = {}
        self._watchers: set[Watcher] = set()
        self._curves = False
        self._hurry = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def join(self, watcher: Watcher) -> None:
        """Look for somebody from now on; the first round takes all the curves too."""
        self._watchers.add(watcher)
        self._curves = True
        self._hurry.set()
        if self._task is None:
            self._task = asyncio.create_task(self._go_round())

    def leave(self, watcher: Watcher) -> None:
        """Look no more when nobody is left."""
        self._watchers.discard(watcher)
        if not self._watchers and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _go_round(self) -> None:
        while True:
            began, looks = time.monotonic(), 0
            self._hurry.clear()
            try:
                looks = await self._look_at_all()
            except Exception:
                log.exception("a round of looks failed")
            for watcher in list(self._watchers):
                watcher.seen()
            pause = max(ROUND, looks / MOST_A_SECOND)
            with suppress(TimeoutError):
                async with asyncio.timeout(began + pause - time.monotonic()):
                    await self._hurry.wait()

    async def _look_at_all(self) -> int:
        """Have a look at all whose turn it is; return how many those were."""
        seats = dict(self._seats())
        self._forget_others(seats)
        curves, self._curves = self._curves, False
        wanted = max((watcher.resolution for watcher in self._watchers), default=0)
        self.resolution = resolution_for(len(seats), wanted)
        looks, came = 0, asyncio.Event()
        loop = asyncio.get_running_loop()
        waited_for: set[Future[WallSnapshot]] = set()
        for seat, session in seats.items():
            if seat in self._under_way or not (curves or self._is_due(seat)):
                continue
            work = partial(look, before=self.glimpses.get(seat), resolution=self.resolution, curve=curves)
            future = self._host.inspect(session, work) or self._recall(seat, session, work)
            if future is None:
                continue
            looks += 1
            self._under_way[seat] = future
            waited_for.add(future)

        def done(future: Future[WallSnapshot]) -> None:
            waited_for.discard(future)
            if not waited_for:
                loop.call_soon_threadsafe(came.set)

        for future in list(waited_for):
            future.add_done_callback(done)
        if looks:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await came.wait()
        self._gather()
        self.rounds += 1
        return looks

    def _recall(
        self, seat: str, session: str, work: Callable[[Session], WallSnapshot]
    ) -> Future[WallSnapshot] | None:
        """Have a look at one that has left memory, unless that was tried or it was seen before it left."""
        seen, tried = self.glimpses.get(seat), (session, self.resolution)
        known = seen is not None and seen.picture.resolution == self.resolution
        if known or tried in self._recalled:
            return None
        self._recalled.add(tried)
        return self._host.inspect_stored(session, work)

    def _is_due(self, seat: str) -> bool:
        return seat not in self._calm or (self.rounds + hash(seat)) % CALM == 0  # not all in the same round

    def _gather(self) -> None:
        """Take what has come."""
        for seat, future in list(self._under_way.items()):
            if not future.done():
                continue
            del self._under_way[seat]
            if future.cancelled() or future.exception() is not None:
                continue  # the session went meanwhile
            glimpse = future.result()
            if glimpse is self.glimpses.get(seat):
                self._calm.add(seat)
            else:
                self._calm.discard(seat)
            self.glimpses[seat] = glimpse

    def _forget_others(self, seats: Mapping[str, str]) -> None:
        """Forget who is no longer there, and those whose session is another one now."""
        gone = [seat for seat, session in self._sessions.items() if seats.get(seat) != session]
        for seat in gone:
            self.glimpses.pop(seat, None)
            self._calm.discard(seat)
            self._under_way.pop(seat, None)
        self._sessions = dict(seats)
