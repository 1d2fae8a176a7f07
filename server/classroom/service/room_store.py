"""Stores rooms, seats and submissions in the database, on a thread of its own.

Changes are queued in memory until `flush`, the latest of each row only. If the database fails, they stay
queued, and the next `flush` tries again.
"""

import asyncio
import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, NamedTuple, TypeVar

from sqlalchemy import Table, delete, select

from server.classroom.model.room import Member, Room
from server.classroom.model.submission import Submission
from server.storage.database import Database, RowRejectedError, StorageError
from server.storage.health import StorageHealth
from server.storage.schema import HAND_INS, ROOMS, SEATS

Kind = Literal["room", "seat", "hand_in"]
Key = tuple[Kind, str]
Row = dict[str, Any]

TABLES: dict[Kind, Table] = {"room": ROOMS, "seat": SEATS, "hand_in": HAND_INS}

FIRST_RETRY_DELAY = 0.25
"""Seconds to wait after the first failure of the database; twice as long after each further one."""

MAX_CLOSE_ATTEMPTS = 5
"""How often `close` tries to write."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class RoomStore:
    """The stored rooms. All methods are for the event loop; the database is used on a thread.

    Attributes:
        rooms: returns all open rooms, which are written again if the database is lost.
        absent: whether the database did not exist when it could not be opened, so that it holds no rooms.
    """

    def __init__(self, storage: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Create a store.

        Args:
            storage: a database object that nothing else uses.
            clock: returns seconds.
        """
        self.is_absent = False
        self.rooms: Callable[[], Iterable[Room]] = lambda: ()
        self._storage = storage
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "rooms")
        self._queued: dict[Key, Row | None] = {}
        self._writing: asyncio.Task[None] | None = None
        self._ready = False
        self._anew = False
        self._health = StorageHealth(storage.location, pause=FIRST_RETRY_DELAY, what="Rooms")
        self._next = -math.inf
        self._refused: set[Key] = set()

    async def load(self) -> list[Room] | None:
        """Return all rooms with their members; None if the database cannot be read now.

        After a failure, reading is tried again only after a pause.
        """
        if not self._may_try:
            return None
        try:
            found = await self._on_thread(self._read)
        except StorageError as problem:
            self._fail(problem)
            return None
        self._health.record_success()
        return found

    def put(self, *items: Room | Member) -> None:
        """Queue rooms or seats to be written as they are now."""
        for item in items:
            row: Row = {"id": item.id, "value": item.model_dump_json().encode()}
            if isinstance(item, Room):
                self._queued["room", item.id] = row
            else:
                self._queued["seat", item.id] = {**row, "room": item.room}

    def put_attempts(self, member: Member, *attempts: Submission) -> None:
        """Queue attempts of a member to be written as they are now."""
        for attempt in attempts:
            value = attempt.model_copy(update={"seat": member.id}).model_dump_json().encode()
            self._queued["hand_in", attempt.id] = {"id": attempt.id, "room": member.room, "value": value}

    def remove_attempt(self, attempt: Submission) -> None:
        """Queue an attempt to be removed."""
        self._queued["hand_in", attempt.id] = None

    def remove_seat(self, member: Member) -> None:
        """Queue a seat and its attempts to be removed."""
        self._queued["seat", member.id] = None
        for attempt in member.attempts:
            self.remove_attempt(attempt)

    def remove_room(self, room: Room) -> None:
        """Queue a room to be removed with its seats and their attempts."""
        self._queued["room", room.id] = None
        for member in room.members.values():
            self.remove_seat(member)

    async def flush(self, *, at_once: bool = False) -> bool:
        """Write all queued changes; return whether none are left.

        Concurrent calls share a transaction. After a failure, calls return at once until a pause is over,
        unless `at_once` is set.
        """
        if self._writing is not None:
            await asyncio.shield(self._writing)  # it may have begun before the latest changes
        if self._queued and (at_once or self._may_try):
            if self._writing is None:
                self._writing = asyncio.create_task(self._write_queued())
            await asyncio.shield(self._writing)
        return not self._queued

    async def _write_queued(self) -> None:
        """Write the queued changes; drop and log rows that the database rejects for their contents."""
        batch = dict(self._queued)
        try:
            result = await self._on_thread(lambda: self._write(batch))
        except StorageError as problem:
            self._fail(problem)
            return
        finally:
            self._writing = None
        self._health.record_success()
        for key, row in batch.items():
            if self._queued.get(key, ()) is row:
                del self._queued[key]
            if key not in result.rejected:
                self._refused.discard(key)
            elif key not in self._refused:
                self._refused.add(key)
                log.error("%s %s cannot be saved as it is: %s. All others are.", *key, result.rejected[key])
        if result.is_new_database:
            log.error("The database %s was removed: the rooms are written anew.", self._storage.location)
            for room in self.rooms():
                self.put(room, *room.members.values())
                for member in room.members.values():
                    self.put_attempts(member, *member.attempts)

    async def close(self) -> None:
        """Write the queued changes, and end the thread."""
        for attempt in range(MAX_CLOSE_ATTEMPTS):
            if attempt:
                await asyncio.sleep(FIRST_RETRY_DELAY)
            if await self.flush(at_once=True):
                break
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._storage.close()

    @property
    def _may_try(self) -> bool:
        """Whether the database worked at the last attempt, or the pause after a failure is over."""
        return self._health.present is None or self._clock() >= self._next

    def _fail(self, problem: StorageError) -> None:
        self._health.record_failure(problem)
        self._next = self._clock() + self._health.next_pause()

    async def _on_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # -- on the thread

    def _open(self) -> None:
        """Open the database unless it is open; detect whether it was replaced by a new, empty one."""
        self._anew = self._anew or self._storage.was_replaced()
        if self._anew or not self._ready:
            self._storage.close()
            self.is_absent = self._storage.is_absent()
            self._storage.open()
            self._ready = True

    def _read(self) -> list[Room]:
        self._open()
        with self._storage.transaction() as connection:
            rooms = connection.execute(select(ROOMS.c.id, ROOMS.c.value)).all()
            seats = connection.execute(select(SEATS.c.id, SEATS.c.value)).all()
            hand_ins = connection.execute(select(HAND_INS.c.id, HAND_INS.c.value)).all()
        found = {room.id: room for room in _parse_rows(Room, rooms)}
        attempts: defaultdict[str, list[Submission]] = defaultdict(list)
        for row_id, value in hand_ins:
            for attempt in _parse_rows(Submission, [(row_id, value)]):
                attempt.id, attempt.seat = row_id, attempt.seat or row_id  # as earlier versions stored it
                attempts[attempt.seat].append(attempt)
        for member in sorted(_parse_rows(Member, seats), key=lambda each: each.joined):
            if member.room in found:
                found[member.room].members[member.id] = member
                member.attempts = sorted(attempts[member.id], key=lambda each: each.at)
                _upgrade_attempts(found[member.room], member.attempts)
                found[member.room].choose_best(member)
        return list(found.values())

    def _write(self, rows: dict[Key, Row | None]) -> "WriteResult":
        """Write rows in one transaction, or each in its own if one is rejected for its contents."""
        rejected: dict[Key, StorageError] = {}
        try:
            self._open()
            try:
                self._write_rows(rows)
            except RowRejectedError:
                for key, row in rows.items():
                    try:
                        self._write_rows({key: row})
                    except RowRejectedError as problem:
                        rejected[key] = problem
        except StorageError:
            self._ready = False
            raise
        is_new_database, self._anew = self._anew, False
        return WriteResult(is_new_database, rejected)

    def _write_rows(self, rows: dict[Key, Row | None]) -> None:
        with self._storage.transaction() as connection:
            for (kind, row_id), row in rows.items():
                table = TABLES[kind]
                connection.execute(delete(table).where(table.c.id == row_id))
                if row is not None:
                    connection.execute(table.insert(), row)


class WriteResult(NamedTuple):
    """The result of writing rows."""

    is_new_database: bool
    """Whether the database was replaced by a new one, which holds only these rows."""
    rejected: dict[Key, StorageError]
    """The reason for each row that the database rejected for its contents."""


def _upgrade_attempts(room: Room, attempts: Iterable[Submission]) -> None:
    """Fill in the fields that attempts of earlier versions lack: all belong to the room's task."""
    for attempt in attempts:
        if attempt.goal is None and room.task is not None and attempt.task_key == room.task_key:
            attempt.goal, attempt.order, attempt.fresh_seed = (
                room.task.goal,
                room.leaderboard,
                room.fresh_seed,
            )


def _parse_rows(model: Any, rows: Iterable[Any]) -> list[Any]:
    """Return the models of some rows. Rows that are not valid are logged and left in the database."""
    values = []
    for row_id, value in rows:
        try:
            values.append(model.model_validate_json(value))
        except ValueError as problem:
            log.error("%s %s is stored in a form that cannot be read: %s", model.__name__, row_id, problem)
    return values
