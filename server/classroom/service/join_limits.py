"""Limits on joining rooms: nobody can fill rooms or guess codes, but a class behind one address gets in."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from server.classroom import errors
from server.classroom.model.room import Member, Room
from server.classroom.service.room_manager import RoomManager
from server.limits.guess_delays import GuessDelays
from server.limits.quotas import client_network
from server.limits.rate_limits import AddressRateLimiter
from server.settings import Settings

BROWSER_JOINS = 10
"""Seats that one browser may take in a row: learners share computers, one after another."""

BROWSER_INTERVAL = 120.0
"""Seconds after which a browser may take one more."""

UNUSED_AFTER = 60.0
"""Seconds after which a seat that no page ever used gives way to a newcomer in a full room."""


class JoinLimits:
    """Limits the rate of joins and of wrong codes. For the event loop only."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Create it for the rooms of a server.

        Args:
            settings: the server's settings.
            clock: returns seconds.
            sleep: waits some seconds.
        """
        joins = settings.max_joins_per_minute
        self._guesses = GuessDelays(clock)
        self._sleep = sleep
        self._by_address = AddressRateLimiter(joins, joins / 60, clock)
        self._by_browser = AddressRateLimiter(BROWSER_JOINS, 1 / BROWSER_INTERVAL, clock)

    async def delay_answer(self, address: str | None, *, wrong: bool) -> None:
        """Wait before answering a code, the longer the more wrong codes an address has sent.

        Args:
            address: the client's address.
            wrong: whether the code to be answered is wrong, which counts.
        """
        delay = self._guesses.delay_for(address)
        if wrong:
            self._guesses.count_wrong(address)
        if delay:
            await self._sleep(delay)

    @contextmanager
    def count_join(self, room: Room, address: str | None, browser: str | None) -> Iterator[None]:
        """Count a join within a `with` block; if the block raises, it does not count.

        Args:
            room: the room.
            address: the client's address.
            browser: the id that the browser has from an earlier seat; None if it has none.

        Raises:
            ProblemError: the address or the browser has taken too many seats lately.
        """
        place = f"{room.id} {client_network(address)}"
        if browser is not None and self._by_browser.acquire(browser):
            raise errors.too_many_joins()
        if self._by_address.acquire(place):
            self._refund(None, browser)
            raise errors.too_many_joins()
        try:
            yield
        except BaseException:
            self._refund(place, browser)
            raise

    def _refund(self, place: str | None, browser: str | None) -> None:
        if browser is not None:
            self._by_browser.refund(browser)
        if place is not None:
            self._by_address.refund(place)


async def evict_unused_seat(room_manager: RoomManager, room: Room) -> None:
    """If a room is full, remove its oldest unused seat, if there is one."""
    if len(room.members) < room_manager.settings.max_seats:
        return
    latest = room_manager.clock() - UNUSED_AFTER
    unused = next(
        (each for each in room.members.values() if _is_unused(each) and each.joined <= latest), None
    )
    if unused is not None:
        await room_manager.remove(room, unused)


def _is_unused(member: Member) -> bool:
    """Return whether a seat was never shown on a page, and nothing was trained or submitted there."""
    trained = member.status is not None and member.status.epoch > 0
    return not (member.online or member.spent or trained or member.attempts)
