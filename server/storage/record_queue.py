"""The in-memory part of the session store: the ids of stored sessions, and the queue of records to write."""

import threading
import weakref
from collections.abc import Iterable

from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.batch_writing import Batch, BatchResult
from server.storage.rejected_records import RejectedRecords
from server.storage.stored_session import StoredSession


class RecordQueue:
    """The ids of the stored sessions, and the latest unwritten record of each session.

    Actors add records from any thread; the store's thread takes batches.

    Attributes:
        changed: the condition that guards all state, notified when something is added.
    """

    def __init__(self) -> None:
        """Create it empty; the stored sessions are unknown until `set_known`."""
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
        """Whether the stored sessions are known."""
        return self._known is not None

    def __contains__(self, session_id: str) -> bool:
        """Return whether a session may be stored; True for any id until the stored sessions are known."""
        with self.changed:
            if not session_id or session_id in self._deleted:
                return False
            unread = self._known is None and not self._absent
            return unread or session_id in (self._known or ()) or session_id in self._pending

    def is_known(self, session_id: str) -> bool:
        """Return whether a session is in the database, as far as is known."""
        return self._known is not None and session_id in self._known

    def is_pending(self, session_id: str) -> bool:
        """Return whether a record of a session waits to be written."""
        return session_id in self._pending

    def is_rejected(self, session_id: str) -> bool:
        """Return whether the database rejected the last record of a session."""
        return session_id in self._rejected

    def is_saved(self, stored: StoredSession) -> bool:
        """Return whether all queued records of a session are written."""
        with self.changed:
            unsaved = (self._pending, self._writing, self._rejected)
            return not any(stored.session_id in each for each in unsaved)

    def add_known(self, session_ids: Iterable[str]) -> None:
        """Add the ids of sessions that another process has stored."""
        with self.changed:
            if self._known is not None:
                self._known.update(session_ids)

    @property
    def unwritten(self) -> set[str]:
        """The ids of the sessions with a record or a removal to be written."""
        with self.changed:
            return self._pending.keys() | self._writing | self._deleted

    # -- for actors

    def track(self, session_id: str, now: float) -> StoredSession:
        """Return a new entry for a session that is in memory from `now` (Unix time) on."""
        stored = StoredSession(session_id, now)
        with self.changed:
            self._entries[session_id] = stored
        return stored

    def enqueue(self, stored: StoredSession, record: SessionRecord) -> None:
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

    def set_database_absent(self, absent: bool) -> None:
        """Set whether there is no database yet, so that no session can be stored."""
        self._absent = absent

    def set_known(self, known: set[str]) -> None:
        """Set the ids of the stored sessions."""
        with self.changed:
            self._known = known

    def take_batch(self, now: float) -> tuple[Batch, set[str]]:
        """Remove and return all records to write, and the ids of the sessions to remove before."""
        with self.changed:
            batch = {**self._rejected.take_due(now), **self._pending}
            self._pending = {}
            self._writing = frozenset(batch)
            return batch, set(self._deleted)

    def requeue(self, batch: Batch) -> None:
        """Put records back that could not be written, unless there are newer ones."""
        with self.changed:
            self._writing = frozenset()
            waiting = {key: kept for key, kept in batch.items() if key not in self._deleted}
            self._pending = waiting | self._pending

    def mark_written(self, batch: Batch, deleted: set[str], result: BatchResult, now: float) -> None:
        """Update what is stored after a batch was written and sessions were removed."""
        lost, rejected = result
        with self.changed:
            self._writing = frozenset()
            if self._known is not None:
                self._known |= batch.keys() - lost - rejected.keys()
                self._known -= deleted | lost
            self._deleted -= deleted
            for session_id in deleted:
                self._rejected.discard(session_id)
            for session_id, (stored, record) in batch.items():
                stored.extent = StoredExtent() if session_id in lost | rejected.keys() else record.stored
                if session_id not in rejected:
                    self._rejected.discard(session_id)
                elif session_id not in self._deleted:
                    self._rejected.add(stored, record, rejected[session_id], now=now)

    def mark_removed(self, gone: set[str]) -> None:
        """Update what is stored after sessions were removed from the database."""
        with self.changed:
            if self._known is not None:
                self._known -= gone

    def mark_all_lost(self) -> list[str]:
        """Set that nothing is stored any more; return the ids of the sessions in memory."""
        with self.changed:
            self._known = None
            session_ids = list(self._entries)
            for stored in list(self._entries.values()):
                stored.extent = StoredExtent()
        return session_ids
