"""A session store with a database, for tests."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from server.sessions.loss_history import Cursor
from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.database import Database
from server.storage.session_store import SessionStore
from server.storage.stored_session import LoadedSession, LoadResult, StoredSession
from tests.server.live import TIMEOUT

DAY = 86_400.0


def record(epoch: int, *, whole: bool = True) -> SessionRecord:
    """Return a record of a session; without `whole` it relies on the setup that is stored already."""
    stored = StoredExtent(Cursor(1, epoch), 0)
    return SessionRecord(epoch, b"state", b"setup" if whole else None, 0, (b"points",), stored)


class StoreHarness:
    """A session store with its database.

    Attributes:
        lost: the ids of the sessions whose whole records the store has requested again.
        present: the ids that the store is told are in use.
        wall: the wall clock's time when the database is opened.
    """

    def __init__(self, url: str, **options: Any) -> None:
        self.lost: list[str] = []
        self.present: list[str] = []
        self.wall = 1000 * DAY
        self.options = {"lifetime": 7 * DAY, "wall": lambda: self.wall, **options}
        self.url = url
        self.start()

    def start(self) -> None:
        """Start a new store over the database."""
        self.storage = Database(self.url)
        self.session_store = SessionStore(self.storage, **self.options)
        self.session_store.start(lost=self._lose, present=lambda: self.present)

    def _lose(self, session_ids: Iterable[str]) -> None:
        self.lost += session_ids

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition that the store's thread changes is true."""
        end = time.monotonic() + TIMEOUT
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.01)

    def put(self, entry: StoredSession, epoch: int, *, whole: bool = True) -> None:
        """Pass a record to the store."""
        self.session_store.enqueue(entry, record(epoch, whole=whole))

    def wait_until_saved(self, entry: StoredSession) -> None:
        """Wait until all records of a session are written."""
        self.wait_until(lambda: self.session_store.is_saved(entry))

    def fetch(self, session_id: str) -> LoadResult:
        """Return what the store answers to a request to load a session."""
        came, found = threading.Event(), []

        def done(what: LoadResult) -> None:
            found.append(what)
            came.set()

        self.session_store.fetch(session_id, done)
        assert came.wait(TIMEOUT)
        return found[0]

    def epoch(self, session_id: str) -> int:
        """Return the epoch of a stored session; fail if there is none."""
        found = self.fetch(session_id)
        assert isinstance(found, LoadedSession)
        return found.record.epoch

    def restart(self) -> None:
        """Stop the store and start another over the same database."""
        self.session_store.stop(5)
        self.start()
