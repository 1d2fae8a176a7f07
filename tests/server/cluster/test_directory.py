"""The directory of a cluster: leases, fencing tokens and slots, in a database of several processes."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from engine.config import TrainingConfig
from server.cluster.directory import Directory, FencedOffError, Lease
from server.cluster.fenced_database import FencedDatabase
from server.cluster.slots import HOME_SLOTS, SESSION_SLOTS, SLOTS, new_session_id, slot_of
from server.sessions.session import Session
from server.sessions.session_record import capture_record
from server.sessions.view_ids import view_id
from server.storage.database import Database
from server.storage.session_rows import SessionRow

Url = str


@pytest.fixture
def url(tmp_path: Path) -> Url:
    return f"sqlite:///{tmp_path / 'shared.sqlite3'}"


def directory_of(url: Url, lease: float = 60.0) -> Directory:
    directory = Directory(Database(url, shared=True), lease=lease)
    directory.open()
    return directory


def row(session_id: str) -> SessionRow:
    session = Session(TrainingConfig())
    session.measure()
    return SessionRow(session_id, 1.0, 1.0, capture_record(session))


def test_a_session_has_the_slot_of_its_view_id() -> None:
    session_id = new_session_id(range(7, 9))
    assert slot_of(session_id) in {7, 8}
    assert slot_of(view_id(session_id)) == slot_of(session_id)
    with pytest.raises(ValueError, match="no slots"):
        new_session_id(())


def test_slots_are_dealt_evenly_and_the_home_slots_stay_together(url: Url) -> None:
    directory = directory_of(url)
    for member in ("a", "b", "c"):
        directory.join(member)
    directory.assign_free_slots()
    slots = directory.read().slots
    assert set(slots) == set(range(SLOTS))
    assert len({slots[slot] for slot in HOME_SLOTS}) == 1
    counts = Counter(slots.values()).values()
    assert max(counts) - min(counts) <= 1
    directory.assign_free_slots()
    assert directory.read().slots == slots


def test_fencing_numbers_only_grow(url: Url) -> None:
    directory = directory_of(url)
    first = directory.join("a")
    directory.expel("a")
    second = directory_of(url).join("a")
    assert second.fencing_token > first.fencing_token
    with pytest.raises(FencedOffError):
        directory.renew(first)
    directory.renew(second)


def test_all_slots_of_a_host_that_is_expelled_go_to_one_heir(url: Url) -> None:
    directory = directory_of(url)
    for member in ("a", "b", "c"):
        directory.join(member)
    directory.assign_free_slots()
    before = directory.read().slots
    gone = before[HOME_SLOTS[0]]
    directory.expel(gone)
    after = directory.read()
    assert set(after.fencing_tokens) == {"a", "b", "c"} - {gone}
    assert len({after.slots[slot] for slot in range(SLOTS) if before[slot] == gone}) == 1
    assert all(after.slots[slot] == before[slot] for slot in range(SLOTS) if before[slot] != gone)


def test_slots_of_the_last_host_wait_for_the_next(url: Url) -> None:
    directory = directory_of(url)
    directory.join("a")
    directory.assign_free_slots()
    directory.expel("a")
    assert directory.read().slots == {}
    directory.join("b")
    directory.assign_free_slots()
    assert set(directory.read().slots.values()) == {"b"}


def test_a_host_hands_over_its_own_slots_only(url: Url) -> None:
    directory = directory_of(url)
    a, b = directory.join("a"), directory.join("b")
    directory.assign_free_slots()
    slots = [slot for slot in SESSION_SLOTS if directory.read().slots[slot] == "a"][:3]
    with pytest.raises(ValueError, match="another host's"):
        directory.hand_over(b, slots, "a")
    with pytest.raises(ValueError, match="no such successor"):
        directory.hand_over(a, slots, "c")
    directory.hand_over(a, slots, "b")
    assert all(directory.read().slots[slot] == "b" for slot in slots)
    directory.expel("a")
    with pytest.raises(FencedOffError):
        directory.hand_over(a, slots, "b")


def test_an_expired_lease_is_found_by_anybody_and_a_renewed_one_is_not(url: Url) -> None:
    short, other = directory_of(url, lease=0.2), directory_of(url, lease=60.0)
    short.join("sleeps")
    other.join("lives")
    deadline = time.monotonic() + 10
    gone: list[str] = []
    while not gone and time.monotonic() < deadline:
        gone = other.expel_expired()
    assert gone == ["sleeps"]
    assert set(other.read().fencing_tokens) == {"lives"}


def test_a_host_that_was_expelled_saves_loads_and_deletes_nothing(url: Url) -> None:
    directory = directory_of(url)
    old = FencedDatabase(url, directory.join("old"))
    old.open()
    old.save([row("s")], lambda _: False)
    directory.expel("old")
    new = FencedDatabase(url, directory.join("new"))
    new.open()
    with pytest.raises(FencedOffError):
        old.save([row("s")], lambda _: True)
    with pytest.raises(FencedOffError):
        old.delete(["s"])
    with pytest.raises(FencedOffError):
        old.load("s")
    assert new.load("s") is not None


SAVES = """
import sys
from server.cluster.directory import FencedOffError, Lease
from server.cluster.fenced_database import FencedDatabase
from server.storage.database import StorageError
from tests.server.cluster.test_directory import row
url, member, fence = sys.argv[1:]
database, entry, known = FencedDatabase(url, Lease(member, int(fence))), row(member), False
while True:
    try:
        database.save([entry], lambda _: known)
    except FencedOffError:
        print("refused", flush=True)
        break
    except StorageError:
        continue  # the other process is suspended within a transaction; a host tries again, too
    if not known:
        known = True
        print("saved", flush=True)
"""


def saving(url: Url, lease: Lease) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SAVES, url, lease.host, str(lease.fencing_token)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "saved\n"
    return process


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGSTOP")
def test_a_process_that_is_suspended_and_goes_on_saves_nothing_more(url: Url) -> None:
    directory = directory_of(url)
    Database(url, shared=True).open()
    stopped, going = (saving(url, directory.join(name)) for name in ("stopped", "going"))
    try:
        # Where it is suspended within a transaction, the lock of SQLite's file is its own: others wait.
        os.kill(stopped.pid, signal.SIGSTOP)
        for _ in range(20):
            try:
                directory.expel("stopped")
                break
            except Exception:  # noqa: BLE001 - locked
                os.kill(stopped.pid, signal.SIGCONT)
                time.sleep(0.02)  # also on a busy machine it gets out of its transaction
                os.kill(stopped.pid, signal.SIGSTOP)
        before = FencedDatabase(url, directory.join("successor")).load("stopped")
        os.kill(stopped.pid, signal.SIGCONT)
        assert stopped.stdout is not None
        assert stopped.stdout.readline() == "refused\n"
        assert FencedDatabase(url, directory.join("later")).load("stopped") == before
        assert going.poll() is None  # it shares the file, and is not disturbed
    finally:
        for process in (stopped, going):
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def test_slots_whose_host_is_gone_without_an_heir_get_one(url: Url) -> None:
    directory = directory_of(url)
    directory.join("a")
    assert directory.expel_expired() == []
    assert directory.read().slots_of("a") == frozenset(range(SLOTS)), "slots that never had a host, too"
    with Database(url, shared=True).transaction() as connection:
        connection.exec_driver_sql("UPDATE cluster_slots SET member = 'gone' WHERE slot >= 1000")
    assert len(directory.read().slots) == 1000
    directory.expel_expired()
    assert directory.read().slots_of("a") == frozenset(range(SLOTS))
