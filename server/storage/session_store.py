"""Saves and loads sessions on a thread of its own, so that training never waits for the disk.

Actors enqueue records at any time; the latest records of all sessions are written in one transaction. If the
database fails, the records stay queued and the transaction is retried, while training continues.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from functools import partial

from server.logs import FailureLog
from server.sessions.session_record import SessionRecord
from server.sessions.view_ids import ViewIndex
from server.storage.batch_writing import write_batch
from server.storage.database import Database, StorageError, StorageFailure
from server.storage.health import StorageHealth
from server.storage.lifetimes import LifetimeClock, shift_after_start
from server.storage.load_requests import LoadRequests
from server.storage.record_queue import RecordQueue
from server.storage.stored_session import UNAVAILABLE, LoadedSession, LoadResult, StoredSession

SAVE_INTERVAL = 0.25
"""Minimum seconds between two transactions."""

CHECK_INTERVAL = 10.0
"""Seconds after which an idle store looks whether its file is still there."""

CLEANING_INTERVAL = 600.0
"""Seconds between two removals of sessions that were not used for long."""

log = logging.getLogger(__name__)


class SessionStore:
    """Saves and loads session records. Any thread may call its methods; only `start` and `stop` block."""

    def __init__(
        self,
        storage: Database,
        *,
        lifetime: float,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        cleans: Callable[[], bool] = lambda: True,
    ) -> None:
        """Create the store; `start` opens the database.

        Args:
            storage: the database; nothing else may use it.
            lifetime: seconds without use after which a session is removed.
            clock: returns seconds of a monotonic clock.
            wall: returns Unix time; it may jump.
            cleans: returns whether this store removes old sessions and follows the wall clock; one store of a
                database must.
        """
        self._storage = storage
        self._lifetime = lifetime
        self._cleans = cleans
        self._clock = clock
        self._lifetimes = LifetimeClock(clock=clock, wall=wall)
        self._lost: Callable[[Iterable[str]], None] = lambda _: None
        self._present: Callable[[], Iterable[str]] = lambda: ()
        self._thread: threading.Thread | None = None
        self._queue = RecordQueue()
        self._changed = self._queue.changed
        self.views = ViewIndex()
        self._wanted = LoadRequests(clock)
        self._stop_at: float | None = None
        self._next = 0.0
        self._next_cleaning = 0.0
        self._next_check = 0.0
        self._health = StorageHealth(storage.location, pause=SAVE_INTERVAL)

    def start(self, *, lost: Callable[[Iterable[str]], None], present: Callable[[], Iterable[str]]) -> None:
        """Open the database and start the thread.

        Args:
            lost: called with the ids of sessions whose complete records must be saved again.
            present: returns the ids of the sessions in use, which are not removed.
        """
        self._lost, self._present = lost, present
        self._stop_at = None
        if not self._try(self._open) and self.failure is None:  # a damaged file was moved away
            self._try(self._open)
        self._thread = threading.Thread(target=self._run, name="session-store", daemon=True)
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Write the waiting records, for at most `seconds`, and end the thread."""
        with self._changed:
            self._next = self._clock()
            self._stop_at = self._next + seconds
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(seconds + 1)  # a disk may never answer
            if self._thread.is_alive() or len(self._queue):
                log.error("%d trainings could not be saved at the end", len(self._queue))
            if not self._thread.is_alive():
                self._storage.close()
            self._thread = None

    @property
    def failure(self) -> StorageFailure | None:
        """Why the database does not work; None if it does."""
        return self._health.present

    def __contains__(self, session_id: str) -> bool:
        """Return whether a session may be stored; True for any id until the database was read."""
        return session_id in self._queue

    def track(self, session_id: str) -> StoredSession:
        """Return a new entry for a session that is now in memory."""
        return self._queue.track(session_id, self._now())

    def enqueue(self, stored: StoredSession, record: SessionRecord) -> None:
        """Queue a record; it replaces an unwritten one of the same session."""
        self._queue.enqueue(stored, record)

    def is_saved(self, stored: StoredSession) -> bool:
        """Return whether all queued records of a session are written."""
        return self._queue.is_saved(stored)

    def delete(self, session_id: str) -> None:
        """Queue the removal of a session."""
        self._queue.delete(session_id)

    def add_known(self, session_ids: Collection[str]) -> None:
        """Add sessions that another process has stored and that this one now owns."""
        self.views.add(session_ids)
        self._queue.add_known(session_ids)

    @property
    def unwritten(self) -> set[str]:
        """The ids of the sessions with a record or a removal to be written."""
        return self._queue.unwritten

    def fetch(self, session_id: str, done: Callable[[LoadResult], None]) -> None:
        """Load a session; `done` is called on the store's thread with it, with None, or `UNAVAILABLE`."""
        self._wanted.add(session_id, done)
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        trouble = FailureLog(log, "the session store")
        while self._wait():
            try:
                self._do_due_work()
            except Exception as problem:  # noqa: BLE001 - it is logged, and tried again after a pause
                trouble.record_failure(problem)
                self._postpone()
            else:
                trouble.record_success()

    def _wait(self) -> bool:
        """Wait until something is due; return False when the thread must end."""
        with self._changed:
            while True:
                now = self._clock()
                done = self._queue.is_empty
                if self._stop_at is not None and (done or now >= self._stop_at):
                    return False
                due = self._next_check if done and self._queue.is_open else self._next
                if self._wanted:
                    due = min(due, self._next if self.failure else now)
                if self._stop_at is not None:
                    due = min(due, self._next, self._stop_at)
                if due <= now:
                    return True
                self._changed.wait(due - now)

    def _do_due_work(self) -> None:
        """Save, load and remove what is due."""
        self._next = self._clock() + SAVE_INTERVAL
        self._next_check = self._clock() + CHECK_INTERVAL
        if not self._queue.is_open and not self._try(self._open):
            self._wanted.expire()
            return
        saved = self._try(self._save)
        self._wanted.serve(partial(self._load, saved=saved))
        if not self._cleans():
            return
        if saved:
            self._try(self._follow_wall_clock)
        if saved and self._lifetimes.may_remove and self._clock() >= self._next_cleaning:
            self._next_cleaning = self._clock() + CLEANING_INTERVAL
            self._try(self._clean)

    def _open(self) -> None:
        self._queue.set_database_absent(self._storage.is_absent())
        known, latest = self._storage.open()
        self._lifetimes.apply_jump(self._lifetimes.detect_jump())
        self._storage.shift_times(shift_after_start(latest, self._now()))
        self.views.add(known)
        self._queue.set_known(known)
        self._health.record_success()

    def _save(self) -> None:
        if self._storage.was_replaced():
            log.error("The database %s was removed: a new one is begun.", self._storage.location)
            self._storage.close()
            self._on_database_lost()
            self._open()
        batch, deleted = self._queue.take_batch(self._clock())
        try:
            if deleted:
                self._storage.delete(deleted)
            result = write_batch(
                self._storage,
                batch,
                now=self._now(),
                known=self._queue.is_known,
                suspect=self._queue.is_rejected,
            )
        except BaseException:
            self._queue.requeue(batch)
            raise
        if batch or deleted:
            self._health.record_success()
        self._queue.mark_written(batch, deleted, result, self._clock())
        if result.lost:
            self._lost(result.lost)

    def _load(self, session_id: str, *, saved: bool) -> LoadResult:
        """Load a session; `UNAVAILABLE` unless its latest record was saved (`saved`)."""
        if not saved and self._queue.is_pending(session_id):
            return UNAVAILABLE
        found: list[tuple[SessionRecord, float] | None] = []

        def load() -> None:
            found.append(self._storage.load(session_id) if session_id in self else None)

        if not self._try(load):
            return UNAVAILABLE
        return None if found[0] is None else LoadedSession(*found[0])

    def _clean(self) -> None:
        now = self._now()
        gone = self._storage.remove_older(now - self._lifetime, present=self._present(), now=now)
        self._queue.mark_removed(gone)
        if gone:
            log.info("%d trainings that nobody came back to are removed", len(gone))

    def _follow_wall_clock(self) -> None:
        """If the wall clock has jumped, move all stored times by the jump, so that ages stay the same."""
        jump = self._lifetimes.detect_jump()
        if jump:
            self._storage.shift_times(jump)
            self._lifetimes.apply_jump(jump)
            log.warning("The clock has jumped by %.0f seconds; no training is removed for that.", jump)

    def _now(self) -> float:
        """Return the Unix time of the lifetime clock."""
        return self._lifetimes.now()

    def _try(self, work: Callable[[], None]) -> bool:
        """Call a function that uses the database; return False if the database fails."""
        try:
            work()
        except StorageError as problem:
            self._postpone()
            if problem.failure == "corrupt" and self._move_damaged_aside(problem):
                return False
            self._health.record_failure(problem)
            return False
        return True

    def _postpone(self) -> None:
        """Delay the next attempt, longer each time."""
        self._next = self._clock() + self._health.next_pause()

    def _move_damaged_aside(self, problem: StorageError) -> bool:
        """Rename a damaged file and have all sessions recorded again; return False if that fails."""
        if self._storage.was_replaced():  # somebody else has moved it
            self._storage.close()
            self._on_database_lost()
            return True
        try:
            aside = self._storage.move_aside(datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
        except StorageError:
            return False
        if aside is None:
            return False
        log.error(
            "The database %s is damaged (%s). It is now %s, and a new one is begun: trainings that are "
            "in memory are saved there, older ones are lost unless that file can be repaired.",
            self._storage.location,
            problem,
            aside,
        )
        self._on_database_lost()
        return True

    def _on_database_lost(self) -> None:
        """Handle the loss of the database: have complete records of all sessions in memory saved again."""
        session_ids = self._queue.mark_all_lost()
        self._next = self._clock()
        self._lost(session_ids)
