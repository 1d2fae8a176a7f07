"""Stores rooms, seats and hand-ins in the database, on a thread of its own.

Changes wait in memory until `flush`, the latest of each row only. If the database fails, they stay there, and
the next `flush` tries again.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from sqlalchemy import Table, delete, select

from server.classroom.model.room import Member, Room, Submission
from server.storage.database import Database, StorageError
from server.storage.schema import HAND_INS, ROOMS, SEATS

Kind = Literal["room", "seat", "hand_in"]
Key = tuple[Kind, str]
Row = dict[str, Any]

TABLES: dict[Kind, Table] = {"room": ROOMS, "seat": SEATS, "hand_in": HAND_INS}

ATTEMPTS = 5
"""How often one `flush` tries to write before it gives up."""

_RETRY_INTERVAL = 0.1

T = TypeVar("T")

log = logging.getLogger(__name__)


class RoomStore:
    """The stored rooms. All methods are for the event loop; the database is used on a thread."""

    def __init__(self, storage: Database) -> None:
        """Make a store on a database object that nothing else uses."""
        self._storage = storage
        self._thread = ThreadPoolExecutor(1, "rooms")
        self._queued: dict[Key, Row | None] = {}
        self._writing = asyncio.Lock()
        self._ready = False

    async def load(self) -> list[Room] | None:
        """Return all rooms with their members; None if the database cannot be read now."""
        try:
            return await self._on_thread(self._read)
        except StorageError as problem:
            log.warning("rooms cannot be read: %s", problem)
            return None

    def put(self, *items: Room | Member) -> None:
        """Queue rooms or seats to be written as they are now."""
        for item in items:
            row: Row = {"id": item.id, "value": item.model_dump_json().encode()}
            if isinstance(item, Room):
                self._queued["room", item.id] = row
            else:
                self._queued["seat", item.id] = {**row, "room": item.room}

    def put_submission(self, member: Member) -> None:
        """Queue the hand-in of a member to be written, if there is one."""
        if member.submission is not None:
            value = member.submission.model_dump_json().encode()
            self._queued["hand_in", member.id] = {"id": member.id, "room": member.room, "value": value}

    def remove_submission(self, seat: str) -> None:
        """Queue the hand-in of a seat to be removed."""
        self._queued["hand_in", seat] = None

    def remove_seat(self, seat: str) -> None:
        """Queue a seat and its hand-in to be removed."""
        self._queued["seat", seat] = self._queued["hand_in", seat] = None

    def remove_room(self, room: str, seats: Iterable[str]) -> None:
        """Queue a room to be removed with its seats and their hand-ins."""
        self._queued["room", room] = None
        for seat in seats:
            self.remove_seat(seat)

    async def flush(self) -> bool:
        """Write all queued changes; return whether none are left."""
        async with self._writing:
            for attempt in range(ATTEMPTS):
                if not self._queued:
                    return True
                batch = dict(self._queued)
                try:
                    await self._on_thread(lambda batch=batch: self._write(batch))  # type: ignore[misc]
                except StorageError as problem:
                    if attempt == ATTEMPTS - 1:
                        log.warning("rooms cannot be saved, will try again: %s", problem)
                        return False
                    await asyncio.sleep(_RETRY_INTERVAL)
                    continue
                for key, row in batch.items():
                    if self._queued.get(key, ()) is row:
                        del self._queued[key]
            return not self._queued

    async def close(self) -> None:
        """Write the queued changes, and end the thread."""
        await self.flush()
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._storage.close()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # -- on the thread

    def _open(self) -> None:
        if self._storage.was_replaced():
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
        found = {room.id: room for room in _parse_rows(Room, rooms)}
        hand_in_values = dict(map(tuple, hand_ins))
        for member in sorted(_parse_rows(Member, seats), key=lambda each: each.joined):
            if member.room in found:
                found[member.room].members[member.id] = member
                if member.id in hand_in_values:
                    member.submission = next(
                        iter(_parse_rows(Submission, [(member.id, hand_in_values[member.id])])), None
                    )
        return list(found.values())

    def _write(self, rows: dict[Key, Row | None]) -> None:
        try:
            self._open()
            with self._storage.transaction() as connection:
                for (kind, row_id), row in rows.items():
                    table = TABLES[kind]
                    connection.execute(delete(table).where(table.c.id == row_id))
                    if row is not None:
                        connection.execute(table.insert(), row)
        except StorageError:
            self._ready = False
            raise


def _parse_rows(model: Any, rows: Iterable[Any]) -> list[Any]:
    """Return the models of some rows. Rows that are not valid are logged and left in the database."""
    values = []
    for row_id, value in rows:
        try:
            values.append(model.model_validate_json(value))
        except ValueError as problem:
            log.error("%s %s is stored in a form that cannot be read: %s", model.__name__, row_id, problem)
    return values
