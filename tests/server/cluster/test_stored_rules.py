"""Rules of sessions in the database: they come back as they were, and wait while it fails."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL

from server.cluster.directory import Directory
from server.cluster.stored_rules import RulesWriter, StoredRules
from server.sessions.rules import FROZEN, Rules
from server.storage.database import Database, StorageError, in_folder
from tests.support import postgresql

pytestmark = pytest.mark.anyio

LOCKED = Rules(
    frozenset({"noise", "speed"}), "Nur so: 只", paused=True, room="r", seat="s", room_key="k", seat_token="t"
)


@contextmanager
def opened(url: str | URL) -> Iterator[StoredRules]:
    database = Database(url, shared=True)
    database.open()
    Directory(database).open()
    yield StoredRules(database)
    database.close()


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredRules]:
    with opened(in_folder(tmp_path)) as stored:
        yield stored


class Failing(StoredRules):
    """Rules in a database that fails at first."""

    def __init__(self, stored: StoredRules) -> None:
        self.fails, self.written = True, 0
        self._others = stored

    def write(self, changes: Mapping[str, Rules | None]) -> None:
        if self.fails:
            raise StorageError("unreachable", "gone")
        self.written += 1
        self._others.write(changes)


def test_rules_come_back_as_they_were(stored: StoredRules) -> None:
    stored.write({"a": LOCKED, "b": FROZEN, "c": Rules()})
    stored.write({"c": None, "a": LOCKED._replace(paused=False)})
    assert stored.read() == {"a": LOCKED._replace(paused=False), "b": FROZEN}
    stored.remove_orphaned()
    assert stored.read() == {}, "no such session is stored"


@pytest.mark.slow
@pytest.mark.skipif(not postgresql.IS_THERE, reason="PostgreSQL is not installed")
def test_they_do_in_postgresql() -> None:
    with postgresql.running_postgresql() as (url, _), opened(url) as stored:
        test_rules_come_back_as_they_were(stored)


async def test_rules_of_one_moment_share_a_transaction_and_wait_for_the_database(stored: StoredRules) -> None:
    database = Failing(stored)
    writer = RulesWriter(database)
    assert await asyncio.gather(*(writer.write(each, LOCKED) for each in "abc")) == [False] * 3
    database.fails = False
    assert await asyncio.gather(*(writer.write(each, FROZEN) for each in "cd")) == [True] * 2
    assert database.written == 1
    assert stored.read() == {"a": LOCKED, "b": LOCKED, "c": FROZEN, "d": FROZEN}
