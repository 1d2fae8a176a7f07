"""The database's file and folder are its owner's only."""

import sqlite3
import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from server.storage.database import Database, StorageError
from server.storage.database_lock import DatabaseInUseError, DatabaseLock
from tests.server.storage.test_database import entry, nobody

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_file_log_and_damaged_files_are_the_owners_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    storage = Database(f"sqlite:///{folder}/a.sqlite3")
    storage.open()
    storage.save([entry("a")], nobody)
    assert mode(folder) == 0o700
    assert {part.name: mode(part) for part in folder.iterdir()} == {
        "a.sqlite3": 0o600,
        "a.sqlite3-wal": 0o600,
        "a.sqlite3-shm": 0o600,
    }
    aside = storage.move_aside("now")
    assert aside is not None
    assert mode(aside) == 0o600
    storage.close()


def test_files_of_earlier_versions_become_the_owners_only_and_other_folders_stay(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    file = tmp_path / "a.sqlite3"
    file.touch(0o644)
    storage = Database(f"sqlite:///{file}")
    storage.open()
    assert mode(file) == 0o600
    assert mode(tmp_path) == 0o755, "somebody else made it, perhaps for other things, too"
    storage.close()


def test_a_folder_that_cannot_be_written_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(path: object, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.open", deny)
    with pytest.raises(StorageError, match="Permission denied") as refused:
        Database(f"sqlite:///{tmp_path}/a.sqlite3").open()
    assert refused.value.failure == "read_only"
    DatabaseLock(tmp_path / "a.sqlite3").release()  # where nobody can write, nothing is locked


def test_only_one_holds_the_lock(tmp_path: Path) -> None:
    file = tmp_path / "data" / "a.sqlite3"
    with DatabaseLock(file):
        with pytest.raises(DatabaseInUseError, match=r"a\.sqlite3"):
            DatabaseLock(file)
        assert mode(file.with_name("a.sqlite3.lock")) == 0o600
    with DatabaseLock(file):
        pass


@pytest.mark.parametrize(("named", "obstacle"), [("folder", "the folder"), ("file", "the file")])
def test_what_sqlite_cannot_write_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, obstacle: str
) -> None:
    file = tmp_path / "a.sqlite3"
    storage = Database(f"sqlite:///{file}")
    storage.open()
    storage.close()

    def fail(*_: object) -> None:
        raise OperationalError("BEGIN", {}, sqlite3.OperationalError("unable to open database file"))

    denied = tmp_path if named == "folder" else file
    monkeypatch.setattr("sqlalchemy.Connection.execute", fail)
    monkeypatch.setattr("os.access", lambda path, _: path != denied)
    with pytest.raises(StorageError, match=f"{obstacle} .* cannot be written") as refused:
        storage.load("a")
    assert refused.value.failure == "read_only"
