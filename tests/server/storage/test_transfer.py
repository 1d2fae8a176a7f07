"""Everything of one database in another: from SQLite to PostgreSQL, and back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from server import cli, exit_codes
from server.cluster.directory import Directory
from server.storage.database import Database
from server.storage.database_lock import DatabaseLock
from server.storage.schema import LOSSES, ROOMS, SEATS, SESSIONS, SHARED_DATA
from server.storage.transfer import ROWS_PER_BATCH, TABLES, TransferError, transfer
from tests.support import postgresql

OLD_VERSION = Path(__file__).parents[2] / "data" / "storage" / "version1.sql"

needs_postgresql = pytest.mark.skipif(not postgresql.IS_THERE, reason="PostgreSQL is not installed")


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.transaction() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in TABLES
        }


def fill(database: Database) -> None:
    """Write more rows than are in memory at a time, with bytes of all values."""
    database.open()
    blob = bytes(range(256)) * 40
    sessions = [
        {
            "id": f"s{n}",
            "created": 1.7e9 + n / 8,
            "seen": 1.7e9 + n,
            "epoch": n,
            "setup": b"{}",
            "state": blob,
        }
        for n in range(2 * ROWS_PER_BATCH + 7)
    ]
    pages = [
        {"session": f"s{n}", "page": page, "points": blob} for n in range(ROWS_PER_BATCH) for page in range(3)
    ]
    with database.transaction() as connection:
        connection.execute(insert(SESSIONS), sessions)
        connection.execute(insert(LOSSES), pages)
        connection.execute(insert(ROOMS), [{"id": "r", "value": '{"name": "数学"}'.encode()}])
        connection.execute(insert(SEATS), [{"id": "p", "room": "r", "value": b"{}"}])
        connection.execute(insert(SHARED_DATA), [{"id": "d", "seen": 1.0, "size": 4, "value": b"\0\xff\0\1"}])


@pytest.fixture
def source(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    fill(database)
    yield database
    database.close()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'other' / 'target.sqlite3'}")
    yield database
    database.close()


def test_everything_is_there_afterwards_and_the_source_as_it_was(source: Database, target: Database) -> None:
    before = contents(source)
    rows = transfer(source, target)
    assert rows["sessions"] == 2 * ROWS_PER_BATCH + 7
    assert contents(target) == contents(source) == before


def test_a_target_that_is_not_empty_stays_as_it_is(source: Database, target: Database) -> None:
    target.open()
    with target.transaction() as connection:
        connection.execute(insert(ROOMS), [{"id": "other", "value": b"{}"}])
    before = contents(target)
    with pytest.raises(TransferError, match="is not empty: it has 1 rows in rooms"):
        transfer(source, target)
    assert contents(target) == before


def test_a_copy_that_fails_leaves_nothing_behind(source: Database, target: Database) -> None:
    target.open()
    with target.transaction() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON rooms BEGIN SELECT RAISE(FAIL, 'no'); END"
        )
    with pytest.raises(TransferError, match="still empty"):
        transfer(source, target)
    assert not any(contents(target).values())


def test_the_tables_of_an_earlier_version_are_brought_up_to_date(file: Path, target: Database) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(OLD_VERSION.read_text("utf-8"))
    source = Database(f"sqlite:///{file}")
    rows = transfer(source, target)
    assert rows["sessions"] > 0
    assert contents(target) == contents(source)


@pytest.mark.usefixtures("source")
def test_the_command_says_what_it_did_and_what_is_in_its_way(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    option, other = f"--database-url=sqlite:///{file}", tmp_path / "other.sqlite3"
    for used in (file, other):
        with DatabaseLock(used):
            assert cli.main(["transfer", f"sqlite:///{other}", option]) == exit_codes.EXIT_FAILED
        assert "stop it first" in capsys.readouterr().err
    assert cli.main(["transfer", f"sqlite:///{other}", option]) == 0
    told = capsys.readouterr().out
    assert f"{2 * ROWS_PER_BATCH + 7} sessions" in told
    assert "1 shared data" in told
    assert cli.main(["transfer", f"sqlite:///{other}", option]) == exit_codes.EXIT_FAILED
    assert "is not empty" in capsys.readouterr().err
    assert cli.main(["transfer", "nonsense", option]) == exit_codes.EXIT_FAILED
    assert capsys.readouterr().err.startswith("tinkernet: no database: ")
    assert (
        cli.main(["transfer", f"sqlite:///{other}", f"--data-dir={tmp_path / 'nothing'}"])
        == exit_codes.EXIT_FAILED
    )
    assert "there is no database at" in capsys.readouterr().err


@needs_postgresql
@pytest.mark.slow
def test_from_sqlite_to_postgresql_and_back(
    source: Database, target: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgresql.running_postgresql() as (url, _):
        there = Database(url)
        transfer(source, there)
        assert contents(there) == contents(source)
        transfer(there, target)
        assert contents(target) == contents(source)

        shared = Database(url, shared=True)
        directory = Directory(shared)
        directory.open()
        lease = directory.join("one")
        option = f"--database-url=sqlite:///{source.path}"
        assert cli.main(["transfer", url, option]) == exit_codes.EXIT_FAILED
        assert "a cluster of 1 processes uses postgresql+psycopg://" in capsys.readouterr().err
        directory.expel(lease.host)
        assert cli.main(["transfer", url, option]) == exit_codes.EXIT_FAILED
        assert "is not empty" in capsys.readouterr().err
        there.close()
        shared.close()
