"""When rooms end: after a lifetime in real time, whatever jumps the wall clock makes."""

import time
from collections.abc import Callable, Iterable

from server.classroom.model.room import Room
from server.storage.lifetimes import LifetimeClock, shift_after_start

SEEN_INTERVAL = 60.0
"""Seconds after which a room's `seen` is saved, even if nothing else has changed."""


class RoomLifetimes:
    """The lifetimes of all rooms of a server."""

    def __init__(
        self, lifetime: float, clock: Callable[[], float], steady: Callable[[], float] = time.monotonic
    ) -> None:
        """Create it when the server starts.

        Args:
            lifetime: seconds that a room is open at most.
            clock: returns Unix time.
            steady: returns seconds since any moment; it never jumps.
        """
        self._lifetime = lifetime
        self._clock = clock
        self._lifetimes = LifetimeClock(clock=steady, wall=clock)

    def set_ends(self, rooms: Iterable[Room]) -> bool:
        """Set the ends of loaded rooms; return whether the wall clock was changed while the server was off.

        In that case (the server would have been off for an implausible time) all ends are moved accordingly.
        """
        rooms, now = list(rooms), self._clock()
        shift = shift_after_start(max((room.seen or room.created for room in rooms), default=0.0), now)
        for room in rooms:
            room.ends = min(room.ends + shift, now + self._lifetime)
            room.seen = now
        return shift != 0

    def follow_wall_clock(self, rooms: Iterable[Room]) -> bool:
        """If the wall clock has jumped, move the ends of open rooms by the jump; return whether it has."""
        jump = self._lifetimes.detect_jump()
        self._lifetimes.apply_jump(jump)
        if not jump:
            return False
        for room in rooms:
            room.ends += jump
            room.seen += jump
            for member in room.members.values():
                member.idle_since += jump
        return True

    def expired(self, rooms: Iterable[Room]) -> list[Room]:
        """Return the rooms whose lifetime is over; none in the first minutes after the server's start."""
        if not self._lifetimes.may_remove:
            return []
        return [room for room in rooms if room.ends <= self._clock()]

    def mark_seen(self, room: Room) -> bool:
        """Set a room's `seen` to now if it is older than `SEEN_INTERVAL`; return whether it was."""
        now = self._clock()
        if abs(now - room.seen) < SEEN_INTERVAL:
            return False
        room.seen = now
        return True
