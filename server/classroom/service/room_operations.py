"""Serializes operations on a room that await sessions: one at a time, and none on a room that has ended."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from server.classroom import errors
from server.classroom.model.room import Member, Room
from server.classroom.service.room_store import RoomStore


class RoomOperations:
    """The operations of all rooms. For the event loop only."""

    def __init__(self, rooms: Mapping[str, Room], store: RoomStore) -> None:
        """Create it for the open rooms, by id; `store` is flushed after each operation."""
        self._rooms = rooms
        self._store = store
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def begin(self, room: Room, member: Member | None = None) -> AsyncIterator[None]:
        """Lock a room, or one of its members, within an `async with` block; other operations on it wait.

        Changes queued in the block are written after it, so that no other operation waits for the database.

        Raises:
            ProblemError: the room has ended, or the member was removed, before it was this operation's turn.
        """
        async with self._lock(room.id if member is None else member.id):
            if self._rooms.get(room.id) is not room:
                raise errors.no_such_room()
            if member is not None and room.members.get(member.id) is not member:
                raise errors.no_such_seat()
            yield
        await self._store.flush()

    @asynccontextmanager
    async def end(self, room: Room) -> AsyncIterator[bool]:
        """Lock a room for ending it within an `async with` block; yields whether it is still open."""
        async with self._lock(room.id):
            yield self._rooms.get(room.id) is room

    def _lock(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())
