"""Saving, loading, deleting and expiring sessions."""

import sqlite3
import threading
from pathlib import Path

import pytest

from server.sessions.loss_history import Cursor
from server.sessions.session_record import StoredExtent
from server.storage.stored_session import LoadedSession
from tests.server.storage.store_harness import DAY, StoreHarness


def test_the_latest_record_is_loaded_by_the_next_store(harness: StoreHarness) -> None:
    first, second = harness.session_store.track("a"), harness.session_store.track("b")
    for epoch in range(50):
        harness.put(first, epoch)
        harness.put(second, 2 * epoch)
    harness.restart()
    assert "a" in harness.session_store
    found = harness.fetch("a")
    assert isinstance(found, LoadedSession)
    assert found.record.epoch == 49
    assert found.created == pytest.approx(1000 * DAY, abs=9)
    assert harness.epoch("b") == 98


def test_an_entry_knows_how_much_is_stored(harness: StoreHarness) -> None:
    entry = harness.session_store.track("a")
    assert entry.extent == StoredExtent()
    harness.put(entry, 7)
    harness.wait_until_saved(entry)
    assert entry.extent == StoredExtent(Cursor(1, 7), 0)
    harness.put(entry, 8, whole=False)
    harness.wait_until_saved(entry)
    assert harness.epoch("a") == 8


def test_fetching_returns_the_newest_record_even_before_it_is_written(harness: StoreHarness) -> None:
    entry = harness.session_store.track("a")
    harness.put(entry, 3)
    assert "a" in harness.session_store, "before it is written"
    assert harness.epoch("a") == 3
    assert "b" not in harness.session_store
    assert harness.fetch("b") is None


def test_records_of_a_deleted_session_are_ignored(harness: StoreHarness) -> None:
    entry = harness.session_store.track("a")
    harness.put(entry, 3)
    harness.wait_until_saved(entry)
    harness.session_store.delete("a")
    assert "a" not in harness.session_store
    harness.put(entry, 4)
    assert harness.fetch("a") is None
    harness.restart()
    assert "a" not in harness.session_store


def test_records_through_an_outdated_entry_are_ignored(harness: StoreHarness) -> None:
    old = harness.session_store.track("a")
    harness.put(old, 3)
    new = harness.session_store.track("a")
    harness.put(new, 9)
    harness.put(old, 4)
    assert harness.epoch("a") == 9


def test_old_sessions_are_removed_unless_they_are_in_use(harness: StoreHarness) -> None:
    entries = [harness.session_store.track(session_id) for session_id in ("old", "here")]
    for entry in entries:
        harness.put(entry, 1)
    harness.session_store.stop(5)
    harness.present = ["here"]
    harness.wall += 8 * DAY
    harness.start()
    harness.wait_until(lambda: "old" not in harness.session_store)
    assert "here" in harness.session_store
    assert harness.fetch("old") is None


def test_a_jump_of_the_wall_clock_removes_no_session(file: Path) -> None:
    now = [0.0]
    harness = StoreHarness(f"sqlite:///{file}", clock=lambda: now[0])
    entry = harness.session_store.track("a")
    harness.put(entry, 1)
    harness.session_store.stop(5)
    harness.wall = 0  # a clock without battery
    harness.start()
    entry = harness.session_store.track("b")
    harness.put(entry, 1)
    harness.wall = 1000 * DAY
    harness.restart()
    harness.wall = 5000 * DAY
    now[0] += 700
    entry = harness.session_store.track("c")
    harness.put(entry, 1)
    harness.wait_until_saved(entry)
    assert all(session_id in harness.session_store for session_id in "abc")
    harness.session_store.stop(5)


def test_stopping_keeps_to_its_time_limit_while_the_database_is_locked(
    harness: StoreHarness, file: Path
) -> None:
    entry = harness.session_store.track("a")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        harness.put(entry, 2)
        harness.session_store.stop(0.5)
    other.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "session-store"]
