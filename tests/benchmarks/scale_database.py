"""What a cluster asks of its database: saves of trainings, renewals of leases, looks into the directory.

Measured against a PostgreSQL of one's own where it is installed, else against SQLite.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from engine.config import TrainingConfig
from server.cluster.directory import Directory, ProcessInfo
from server.sessions.session import Session
from server.sessions.session_record import capture_record
from server.storage.database import Database
from server.storage.session_rows import SessionRow
from tests.benchmarks.load import used_together
from tests.support import postgresql

BATCH = 50
"""Sessions that a host saves in one transaction."""

SECONDS = 3.0
"""Seconds for which each is repeated."""


class DatabaseCosts(NamedTuple):
    """Milliseconds of processor time."""

    kind: str
    """The database that was measured."""
    save: float
    """Of the database, for the save of one training that has run for a second."""
    saved_bytes: int
    """What such a save writes, in bytes."""
    renewal: float
    """Of the database, for a host's renewal, which also reads the directory."""
    renewal_of_host: float
    """Of the host, for the same."""
    look: float
    """Of the database, for a front's look into the directory."""


def measure(hosts: int) -> DatabaseCosts:
    """Measure a database whose directory has so many hosts."""
    with _database() as (kind, url, process):
        saving, directory = _Sessions(url), _Directory(url, hosts)
        save, _ = _cost(process, saving.save)
        renewal, of_host = _cost(process, directory.renew)
        look, _ = _cost(process, directory.look)
        saving.database.close()
        directory.database.close()
    return DatabaseCosts(kind, save / BATCH, saving.bytes, renewal, of_host, look)


@contextmanager
def _database() -> Iterator[tuple[str, str, int | None]]:
    """Run a database; return its kind, its URL and its first process, None if it is in this one."""
    if postgresql.IS_THERE:
        with postgresql.running_postgresql() as (url, process):
            yield "PostgreSQL", url, process
    else:
        with TemporaryDirectory() as folder:
            yield "SQLite", f"sqlite:///{Path(folder) / 'measured.sqlite3'}", None


def _cost(process: int | None, work: Callable[[], None]) -> tuple[float, float]:
    """Return how much processor time one call costs the database and this process."""
    work()
    count, there = 0, 0.0 if process is None else used_together(process)[0]
    begin, here = time.perf_counter(), time.process_time()
    while time.perf_counter() < begin + SECONDS:
        work()
        count += 1
    own = time.process_time() - here
    theirs = own if process is None else used_together(process)[0] - there
    return 1000 * theirs / count, 1000 * own / count


class _Sessions:
    def __init__(self, url: str) -> None:
        self.database = Database(url, shared=True)
        self.database.open()
        whole = capture_record(Session(TrainingConfig()))
        # Training changes the state, and appends to the last page of losses.
        changed = replace(whole, setup=None, pages=(bytes(1000),))
        self.bytes = len(changed.state) + len(changed.pages[0])
        now = time.time()
        names = [f"session-{number}" for number in range(BATCH)]
        self.database.save([SessionRow(name, now, now, whole) for name in names], lambda _: False)
        self._rows = [SessionRow(name, now, now, changed) for name in names]

    def save(self) -> None:
        self.database.save(self._rows, lambda _: True)


class _Directory:
    def __init__(self, url: str, hosts: int) -> None:
        self.database = Database(url, shared=True)
        self._directory = Directory(self.database, lease=1e6)
        self._directory.open()
        info = ProcessInfo("10.0.0.1", 40_000, "s" * 43, "machine", 12_345, "1.0.0")
        self._leases = [self._directory.join(f"machine-{number:08x}", info) for number in range(hosts)]
        self._directory.assign_free_slots()

    def renew(self) -> None:
        self._directory.renew(self._leases[0], load=50)

    def look(self) -> None:
        self._directory.expel_expired()
        self._directory.read()


if __name__ == "__main__":
    print(measure(320))
