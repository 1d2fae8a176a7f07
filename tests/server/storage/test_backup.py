"""Copies of a database that is in use, and their way back."""

import sqlite3
import stat
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from server.storage.backup import BackupError, back_up, restore
from server.storage.database import Database
from server.storage.database_lock import DatabaseInUseError, DatabaseLock
from server.storage.schema import SCHEMA_VERSION
from tests.server.storage.store_harness import StoreHarness

OLD_VERSION = Path(__file__).parents[2] / "data" / "storage" / "version1.sql"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copies" / "copy.sqlite3"


def save(harness: StoreHarness, session_id: str, epoch: int) -> None:
    entry = harness.session_store.track(session_id)
    harness.put(entry, epoch)
    harness.wait_until_saved(entry)


@pytest.mark.medium
def test_a_database_in_use_is_copied_and_the_copy_restored(
    harness: StoreHarness, file: Path, copy: Path
) -> None:
    copy.parent.mkdir()
    save(harness, "a", 7)
    back_up(file, copy)
    assert [part.name for part in copy.parent.iterdir()] == [copy.name], "one file holds everything"
    save(harness, "a", 9)
    back_up(file, copy)  # replaces the first
    save(harness, "b", 1)
    harness.session_store.stop(5)
    aside = restore(copy, file)
    assert aside is not None
    assert aside.exists()
    harness.start()
    assert harness.epoch("a") == 9
    assert "b" not in harness.session_store
    if sys.platform != "win32":
        for each in (copy, file, aside):
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each


def test_what_is_restored_counts_as_used_now(file: Path, copy: Path) -> None:
    copy.parent.mkdir()
    storage = Database(f"sqlite:///{copy}")
    storage.open()
    storage.close()
    with closing(sqlite3.connect(copy)) as connection, connection:
        for name, seen in (("a", 1000.0), ("b", 900.0)):
            connection.execute("INSERT INTO sessions VALUES (?, 1, ?, 1, '', '')", (name, seen))
        connection.execute("INSERT INTO rooms VALUES ('r', ?)", (b'{"created": 5, "seen": 50, "ends": 60}',))
    before = time.time()
    assert restore(copy, file) is None
    with closing(sqlite3.connect(file)) as connection:
        used = dict(connection.execute("SELECT id, seen FROM sessions"))
        (ends,) = connection.execute("SELECT json_extract(value, '$.ends') FROM rooms").fetchone()
    assert used["a"] >= before - 1
    assert used["a"] - used["b"] == pytest.approx(100)
    assert ends >= before + 9


def test_a_database_of_an_earlier_version_is_restored(file: Path) -> None:
    copy = file.with_name("old.sqlite3")
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript(OLD_VERSION.read_text("utf-8"))
    restore(copy, file)
    assert Database(f"sqlite:///{file}").open()[0]


def test_what_a_server_uses_is_not_replaced(harness: StoreHarness, file: Path, copy: Path) -> None:
    copy.parent.mkdir()
    back_up(file, copy)
    with DatabaseLock(file), pytest.raises(DatabaseInUseError):
        restore(copy, file)
    harness.session_store.stop(5)
    restore(copy, file)


@pytest.mark.medium
def test_other_files_are_neither_restored_nor_overwritten(harness: StoreHarness, file: Path) -> None:
    other = file.with_name("letter.txt")
    other.write_text("Dear friend")
    with pytest.raises(BackupError, match="no database of Tinkernet"):
        back_up(file, other)
    with pytest.raises(BackupError, match="no database of Tinkernet"):
        restore(other, file)
    with pytest.raises(BackupError, match="itself"):
        back_up(file, file)
    with pytest.raises(BackupError, match="no database at"):
        back_up(file.with_name("nothing"), other)
    with pytest.raises(BackupError, match="no database of Tinkernet"):
        restore(file.with_name("nothing"), file)
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(file, file.parent / "no folder" / "copy")
    assert other.read_text() == "Dear friend"
    save(harness, "a", 1)


def test_a_copy_of_a_later_version_is_refused(harness: StoreHarness, file: Path, copy: Path) -> None:
    copy.parent.mkdir()
    back_up(file, copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE meta SET schema = ?", (SCHEMA_VERSION + 1,))
    harness.session_store.stop(5)
    with pytest.raises(BackupError, match="later Tinkernet"):
        restore(copy, file)
