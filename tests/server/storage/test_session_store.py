"""Saving, loading, deleting and expiring sessions."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from server.sessions.loss_history import Cursor
from server.sessions.session_record import StoredExtent
from server.storage.lifetimes import FIRST_REMOVAL
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


@pytest.mark.medium
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


@pytest.mark.medium
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


def test_old_sessions_are_removed_unless_they_are_in_use_but_not_in_the_first_minutes(file: Path) -> None:
    skipped = [0.0]
    harness = StoreHarness(f"sqlite:///{file}", clock=lambda: time.monotonic() + skipped[0])
    entries = [harness.session_store.track(session_id) for session_id in ("old", "here")]
    for entry in entries:
        harness.put(entry, 1)
    harness.session_store.stop(5)
    harness.present = ["here"]
    harness.wall += 8 * DAY
    harness.start()
    harness.put(harness.session_store.track("new"), 1)
    assert harness.epoch("new") == 1
    assert "old" in harness.session_store
    skip(harness, skipped, FIRST_REMOVAL)
    harness.put(harness.session_store.track("next"), 1)
    harness.wait_until(lambda: "old" not in harness.session_store)
    assert "here" in harness.session_store
    assert harness.fetch("old") is None
    harness.session_store.stop(5)


def skip(harness: StoreHarness, skipped: list[float], seconds: float) -> None:
    """Let both clocks go on by some seconds."""
    harness.wall += seconds
    skipped[0] += seconds


@pytest.mark.parametrize("wrong", [60 * DAY, 30 * DAY, 1000 * DAY, -30 * DAY])
def test_a_clock_that_is_set_right_removes_no_session(file: Path, wrong: float) -> None:
    skipped = [0.0]
    harness = StoreHarness(f"sqlite:///{file}", clock=lambda: time.monotonic() + skipped[0])
    harness.put(harness.session_store.track("before"), 1)
    harness.session_store.stop(5)
    harness.wall -= wrong
    harness.start()  # with the wrong time, a moment later
    harness.put(harness.session_store.track("a"), 1)
    assert harness.epoch("a") == 1
    harness.wall += wrong  # it is set right
    skip(harness, skipped, FIRST_REMOVAL)
    harness.put(harness.session_store.track("b"), 1)
    assert harness.epoch("b") == 1
    harness.restart()
    skip(harness, skipped, FIRST_REMOVAL)
    harness.put(harness.session_store.track("c"), 1)
    assert harness.epoch("c") == 1
    if wrong > 0 or wrong < -60 * DAY:  # else it seemed to have been off for so long
        assert "before" in harness.session_store
    assert all(session_id in harness.session_store for session_id in "abc")
    skip(harness, skipped, 8 * DAY)
    harness.put(harness.session_store.track("d"), 1)
    harness.wait_until(lambda: "a" not in harness.session_store)
    harness.session_store.stop(5)


@pytest.mark.medium
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
