"""What the session store knows in memory: which sessions are stored, and which records wait to be written."""

import threading
import weakref
from collections.abc import Iterable

from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.batch_writing import Batch, BatchResult
from server.storage.rejected_records import RejectedRecords
from server.storage.stored_session import StoredSession


class RecordQueue:
    """The latest record of each session that is not written yet, and the ids of the stored sessions.

    Actors use it from any thread; the store's thread takes batches from it.

    Attributes:
        changed: notified when something is added; it guards everything here.
    """

    def __init__(self) -> None:
        """Create it empty; what is stored is unknown until `open`."""
        self.changed = threading.Condition()
        self._known: set[str] | None = None
        self._absent = False
        self._entries: weakref.WeakValueDictionary[str, StoredSession] = weakref.WeakValueDictionary()
        self._pending: dict[str, tuple[StoredSession, SessionRecord]] = {}
        self._writing: frozenset[str] = frozenset()
        self._deleted: set[str] = set()
        self._rejected = RejectedRecords()

    def __len__(self) -> int:
        """Return the number of records that wait to be written."""
        return len(self._pending)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written or removed."""
        return not (self._pending or self._deleted)

    @property
    def is_open(self) -> bool:
        """Whether it is known which sessions are stored."""
        return self._known is not None

    def __contains__(self, session_id: str) -> bool:
        """Return whether such a session may be stored; True for any id while the database is unread."""
        with self.changed:
            if not session_id or session_id in self._deleted:
                return False
            unread = self._known is None and not self._absent
            return unread or session_id in (self._known or ()) or session_id in self._pending

    def is_known(self, session_id: str) -> bool:
        """Return whether a session was in the database when it was last written."""
        return self._known is not None and session_id in self._known

    def is_pending(self, session_id: str) -> bool:
        """Return whether a record of a session waits to be written."""
        return session_id in self._pending

    def is_rejected(self, session_id: str) -> bool:
        """Return whether the database refused the last record of a session."""
        return session_id in self._rejected

    def is_saved(self, stored: StoredSession) -> bool:
        """Return whether all queued records of a session are written."""
        with self.changed:
            unsaved = (self._pending, self._writing, self._rejected)
            return not any(stored.session_id in each for each in unsaved)

    def learn(self, session_ids: Iterable[str]) -> None:
        """Note the ids of sessions that another process has stored."""
        with self.changed:
            if self._known is not None:
                self._known.update(session_ids)

    @property
    def unwritten(self) -> set[str]:
        """The ids of the sessions of which something waits to be written."""
        with self.changed:
            return self._pending.keys() | self._writing | self._deleted

    # -- for actors

    def track(self, session_id: str, now: float) -> StoredSession:
        """Return a new entry for a session that is in memory from `now` (Unix time) on."""
        stored = StoredSession(session_id, now)
        with self.changed:
            self._entries[session_id] = stored
        return stored

    def put(self, stored: StoredSession, record: SessionRecord) -> None:
        """Queue a record; it replaces an unwritten one of the same session."""
        with self.changed:
            if stored.closed or self._entries.get(stored.session_id) is not stored:
                return  # deleted, or loaded again with another entry
            first = not self._pending
            self._pending[stored.session_id] = (stored, record)
            if first:  # otherwise the thread has been notified already
                self.changed.notify()

    def delete(self, session_id: str) -> None:
        """Queue the removal of a session."""
        with self.changed:
            stored = self._entries.get(session_id)
            if stored is not None:
                stored.closed = True
            self._pending.pop(session_id, None)
            self._deleted.add(session_id)
            self.changed.notify()

    # -- for the store's thread

    def expect_nothing(self, absent: bool) -> None:
        """Note whether there is no database yet, so that no session can be stored."""
        self._absent = absent

    def open(self, known: set[str]) -> None:
        """Note the ids of the stored sessions."""
        with self.changed:
            self._known = known

    def take(self, now: float) -> tuple[Batch, set[str]]:
        """Take all records to write, and return the ids of the sessions to remove first."""
        with self.changed:
            batch = {**self._rejected.take(now), **self._pending}
            self._pending = {}
            self._writing = frozenset(batch)
            return batch, set(self._deleted)

    def put_back(self, batch: Batch) -> None:
        """Queue records again that could not be written, where there are no newer ones."""
        with self.changed:
            self._writing = frozenset()
            waiting = {key: kept for key, kept in batch.items() if key not in self._deleted}
            self._pending = waiting | self._pending

    def written(self, batch: Batch, deleted: set[str], result: BatchResult, now: float) -> None:
        """Note what the database holds after a batch was written and sessions were removed."""
        lost, rejected = result
        with self.changed:
            self._writing = frozenset()
            if self._known is not None:
                self._known |= batch.keys() - lost - rejected.keys()
                self._known -= deleted | lost
            self._deleted -= deleted
            for session_id in deleted:
                self._rejected.accept(session_id)
            for session_id, (stored, record) in batch.items():
                stored.extent = StoredExtent() if session_id in lost | rejected.keys() else record.stored
                if session_id not in rejected:
                    self._rejected.accept(session_id)
                elif session_id not in self._deleted:
                    self._rejected.add(stored, record, rejected[session_id], now=now)

    def forget(self, gone: set[str]) -> None:
        """Note that sessions are stored no more."""
        with self.changed:
            if self._known is not None:
                self._known -= gone

    def start_over(self) -> list[str]:
        """Note that nothing is stored any more; return the ids of the sessions in memory."""
        with self.changed:
            self._known = None
            session_ids = list(self._entries)
            for stored in list(self._entries.values()):
                stored.extent = StoredExtent()
        return session_ids
