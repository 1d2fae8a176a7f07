import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from server.sessions.loss_history import Cursor
from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.database import Database
from server.storage.session_store import SessionStore
from server.storage.stored_session import LoadedSession, StoredSession
from tests.server.live import TIMEOUT

DAY = 86_400.0


def record(epoch: int, *, whole: bool = True) -> SessionRecord:
    stored = StoredExtent(Cursor(1, epoch), 0)
    return SessionRecord(epoch, b"state", b"setup" if whole else None, 0, (b"points",), stored)


class Room:
    """A session store with its database, and the calls that it makes."""

    def __init__(self, url: str, **options: Any) -> None:
        self.lost: list[str] = []
        self.present: list[str] = []
        self.wall = 1000 * DAY
        self.options = {"lifetime": 7 * DAY, "wall": lambda: self.wall, **options}
        self.url = url
        self.changed = threading.Event()
        self.begin()

    def begin(self) -> None:
        self.storage = Database(self.url)
        self.session_store = SessionStore(self.storage, **self.options)
        self.session_store.start(lost=self._lose, present=lambda: self.present)

    def _lose(self, identities: Iterable[str]) -> None:
        self.lost += identities
        self.changed.set()

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for the store."""
        waited = threading.Event()
        for _ in range(int(TIMEOUT / 0.02)):
            if condition():
                return
            waited.wait(0.02)
        raise TimeoutError

    def put(self, place: StoredSession, epoch: int, *, whole: bool = True) -> None:
        self.session_store.put(place, record(epoch, whole=whole))

    def saved(self, place: StoredSession) -> None:
        self.until(lambda: self.session_store.is_saved(place))

    def fetch(self, identity: str) -> LoadedSession | None:
        came, found = threading.Event(), []

        def done(what: LoadedSession | None) -> None:
            found.append(what)
            came.set()

        self.session_store.fetch(identity, done)
        assert came.wait(TIMEOUT)
        return found[0]

    def epoch(self, identity: str) -> int:
        found = self.fetch(identity)
        assert found is not None
        return found.record.epoch

    def again(self) -> None:
        """End, and begin anew over the same database."""
        self.session_store.stop(5)
        self.begin()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sessions.sqlite3"


@pytest.fixture
def room(file: Path) -> Iterator[Room]:
    room = Room(f"sqlite:///{file}")
    yield room
    room.session_store.stop(1)


def test_the_latest_record_is_found_by_the_next_store(room: Room) -> None:
    first, second = room.session_store.track("a"), room.session_store.track("b")
    for epoch in range(50):
        room.put(first, epoch)
        room.put(second, 2 * epoch)
    room.again()
    assert "a" in room.session_store
    found = room.fetch("a")
    assert found is not None
    assert found.record.epoch == 49
    assert found.created == pytest.approx(1000 * DAY, abs=9)
    assert room.epoch("b") == 98


def test_what_is_stored_is_known_to_who_records_next(room: Room) -> None:
    place = room.session_store.track("a")
    assert place.extent == StoredExtent()
    room.put(place, 7)
    room.saved(place)
    assert place.extent == StoredExtent(Cursor(1, 7), 0)
    room.put(place, 8, whole=False)
    room.saved(place)
    assert room.epoch("a") == 8


def test_a_session_that_is_asked_for_comes_with_its_newest_record(room: Room) -> None:
    place = room.session_store.track("a")
    room.put(place, 3)
    assert "a" in room.session_store, "before it is written"
    assert room.epoch("a") == 3
    assert "b" not in room.session_store
    assert room.fetch("b") is None


def test_a_deleted_session_is_gone_whatever_is_handed_in_late(room: Room) -> None:
    place = room.session_store.track("a")
    room.put(place, 3)
    room.saved(place)
    room.session_store.delete("a")
    assert "a" not in room.session_store
    room.put(place, 4)
    assert room.fetch("a") is None
    room.again()
    assert "a" not in room.session_store


def test_of_a_session_that_came_back_only_the_new_place_counts(room: Room) -> None:
    old = room.session_store.track("a")
    room.put(old, 3)
    new = room.session_store.track("a")
    room.put(new, 9)
    room.put(old, 4)
    assert room.epoch("a") == 9


def test_a_lock_makes_records_wait_and_is_told_once(
    room: Room, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = room.session_store.track("a")
    room.put(place, 1)
    room.saved(place)
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        room.put(place, 2)
        room.until(lambda: room.session_store.failure == "locked")
        for epoch in range(3, 30):
            room.put(place, epoch)
        other.execute("COMMIT")
    other.close()
    room.saved(place)
    assert room.session_store.failure is None
    assert room.epoch("a") == 29
    assert caplog.text.count("cannot be saved") == 1
    assert caplog.text.count("saved again") == 1


def test_a_session_whose_newest_record_waits_is_waited_for(room: Room, file: Path) -> None:
    place = room.session_store.track("a")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        room.put(place, 2)
        found: list[LoadedSession | None] = []
        room.session_store.fetch("a", found.append)
        room.until(lambda: room.session_store.failure == "locked")
        assert not found
        other.execute("COMMIT")
    other.close()
    room.until(lambda: found != [])
    assert found[0] is not None


def test_a_full_disk_costs_nothing_but_time(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place = room.session_store.track("a")

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "execute", full)
        room.put(place, 2)
        room.until(lambda: room.session_store.failure == "full")
        assert not room.session_store.is_saved(place)
        assert "Make room on the disk" in caplog.text
    room.saved(place)
    assert room.epoch("a") == 2


def test_a_damaged_file_is_set_aside_and_everything_is_asked_for_again(
    room: Room, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, other = room.session_store.track("a"), room.session_store.track("b")
    room.put(place, 1)
    room.put(other, 5)
    room.saved(place)
    room.storage.close()
    file.with_name(file.name + "-wal").unlink(missing_ok=True)
    file.write_bytes(b"nonsense" * 2000)
    room.put(place, 2, whole=False)
    room.until(lambda: {"a", "b"} <= set(room.lost))
    assert place.extent == StoredExtent()
    for each in (place, other):
        room.put(each, 7)
        room.saved(each)
    assert room.session_store.failure is None
    assert (room.epoch("a"), room.epoch("b")) == (7, 7)
    (aside,) = file.parent.glob("*-damaged-*")
    assert aside.read_bytes().startswith(b"nonsense")
    assert str(aside) in caplog.text


def test_a_file_that_is_removed_is_begun_again(
    room: Room, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place, other = room.session_store.track("a"), room.session_store.track("b")
    for each in (place, other):
        room.put(each, 1)
        room.saved(each)
    for part in file.parent.glob("sessions.sqlite3*"):
        part.unlink()
    room.put(place, 2, whole=False)
    room.until(lambda: {"a", "b"} <= set(room.lost))
    for each in (place, other):
        room.put(each, 3)
        room.saved(each)
    assert "was removed" in caplog.text
    room.again()
    assert (room.epoch("a"), room.epoch("b")) == (3, 3)


def test_a_damaged_file_does_not_hinder_the_start(file: Path) -> None:
    file.write_bytes(b"nonsense" * 2000)
    room = Room(f"sqlite:///{file}")
    place = room.session_store.track("a")
    room.put(place, 7)
    assert room.epoch("a") == 7
    room.session_store.stop(1)


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    obstacle = tmp_path / "data"
    obstacle.touch()
    room = Room(f"sqlite:///{obstacle}/sessions.sqlite3")
    room.until(lambda: room.session_store.failure == "read_only")
    assert "--data-dir" in caplog.text
    assert "a" in room.session_store, "who knows"
    assert room.fetch("a") is None
    place = room.session_store.track("b")
    room.put(place, 7)
    obstacle.unlink()
    room.saved(place)
    assert room.session_store.failure is None
    room.session_store.stop(1)


def test_a_database_of_a_later_version_is_left_alone(room: Room, file: Path) -> None:
    room.session_store.stop(1)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE meta SET schema = 99")
    connection.close()
    before = file.read_bytes()
    room.begin()
    assert room.session_store.failure == "later_version"
    room.session_store.stop(0.1)
    assert file.read_bytes() == before


def test_what_the_database_has_lost_is_asked_for(room: Room, file: Path) -> None:
    place = room.session_store.track("a")
    room.put(place, 1)
    room.saved(place)
    with sqlite3.connect(file) as other:
        other.execute("DELETE FROM sessions")
    other.close()
    room.put(place, 2, whole=False)
    room.until(lambda: room.lost == ["a"])
    room.put(place, 3)
    room.saved(place)
    room.again()
    assert room.epoch("a") == 3


def test_old_sessions_go_and_those_that_are_looked_at_stay(room: Room) -> None:
    places = [room.session_store.track(identity) for identity in ("old", "here")]
    for place in places:
        room.put(place, 1)
    room.session_store.stop(5)
    room.present = ["here"]
    room.wall += 8 * DAY
    room.begin()
    room.until(lambda: "old" not in room.session_store)
    assert "here" in room.session_store
    assert room.fetch("old") is None


def test_a_clock_that_jumps_removes_nobody(file: Path) -> None:
    now = [0.0]
    room = Room(f"sqlite:///{file}", clock=lambda: now[0])
    place = room.session_store.track("a")
    room.put(place, 1)
    room.session_store.stop(5)
    room.wall = 0  # a clock without battery
    room.begin()
    place = room.session_store.track("b")
    room.put(place, 1)
    room.wall = 1000 * DAY
    room.again()
    room.wall = 5000 * DAY
    now[0] += 700
    place = room.session_store.track("c")
    room.put(place, 1)
    room.saved(place)
    assert all(identity in room.session_store for identity in "abc")
    room.session_store.stop(5)


def test_the_end_comes_in_time_whatever_the_database_does(room: Room, file: Path) -> None:
    place = room.session_store.track("a")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        room.put(place, 2)
        room.session_store.stop(0.5)
    other.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "session-store"]


def test_an_internal_error_does_not_end_the_store(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place = room.session_store.track("a")
    failed = threading.Event()

    def fail(*_: object) -> None:
        failed.set()
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(room.storage, "save", fail)
        room.put(place, 2)
        assert failed.wait(TIMEOUT)
    room.saved(place)
    assert "goes on" in caplog.text
