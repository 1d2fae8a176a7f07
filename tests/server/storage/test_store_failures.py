"""The session store while its database is locked, full, damaged, removed or of a later version."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from server.sessions.session_record import StoredExtent
from server.storage import load_requests
from server.storage.stored_session import UNAVAILABLE, LoadedSession, LoadResult
from tests.server.live import TIMEOUT
from tests.server.storage.store_harness import StoreHarness

pytestmark = pytest.mark.medium  # the store waits between its attempts


@pytest.mark.medium
def test_records_wait_while_the_database_is_locked_which_is_logged_once(
    harness: StoreHarness, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entry = harness.session_store.track("a")
    harness.put(entry, 1)
    harness.wait_until_saved(entry)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        harness.put(entry, 2)
        harness.wait_until(lambda: harness.session_store.failure == "locked")
        for epoch in range(3, 30):
            harness.put(entry, epoch)
        other.execute("COMMIT")
    other.close()
    harness.wait_until_saved(entry)
    assert harness.session_store.failure is None
    assert harness.epoch("a") == 29
    assert caplog.text.count("cannot be saved") == 1
    assert caplog.text.count("saved again") == 1


@pytest.mark.medium
def test_fetching_waits_for_a_record_that_cannot_be_written_yet(harness: StoreHarness, file: Path) -> None:
    entry = harness.session_store.track("a")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        harness.put(entry, 2)
        found: list[LoadResult] = []
        harness.session_store.fetch("a", found.append)
        harness.wait_until(lambda: harness.session_store.failure == "locked")
        assert not found
        other.execute("COMMIT")
    other.close()
    harness.wait_until(lambda: found != [])
    assert isinstance(found[0], LoadedSession)


@pytest.mark.medium
def test_records_are_saved_once_a_full_disk_has_room_again(
    harness: StoreHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    entry = harness.session_store.track("a")

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "execute", full)
        harness.put(entry, 2)
        harness.wait_until(lambda: harness.session_store.failure == "full")
        assert not harness.session_store.is_saved(entry)
        harness.wait_until(lambda: "Make room on the disk" in caplog.text)
    harness.wait_until_saved(entry)
    assert harness.epoch("a") == 2


@pytest.mark.medium
def test_a_damaged_file_is_moved_away_and_all_records_are_requested_again(
    harness: StoreHarness, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entry, other = harness.session_store.track("a"), harness.session_store.track("b")
    harness.put(entry, 1)
    harness.put(other, 5)
    harness.wait_until_saved(entry)
    harness.storage.close()
    file.with_name(file.name + "-wal").unlink(missing_ok=True)
    file.write_bytes(b"nonsense" * 2000)
    harness.put(entry, 2, whole=False)
    harness.wait_until(lambda: {"a", "b"} <= set(harness.lost))
    assert entry.extent == StoredExtent()
    for each in (entry, other):
        harness.put(each, 7)
        harness.wait_until_saved(each)
    assert harness.session_store.failure is None
    assert (harness.epoch("a"), harness.epoch("b")) == (7, 7)
    (aside,) = file.parent.glob("*-damaged-*")
    assert aside.read_bytes().startswith(b"nonsense")
    assert str(aside) in caplog.text


@pytest.mark.medium
def test_a_removed_file_is_created_again_and_all_records_are_requested(
    harness: StoreHarness, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    entry, other = harness.session_store.track("a"), harness.session_store.track("b")
    for each in (entry, other):
        harness.put(each, 1)
        harness.wait_until_saved(each)
    for part in file.parent.glob("sessions.sqlite3*"):
        part.unlink()
    harness.put(entry, 2, whole=False)
    harness.wait_until(lambda: {"a", "b"} <= set(harness.lost))
    for each in (entry, other):
        harness.put(each, 3)
        harness.wait_until_saved(each)
    assert "was removed" in caplog.text
    harness.restart()
    assert (harness.epoch("a"), harness.epoch("b")) == (3, 3)


def test_the_store_starts_with_a_damaged_file(file: Path) -> None:
    file.write_bytes(b"nonsense" * 2000)
    harness = StoreHarness(f"sqlite:///{file}")
    entry = harness.session_store.track("a")
    harness.put(entry, 7)
    assert harness.epoch("a") == 7
    harness.session_store.stop(1)


@pytest.mark.medium
def test_an_unwritable_folder_is_reported_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    obstacle = tmp_path / "data"
    obstacle.touch()
    harness = StoreHarness(f"sqlite:///{obstacle}/sessions.sqlite3")
    harness.wait_until(lambda: harness.session_store.failure == "read_only")
    assert "--data-dir" in caplog.text
    assert "a" not in harness.session_store, "there is no file that could hold it"
    entry = harness.session_store.track("b")
    harness.put(entry, 7)
    obstacle.unlink()
    harness.wait_until_saved(entry)
    assert harness.session_store.failure is None
    harness.session_store.stop(1)


@pytest.mark.medium
def test_what_a_file_that_cannot_be_read_holds_is_not_known(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness = StoreHarness(f"sqlite:///{file}")
    entry = harness.session_store.track("a")
    harness.put(entry, 7)
    harness.session_store.stop(5)

    def fail(*_: object) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "execute", fail)
        patch.setattr(load_requests, "LOAD_TIMEOUT", 0.2)
        harness.start()
        assert "a" in harness.session_store, "who knows"
        assert "" not in harness.session_store, "no id is no session"
        assert harness.fetch("a") is UNAVAILABLE
    harness.wait_until(lambda: harness.session_store.failure is None)
    assert harness.epoch("a") == 7
    assert "b" not in harness.session_store
    harness.session_store.stop(1)


def test_a_database_of_a_later_version_is_left_alone(harness: StoreHarness, file: Path) -> None:
    harness.session_store.stop(1)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE meta SET schema = 99")
    connection.close()
    before = file.read_bytes()
    harness.start()
    assert harness.session_store.failure == "later_version"
    harness.session_store.stop(0.1)
    assert file.read_bytes() == before


@pytest.mark.medium
def test_a_record_missing_in_the_database_is_requested_again(harness: StoreHarness, file: Path) -> None:
    entry = harness.session_store.track("a")
    harness.put(entry, 1)
    harness.wait_until_saved(entry)
    with sqlite3.connect(file) as other:
        other.execute("DELETE FROM sessions")
    other.close()
    harness.put(entry, 2, whole=False)
    harness.wait_until(lambda: harness.lost == ["a"])
    harness.put(entry, 3)
    harness.wait_until_saved(entry)
    harness.restart()
    assert harness.epoch("a") == 3


@pytest.mark.medium
def test_an_internal_error_does_not_end_the_store(
    harness: StoreHarness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    entry = harness.session_store.track("a")
    failed = threading.Event()

    def fail(*_: object) -> None:
        failed.set()
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(harness.storage, "save", fail)
        harness.put(entry, 2)
        assert failed.wait(TIMEOUT)
    harness.wait_until_saved(entry)
    harness.wait_until(lambda: "the session store works again" in caplog.text)
    assert caplog.text.count("the session store failed") == 1


@pytest.mark.medium
def test_a_row_that_is_there_against_expectation_is_replaced(harness: StoreHarness, file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute(
            "INSERT INTO sessions (id, created, seen, epoch, setup, state) VALUES ('a', 1, 1, 1, '', '')"
        )
        other.execute("INSERT INTO losses (session, page, points) VALUES ('a', 0, x'00'), ('a', 1, x'00')")
    other.close()
    entry = harness.session_store.track("a")
    harness.put(entry, 7)
    harness.wait_until_saved(entry)
    assert harness.session_store.failure is None
    found = harness.fetch("a")
    assert isinstance(found, LoadedSession)
    assert found.record.epoch == 7
    assert found.record.pages == (b"points",)


@pytest.mark.medium
def test_a_record_that_is_refused_is_put_aside_and_all_others_are_saved(
    harness: StoreHarness, caplog: pytest.LogCaptureFixture
) -> None:
    good, bad = harness.session_store.track("good"), harness.session_store.track("bad")
    for epoch in (1, 2):
        harness.put(bad, 2**70)  # more than a column can hold
        harness.put(good, epoch)
        harness.wait_until_saved(good)
        harness.wait_until(lambda: "bad" not in harness.session_store)
    assert harness.session_store.failure is None
    assert harness.epoch("good") == 2
    assert not harness.session_store.is_saved(bad)
    assert caplog.text.count("session bad cannot be saved") == 1
    assert bad.extent == StoredExtent(), "the next record has to be whole"
    harness.put(bad, 3)
    harness.wait_until_saved(bad)
    assert "session bad is saved again" in caplog.text
    assert harness.epoch("bad") == 3


@pytest.mark.medium
def test_a_refused_record_is_tried_again_by_itself(file: Path) -> None:
    skipped = [0.0]
    harness = StoreHarness(f"sqlite:///{file}", clock=lambda: time.monotonic() + skipped[0])
    with sqlite3.connect(file) as other:
        other.execute("CREATE TRIGGER no BEFORE INSERT ON sessions BEGIN SELECT RAISE(ABORT, 'not now'); END")
    entry, another = harness.session_store.track("a"), harness.session_store.track("b")
    harness.put(entry, 1)
    harness.wait_until(lambda: "a" not in harness.session_store)
    with sqlite3.connect(file) as other:
        other.execute("DROP TRIGGER no")
    other.close()
    skipped[0] += 1000
    harness.put(another, 1)
    harness.wait_until_saved(entry)
    harness.session_store.stop(5)
