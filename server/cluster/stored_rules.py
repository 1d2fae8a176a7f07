"""The rules of the sessions of rooms, in the database, where whoever takes a session over finds them first.

So a learner is never without the locks of the room: not while the room's own host is away, nor when that of
the session is lost.
"""

import asyncio
import json
import logging
from collections.abc import Mapping

from sqlalchemy import Column, String, Table, Text, delete, insert, select

from server.cluster.directory import TABLES
from server.logs import RepeatedTrouble
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
    """The rules that are stored. Each method is one transaction, and may raise `StorageError`."""

    def __init__(self, database: Database) -> None:
        """Create it for a database in which the directory is open, and which one thread at a time uses."""
        self._database = database

    def write(self, changes: Mapping[str, Rules | None]) -> None:
        """Store the rules of some sessions; None removes them."""
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
        """Return the rules of all sessions."""
        with self._database.transaction() as connection:
            return {row.session: _decode(row.value) for row in connection.execute(select(_RULES))}

    def clean(self) -> None:
        """Remove the rules of sessions that are not stored; none may be in memory."""
        with self._database.transaction() as connection:
            connection.execute(delete(_RULES).where(_RULES.c.session.not_in(select(SESSIONS.c.id))))


class RulesWriter:
    """Stores rules as they are set, those of one moment in one transaction. For the event loop only."""

    def __init__(self, stored: StoredRules) -> None:
        """Create it for rules that no other thread uses."""
        self._stored = stored
        self._waiting: dict[str, tuple[Rules | None]] = {}
        self._writing: asyncio.Task[None] | None = None
        self._trouble = RepeatedTrouble(log, "storing the rules of classrooms")

    async def write(self, session_id: str, rules: Rules | None) -> bool:
        """Store the rules of a session; return whether it worked. If not, they wait for `flush`."""
        self._waiting[session_id] = (rules,)
        await self.flush(session_id)
        return session_id not in self._waiting

    async def flush(self, *wanted: str) -> None:
        """Try to store what waits: by default everything."""
        if self._writing is not None:
            await asyncio.shield(self._writing)  # it may have begun before the latest changes
        if self._waiting and (not wanted or not self._waiting.keys().isdisjoint(wanted)):
            if self._writing is None:
                self._writing = asyncio.create_task(self._write())
            await asyncio.shield(self._writing)

    async def _write(self) -> None:
        await asyncio.sleep(0)  # until all rules of this moment are there
        batch = dict(self._waiting)
        try:
            await asyncio.to_thread(self._stored.write, {key: rules for key, (rules,) in batch.items()})
        except StorageError as problem:
            self._trouble.failed(problem)
            return
        finally:
            self._writing = None
        self._trouble.worked()
        for session_id, rules in batch.items():
            if self._waiting.get(session_id) is rules:
                del self._waiting[session_id]


def _encode(rules: Rules) -> str:
    return json.dumps(rules._asdict() | {"locked": sorted(rules.locked)}, separators=(",", ":"))


def _decode(text: str) -> Rules:
    told = {name: value for name, value in json.loads(text).items() if name in Rules._fields}
    return Rules(**told | {"locked": frozenset(told["locked"])})
