"""Data for links, in the database: addressed by a digest of their content, and removed when long unused.

All methods are for the event loop; the database is used on a thread.
"""

import asyncio
import hashlib
import time
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, delete, func, select, update

from server.storage.database import Database, StorageError
from server.storage.lifetimes import LifetimeClock, shift_after_start
from server.storage.schema import SHARED_DATA, migrate

T = TypeVar("T")


class SharedDataLimits(NamedTuple):
    """Limits on the stored data; beyond them, the longest unused are removed.

    Attributes:
        lifetime: seconds without use after which data are removed.
        number: the maximum number of stored data.
        size: their maximum size in bytes, together.
    """

    lifetime: float
    number: int
    size: int


def id_of(value: bytes) -> str:
    """Return the id of data: 22 characters of their digest."""
    return urlsafe_b64encode(hashlib.sha256(value).digest()[:16]).decode().rstrip("=")


class SharedDataStore:
    """The stored data. Every method but `close` raises `StorageError` if the database fails."""

    def __init__(
        self,
        storage: Database,
        limits: SharedDataLimits,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Create the store; `storage` is a database object that nothing else uses."""
        self._storage = storage
        self._limits = limits
        self._lifetimes = LifetimeClock(clock=clock, wall=wall)
        self._thread = ThreadPoolExecutor(1, "shared-data")
        self._ready = False

    async def has(self, data_id: str) -> bool:
        """Return whether data with an id are stored; this does not count as use."""
        return await self._on_thread(
            lambda connection: (
                connection.execute(select(SHARED_DATA.c.id).where(SHARED_DATA.c.id == data_id)).first()
                is not None
            )
        )

    async def put(self, value: bytes) -> str:
        """Store data unless they are stored already; return their id."""
        data_id = id_of(value)
        await self._on_thread(lambda connection: self._put(connection, data_id, value))
        return data_id

    async def get(self, data_id: str) -> bytes | None:
        """Return the data with an id, which counts as use; None if there are none."""
        return await self._on_thread(lambda connection: self._get(connection, data_id))

    async def close(self) -> None:
        """End the thread, and close the database."""
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._storage.close()

    async def _on_thread(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_transaction, work)

    # -- on the thread

    def _in_transaction(self, work: Callable[[Connection], T]) -> T:
        try:
            if self._storage.was_replaced():
                self._storage.close()
                self._ready = False
            with self._storage.transaction() as connection:
                self._prepare(connection)
                result = work(connection)
        except StorageError:
            self._ready = False
            raise
        return result

    def _prepare(self, connection: Connection) -> None:
        """Create missing tables, and move stored times if the wall clock has jumped."""
        jump = self._lifetimes.detect_jump()
        self._lifetimes.apply_jump(jump)
        if not self._ready:
            migrate(connection)
            newest = connection.execute(select(func.max(SHARED_DATA.c.seen))).scalar() or 0.0
            jump = shift_after_start(newest, self._lifetimes.now())
            self._ready = True
        if jump:
            connection.execute(update(SHARED_DATA).values(seen=SHARED_DATA.c.seen + jump))

    def _put(self, connection: Connection, data_id: str, value: bytes) -> None:
        if self._mark_used(connection, data_id):
            return
        packed = zlib.compress(value)
        row = {"id": data_id, "seen": self._lifetimes.now(), "size": len(packed), "value": packed}
        connection.execute(SHARED_DATA.insert(), row)
        self._remove_excess(connection, data_id)

    def _get(self, connection: Connection, data_id: str) -> bytes | None:
        packed = connection.execute(select(SHARED_DATA.c.value).where(SHARED_DATA.c.id == data_id)).scalar()
        if packed is None:
            return None
        self._mark_used(connection, data_id)
        return zlib.decompress(packed)

    def _mark_used(self, connection: Connection, data_id: str) -> bool:
        """Set the time of the last use of data to now; return whether they exist."""
        seen = update(SHARED_DATA).where(SHARED_DATA.c.id == data_id).values(seen=self._lifetimes.now())
        return connection.execute(seen).rowcount > 0

    def _remove_excess(self, connection: Connection, newest: str) -> None:
        """Remove expired data, and the longest unused beyond the limits, but never `newest`."""
        if self._lifetimes.may_remove:
            old = SHARED_DATA.c.seen < self._lifetimes.now() - self._limits.lifetime
            connection.execute(delete(SHARED_DATA).where(old))
        rows = connection.execute(
            select(SHARED_DATA.c.id, SHARED_DATA.c.size).order_by(SHARED_DATA.c.seen.desc())
        ).all()
        total, gone = 0, []
        for place, (data_id, size) in enumerate(rows):
            total += size
            if data_id != newest and (place >= self._limits.number or total > self._limits.size):
                gone.append(data_id)
        for start in range(0, len(gone), 500):
            connection.execute(delete(SHARED_DATA).where(SHARED_DATA.c.id.in_(gone[start : start + 500])))
