"""The rules of sessions of rooms, in the database: a host that takes a session over reads them first.

So the locks of a room are always in force, even while the host of the room or of the session is lost.
"""

import asyncio
import json
import logging
from collections.abc import Mapping

from sqlalchemy import Column, String, Table, Text, delete, insert, select

from server.cluster.directory import TABLES
from server.logs import FailureLog
from server.sessions.rules import Rules
from server.storage.database import Database, StorageError
from server.storage.schema import SESSIONS

_RULES = Table(
    "cluster_rules",
    TABLES,
    Column("session", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

log = logging.getLogger(__name__)


class StoredRules:
    """The stored rules. Each method is one transaction, and may raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        """Create it for a database in which `Directory.open` was called; one thread at a time may use it."""
        self._database = database

    def write(self, changes: Mapping[str, Rules | None]) -> None:
        """Store rules by session id; None removes them."""
        with self._database.transaction() as connection:
            connection.execute(delete(_RULES).where(_RULES.c.session.in_(list(changes))))
            rows = [
                {"session": session_id, "value": _encode(rules)}
                for session_id, rules in changes.items()
                if rules is not None
            ]
            if rows:
                connection.execute(insert(_RULES), rows)

    def read(self) -> dict[str, Rules]:
        """Return the rules of all sessions, by session id."""
        with self._database.transaction() as connection:
            return {row.session: _decode(row.value) for row in connection.execute(select(_RULES))}

    def remove_orphaned(self) -> None:
        """Remove the rules of sessions that are not stored; no session may be in memory."""
        with self._database.transaction() as connection:
            connection.execute(delete(_RULES).where(_RULES.c.session.not_in(select(SESSIONS.c.id))))


class RulesWriter:
    """Stores rules as they are set, several in one transaction. For the event loop only."""

    def __init__(self, stored: StoredRules) -> None:
        """Create it; nothing else may use `stored`."""
        self._stored = stored
        self._unwritten: dict[str, tuple[Rules | None]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._trouble = FailureLog(log, "storing the rules of classrooms")

    async def write(self, session_id: str, rules: Rules | None) -> bool:
        """Store the rules of a session; return whether that succeeded. If not, `flush` tries again."""
        self._unwritten[session_id] = (rules,)
        await self.flush(session_id)
        return session_id not in self._unwritten

    async def flush(self, *wanted: str) -> None:
        """Try to store the unwritten rules, if those of one of the `wanted` sessions (default: any) are."""
        if self._writing is not None:
            await asyncio.shield(self._writing)  # it may have begun before the latest changes
        if self._unwritten and (not wanted or not self._unwritten.keys().isdisjoint(wanted)):
            if self._writing is None:
                self._writing = asyncio.create_task(self._write())
            await asyncio.shield(self._writing)

    async def _write(self) -> None:
        await asyncio.sleep(0)  # collect all rules that are set in this turn of the event loop
        batch = dict(self._unwritten)
        try:
            await asyncio.to_thread(self._stored.write, {key: rules for key, (rules,) in batch.items()})
        except StorageError as problem:
            self._trouble.record_failure(problem)
            return
        finally:
            self._writing = None
        self._trouble.record_success()
        for session_id, rules in batch.items():
            if self._unwritten.get(session_id) is rules:
                del self._unwritten[session_id]


def _encode(rules: Rules) -> str:
    return json.dumps(rules._asdict() | {"locked": sorted(rules.locked)}, separators=(",", ":"))


def _decode(text: str) -> Rules:
    values = {name: value for name, value in json.loads(text).items() if name in Rules._fields}
    return Rules(**values | {"locked": frozenset(values["locked"])})
