import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.sessions.loss_history import EMPTY_CURSOR, Cursor
from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.database import Database, StorageError
from server.storage.session_rows import SessionRow
from server.storage.storage_quotas import StorageQuotas


def record(
    epoch: int = 1, *, setup: bytes | None = b"setup", first: int = 0, pages: Any = (b"p0",)
) -> SessionRecord:
    state = b"state %d" % epoch
    return SessionRecord(epoch, state, setup, first, tuple(pages), StoredExtent(Cursor(1, 1), 1))


def entry(session_id: str, seen: float = 10.0, **fields: Any) -> SessionRow:
    return SessionRow(session_id, 5.0, seen, record(**fields))


def everyone(_: str) -> bool:
    return True


def nobody(_: str) -> bool:
    return False


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.sqlite3"


@pytest.fixture(params=["file", "memory"])
def storage(request: pytest.FixtureRequest, file: Path) -> Any:
    storage = Database("sqlite://" if request.param == "memory" else f"sqlite:///{file}")
    assert storage.open() == (set(), 0.0)
    yield storage
    storage.close()


def loaded(storage: Database, session_id: str) -> SessionRecord:
    found = storage.load(session_id)
    assert found is not None
    assert found[1] == 5.0
    return found[0]


def test_a_saved_session_is_loaded(storage: Database) -> None:
    assert storage.save([entry("a", pages=[b"p0", b"p1"]), entry("b", seen=30.0)], nobody) == set()
    found = loaded(storage, "a")
    assert (found.epoch, found.state, found.setup, found.pages) == (1, b"state 1", b"setup", (b"p0", b"p1"))
    assert found.stored == StoredExtent(EMPTY_CURSOR)
    assert storage.load("c") is None
    assert storage.open() == ({"a", "b"}, 30.0)


def test_only_new_parts_are_written(storage: Database) -> None:
    storage.save([entry("a", pages=[b"p0", b"p1", b"p2"])], nobody)
    assert storage.save([entry("a", epoch=2, setup=None, first=1, pages=[b"new"])], everyone) == set()
    found = loaded(storage, "a")
    assert (found.epoch, found.setup, found.pages) == (2, b"setup", (b"p0", b"new"))
    storage.save([entry("a", epoch=3, setup=b"other", pages=[])], everyone)
    found = loaded(storage, "a")
    assert (found.setup, found.pages) == (b"other", ())


def test_records_that_rely_on_missing_parts_are_returned_and_the_others_stored(storage: Database) -> None:
    entries = [entry("begun"), entry("part", setup=None)]
    assert storage.save(entries, nobody) == {"part"}
    entries = [entry("gone", setup=None), entry("gone too"), entry("begun", epoch=7, setup=None)]
    assert storage.save(entries, everyone) == {"gone", "gone too"}
    assert storage.open()[0] == {"begun"}
    assert loaded(storage, "begun").epoch == 7


def test_old_sessions_are_removed_except_those_in_use(storage: Database) -> None:
    storage.save([entry("old", seen=1), entry("here", seen=1), entry("new", seen=90)], nobody)
    assert storage.remove_older(50, present=["here"], now=100) == {"old"}
    assert storage.open() == ({"here", "new"}, 100)
    storage.delete(["here", "never"])
    assert storage.open()[0] == {"new"}
    assert storage.load("here") is None


def test_a_reopened_database_has_the_sessions_stored_before(file: Path) -> None:
    first, second = Database(f"sqlite:///{file}"), Database(f"sqlite:///{file}")
    first.open()
    first.save([entry("a")], nobody)
    assert second.open()[0] == {"a"}
    first.close()
    second.close()


@pytest.mark.medium
def test_a_locked_database_fails_as_locked_and_nothing_is_partly_written(file: Path) -> None:
    storage = Database(f"sqlite:///{file}")
    storage.open()
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError) as refused:
            storage.save([entry("a")], nobody)
        assert refused.value.failure == "locked"
        assert storage.load("a") is None, "readers need not wait"
        other.execute("COMMIT")
    other.close()
    storage.save([entry("a")], nobody)
    storage.close()


def test_a_file_that_is_no_database_is_moved_aside(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is no database at all" * 1000)
    storage = Database(f"sqlite:///{file}")
    with pytest.raises(StorageError) as refused:
        storage.open()
    assert refused.value.failure == "corrupt"
    aside = storage.move_aside("20260901")
    assert aside is not None
    assert aside.name == "sessions-damaged-20260901.sqlite3"
    assert aside.read_bytes().startswith(b"this is no")
    assert storage.open()[0] == set()
    storage.save([entry("a")], nobody)
    storage.close()
    assert Database("sqlite://").move_aside("x") is None


@pytest.mark.parametrize(
    ("message", "failure"),
    [
        ("database or disk is full", "full"),
        ("attempt to write a readonly database", "read_only"),
        ("database disk image is malformed", "corrupt"),
        ("unable to open database file", "unreachable"),
    ],
)
def test_failures_have_names(
    storage: Database, message: str, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(message))

    monkeypatch.setattr("sqlalchemy.Connection.execute", fail)
    with pytest.raises(StorageError, match=message) as refused:
        storage.save([entry("a")], nobody)
    assert refused.value.failure == failure


def test_a_file_that_was_removed_or_replaced_is_noticed(file: Path) -> None:
    storage = Database(f"sqlite:///{file}")
    storage.open()
    assert not storage.was_replaced()
    file.unlink()
    assert storage.was_replaced()
    other = Database(f"sqlite:///{file}")
    other.open()
    assert storage.was_replaced(), "the file at its place is another"
    storage.close()
    storage.open()
    assert not storage.was_replaced()
    storage.close()
    other.close()
    assert not Database("sqlite://").was_replaced()


def test_a_folder_that_cannot_be_created_fails_as_read_only(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    storage = Database(f"sqlite:///{tmp_path}/file/below/sessions.sqlite3")
    with pytest.raises(StorageError) as refused:
        storage.open()
    assert refused.value.failure == "read_only"


@pytest.mark.parametrize("url", ["no url", "magic://name:secret@here/there"])
def test_a_database_that_cannot_be_reached_is_refused_at_once(url: str) -> None:
    with pytest.raises(StorageError) as refused:
        Database(url)
    assert refused.value.failure == "unreachable"
    assert "secret" not in str(refused.value)


def test_the_location_hides_the_password(tmp_path: Path) -> None:
    assert Database(f"sqlite:///{tmp_path}/a.sqlite3").location == f"{tmp_path}/a.sqlite3"


def test_only_so_many_sessions_are_kept_and_the_newest_stay(file: Path) -> None:
    storage = Database(f"sqlite:///{file}", StorageQuotas(sessions=2))
    storage.open()
    storage.save([entry("old", seen=1), entry("here", seen=2), entry("new", seen=90)], nobody)
    assert storage.remove_older(0, present=["here"], now=100) == {"old"}
    assert storage.open()[0] == {"here", "new"}
    storage.close()


def test_only_so_many_bytes_are_kept_and_the_newest_stay(file: Path) -> None:
    storage = Database(f"sqlite:///{file}", StorageQuotas(size=2500))
    storage.open()
    entries = [entry(name, seen=seen, pages=[bytes(1000)]) for name, seen in (("a", 1), ("b", 2), ("c", 3))]
    storage.save(entries, nobody)
    assert storage.remove_older(0, present=[], now=100) == {"a"}
    storage.close()


def test_a_missing_driver_of_postgresql_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Without:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "psycopg":
                raise ModuleNotFoundError(f"No module named '{name}'", name=name)

    monkeypatch.delitem(sys.modules, "psycopg", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Without(), *sys.meta_path])
    with pytest.raises(StorageError, match=r"'psycopg': pip install 'tinkernet\[postgresql\]'"):
        Database("postgresql+psycopg://tinkernet@127.0.0.1/tinkernet")
