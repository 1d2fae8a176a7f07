"""Rooms, seats and hand-ins in the database, written by a thread of their own.

What is to be written waits here by its name, the latest only. A database that fails keeps nobody from
teaching: it is tried again, and what waits is written then.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from sqlalchemy import Table, delete, select

from server.classroom.model.room import HandIn, Member, Room
from server.storage.database import Database, StorageError
from server.storage.schema import HAND_INS, ROOMS, SEATS

Kind = Literal["room", "seat", "hand_in"]
Key = tuple[Kind, str]
Row = dict[str, Any]

TABLES: dict[Kind, Table] = {"room": ROOMS, "seat": SEATS, "hand_in": HAND_INS}

ATTEMPTS = 5
"""Times that a write is tried before the caller goes on without."""

_PAUSE = 0.1

T = TypeVar("T")

log = logging.getLogger(__name__)


class RoomStore:
    """What is kept of classrooms. All methods belong to the event loop; the database to a thread."""

    def __init__(self, storage: Database) -> None:
        """Take a database of the store's own, over the same place as the sessions'."""
        self._storage = storage
        self._thread = ThreadPoolExecutor(1, "rooms")
        self._waiting: dict[Key, Row | None] = {}
        self._writing = asyncio.Lock()
        self._ready = False

    async def load(self) -> list[Room] | None:
        """Return all rooms with their members; None if the database cannot be read now."""
        try:
            return await self._on_thread(self._read)
        except StorageError as problem:
            log.warning("rooms cannot be read: %s", problem)
            return None

    def put(self, *things: Room | Member) -> None:
        """Note that rooms or seats are to be written as they are now."""
        for thing in things:
            row: Row = {"id": thing.id, "value": thing.model_dump_json().encode()}
            if isinstance(thing, Room):
                self._waiting["room", thing.id] = row
            else:
                self._waiting["seat", thing.id] = {**row, "room": thing.room}

    def put_hand_in(self, member: Member) -> None:
        """Note that a hand-in is to be written."""
        if member.hand_in is not None:
            value = member.hand_in.model_dump_json().encode()
            self._waiting["hand_in", member.id] = {"id": member.id, "room": member.room, "value": value}

    def remove_hand_in(self, seat: str) -> None:
        """Note that a hand-in is to be removed."""
        self._waiting["hand_in", seat] = None

    def remove_seat(self, seat: str) -> None:
        """Note that a seat and its hand-in are to be removed."""
        self._waiting["seat", seat] = self._waiting["hand_in", seat] = None

    def remove_room(self, room: str, seats: Iterable[str]) -> None:
        """Note that a room is to be removed with all that is in it."""
        self._waiting["room", room] = None
        for seat in seats:
            self.remove_seat(seat)

    async def flush(self) -> bool:
        """Write all that waits; return whether nothing waits any more."""
        async with self._writing:
            for attempt in range(ATTEMPTS):
                if not self._waiting:
                    return True
                taken = dict(self._waiting)
                try:
                    await self._on_thread(lambda taken=taken: self._write(taken))  # type: ignore[misc]
                except StorageError as problem:
                    if attempt == ATTEMPTS - 1:
                        log.warning("rooms cannot be saved, which is tried again: %s", problem)
                        return False
                    await asyncio.sleep(_PAUSE)
                    continue
                for key, row in taken.items():
                    if self._waiting.get(key, ()) is row:
                        del self._waiting[key]
            return not self._waiting

    async def close(self) -> None:
        """Write what waits, and end the thread."""
        await self.flush()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._storage.close()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # -- on the thread

    def _open(self) -> None:
        if self._storage.is_missing():
            self._ready = False
        if not self._ready:
            self._storage.close()
            self._storage.open()
            self._ready = True

    def _read(self) -> list[Room]:
        self._open()
        with self._storage.transaction() as connection:
            rooms = connection.execute(select(ROOMS.c.id, ROOMS.c.value)).all()
            seats = connection.execute(select(SEATS.c.id, SEATS.c.value)).all()
            hand_ins = connection.execute(select(HAND_INS.c.id, HAND_INS.c.value)).all()
        found = {room.id: room for room in _parsed(Room, rooms)}
        handed = dict(map(tuple, hand_ins))
        for member in sorted(_parsed(Member, seats), key=lambda each: each.joined):
            if member.room in found:
                found[member.room].members[member.id] = member
                if member.id in handed:
                    member.hand_in = next(iter(_parsed(HandIn, [(member.id, handed[member.id])])), None)
        return list(found.values())

    def _write(self, rows: dict[Key, Row | None]) -> None:
        try:
            self._open()
            with self._storage.transaction() as connection:
                for (kind, identity), row in rows.items():
                    table = TABLES[kind]
                    connection.execute(delete(table).where(table.c.id == identity))
                    if row is not None:
                        connection.execute(table.insert(), row)
        except StorageError:
            self._ready = False
            raise


def _parsed(model: Any, rows: Iterable[Any]) -> list[Any]:
    """Return rows as values; those of a version that is not known are left alone."""
    values = []
    for identity, value in rows:
        try:
            values.append(model.model_validate_json(value))
        except ValueError as problem:
            log.error("%s %s is stored in a way that cannot be read: %s", model.__name__, identity, problem)
    return values
