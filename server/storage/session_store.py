"""The thread that saves sessions, so that nobody who trains ever waits for a disk.

Whoever runs a session hands in records whenever it likes; the latest of each session is written, all of them
in one transaction. A database that fails is tried again, the records wait, and the training knows nothing of
it.
"""

import logging
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.database import Database, SessionRow, StorageError, StorageFailure
from server.storage.health import StorageHealth

EVERY = 0.25
"""Seconds between two transactions, at least."""

PATIENCE = 3.0
"""Seconds after which a session that could not be read is given up."""

BROUGHT = 16
"""Sessions that are brought between two transactions, at most: after a restart many are wanted at once."""

CLEAN_EVERY = 600.0

log = logging.getLogger(__name__)


@dataclass(eq=False)
class StoredSession:
    """A session's place at the keeper, while it is in memory."""

    identity: str
    created: float
    extent: StoredExtent = field(default_factory=StoredExtent)
    """What the next record may leave out. Only the keeper sets it, but for sessions that it brought."""
    closed: bool = False
    """The session is deleted: nothing of it is to be written any more."""


class LoadedSession(NamedTuple):
    """A session that was asked for."""

    record: SessionRecord
    created: float


class LoadRequest(NamedTuple):
    """Somebody waits for a session."""

    identity: str
    done: Callable[[LoadedSession | None], None]
    until: float


class SessionStore:
    """Saves records and brings them back, for callers on any thread.

    Only `start` and `stop` wait for the database.
    """

    def __init__(
        self,
        storage: Database,
        *,
        lifetime: float,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            storage: the keeper's own.
            lifetime: seconds after which sessions that nobody came back to are removed.
            clock: seconds, from anywhere on.
            wall: seconds of Unix time; looked at when the database opens, for it may jump later.
        """
        self._storage = storage
        self._lifetime = lifetime
        self._clock = clock
        self._wall = wall
        self._offset = wall() - clock()
        self._lost: Callable[[Iterable[str]], None] = lambda _: None
        self._present: Callable[[], Iterable[str]] = lambda: ()
        self._thread: threading.Thread | None = None
        self._changed = threading.Condition()
        self._known: set[str] | None = None
        self._places: weakref.WeakValueDictionary[str, StoredSession] = weakref.WeakValueDictionary()
        self._pending: dict[str, tuple[StoredSession, SessionRecord]] = {}
        self._writing: frozenset[str] = frozenset()
        self._wanted: list[LoadRequest] = []
        self._deleted: set[str] = set()
        self._stop_at: float | None = None
        self._next = 0.0
        self._next_cleaning = 0.0
        self._troubles = StorageHealth(storage.place, pause=EVERY)

    # -- for all

    def start(self, *, lost: Callable[[Iterable[str]], None], present: Callable[[], Iterable[str]]) -> None:
        """Open the database and start the thread.

        Args:
            lost: called with sessions of which whole records are needed again.
            present: returns the sessions that are looked at, which therefore are not old.
        """
        self._lost, self._present = lost, present
        self._stop_at = None
        if not self._try(self._open) and self.failure is None:  # a damaged file is out of the way now
            self._try(self._open)
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Write what waits, for so long at most, and end the thread."""
        with self._changed:
            self._next = self._clock()
            self._stop_at = self._next + seconds
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(seconds + 1)  # a disk may hang for ever; we do not
            if self._thread.is_alive() or self._pending:
                log.error("%d trainings could not be saved at the end", len(self._pending))
            if not self._thread.is_alive():
                self._storage.close()
            self._thread = None

    @property
    def failure(self) -> StorageFailure | None:
        """What is wrong with the database, None if nothing is."""
        return self._troubles.present

    def __contains__(self, identity: str) -> bool:
        """Return whether there may be such a session."""
        with self._changed:
            known = self._known is None or identity in self._known or identity in self._pending
            return known and identity not in self._deleted

    def track(self, identity: str) -> StoredSession:
        """Return the place of a session that comes into memory."""
        place = StoredSession(identity, self._now())
        with self._changed:
            self._places[identity] = place
        return place

    def put(self, place: StoredSession, record: SessionRecord) -> None:
        """Have a record written; it replaces one of the same session that still waits."""
        with self._changed:
            if place.closed or self._places.get(place.identity) is not place:
                return  # deleted, or back in memory at another place
            first = not self._pending
            self._pending[place.identity] = (place, record)
            if first:  # otherwise the thread knows of its next tick already
                self._changed.notify()

    def is_saved(self, place: StoredSession) -> bool:
        """Return whether all records of a session that were handed in are written."""
        with self._changed:
            return place.identity not in self._pending and place.identity not in self._writing

    def fetch(self, identity: str, done: Callable[[LoadedSession | None], None]) -> None:
        """Have a session brought to `done`, on the keeper's thread; None is brought if there is none."""
        with self._changed:
            self._wanted.append(LoadRequest(identity, done, self._clock() + PATIENCE))
            self._changed.notify()

    def delete(self, identity: str) -> None:
        """Have a session removed."""
        with self._changed:
            place = self._places.get(identity)
            if place is not None:
                place.closed = True
            self._pending.pop(identity, None)
            self._deleted.add(identity)
            self._changed.notify()

    # -- the thread

    def _run(self) -> None:
        while self._wait():
            try:
                self._work()
            except Exception:
                log.exception("the keeper failed, and goes on")
                self._rest()

    def _wait(self) -> bool:
        """Wait for something to do; return False at the end."""
        with self._changed:
            while True:
                now = self._clock()
                done = not (self._pending or self._deleted)
                if self._stop_at is not None and (done or now >= self._stop_at):
                    return False
                due = self._next_cleaning if done and self._known is not None else self._next
                if self._wanted:
                    due = min(due, self._next if self.failure else now)
                if self._stop_at is not None:
                    due = min(due, self._next, self._stop_at)
                if due <= now:
                    return True
                self._changed.wait(due - now)

    def _work(self) -> None:
        """Do all that is to be done."""
        self._next = self._clock() + EVERY
        if self._known is None and not self._try(self._open):
            self._give_up(self._clock())
            return
        saved = self._try(self._save)
        self._bring(saved=saved)
        if saved and self._clock() >= self._next_cleaning:
            self._next_cleaning = self._clock() + CLEAN_EVERY
            self._try(self._clean)

    def _open(self) -> None:
        known, newest = self._storage.open()
        # A clock that was set back must not make what comes now older than what was.
        self._offset = max(self._wall(), newest) - self._clock()
        with self._changed:
            self._known = known
        self._troubles.over()

    def _save(self) -> None:
        if self._storage.is_missing():
            log.error("The database %s was removed: a new one is begun.", self._storage.place)
            self._storage.close()
            self._start_over()
            self._open()
        with self._changed:
            batch, self._pending = self._pending, {}
            self._writing = frozenset(batch)
            deleted = set(self._deleted)
        now = self._now()
        entries = [SessionRow(place.identity, place.created, now, record) for place, record in batch.values()]
        try:
            if deleted:
                self._storage.delete(deleted)
            lost = self._storage.save(entries, self._is_known) if entries else set()
        except BaseException:
            with self._changed:
                self._writing = frozenset()
                for identity, kept in batch.items():
                    if identity not in self._deleted:
                        self._pending.setdefault(identity, kept)
            raise
        with self._changed:
            self._writing = frozenset()
            if self._known is not None:
                self._known |= batch.keys() - lost
                self._known -= deleted | lost
            self._deleted -= deleted
            for identity, (place, record) in batch.items():
                place.extent = StoredExtent() if identity in lost else record.stored
        if entries or deleted:
            self._troubles.over()
        if lost:
            self._lost(lost)

    def _is_known(self, identity: str) -> bool:
        return self._known is not None and identity in self._known

    def _bring(self, *, saved: bool) -> None:
        """Read the sessions that are wanted; what of them could not be written is waited for."""
        with self._changed:
            wanted, self._wanted = self._wanted[:BROUGHT], self._wanted[BROUGHT:]
        for each in wanted:
            late = self._clock() >= each.until
            found: list[LoadedSession | None] = []
            if saved or each.identity not in self._pending:
                self._try(partial(self._load, each.identity, found))
            if found or late:
                self._hand_over(each, found[0] if found else None)
            else:
                with self._changed:
                    self._wanted.append(each)

    def _load(self, identity: str, found: list[LoadedSession | None]) -> None:
        loaded = self._storage.load(identity) if identity in self else None
        found.append(None if loaded is None else LoadedSession(*loaded))

    def _give_up(self, now: float) -> None:
        """Send those away who have waited too long."""
        with self._changed:
            late = [each for each in self._wanted if now >= each.until]
            self._wanted = [each for each in self._wanted if now < each.until]
        for each in late:
            self._hand_over(each, None)

    @staticmethod
    def _hand_over(wanted: LoadRequest, found: LoadedSession | None) -> None:
        try:
            wanted.done(found)
        except Exception:
            log.exception("session %s came, and could not be taken", wanted.identity)

    def _clean(self) -> None:
        now = self._now()
        gone = self._storage.remove_older(now - self._lifetime, present=self._present(), now=now)
        with self._changed:
            if self._known is not None:
                self._known -= gone
        if gone:
            log.info("%d trainings that nobody came back to are removed", len(gone))

    def _now(self) -> float:
        """Return the Unix time, which never jumps while we run."""
        return self._clock() + self._offset

    # -- troubles

    def _try(self, work: Callable[[], None]) -> bool:
        """Do something with the database; return whether it did."""
        try:
            work()
        except StorageError as problem:
            self._rest()
            if problem.trouble == "corrupt" and self._begin_anew(problem):
                return False
            self._troubles.met(problem)
            return False
        return True

    def _rest(self) -> None:
        """Wait longer before the next try."""
        self._next = self._clock() + self._troubles.rest()

    def _begin_anew(self, problem: StorageError) -> bool:
        """Put a damaged file out of the way, and have all that is in memory recorded again."""
        try:
            aside = self._storage.set_aside(datetime.now(UTC).strftime("%Y%m%d-%H%M%S"))
        except StorageError:
            return False
        if aside is None:
            return False
        log.error(
            "The database %s is damaged (%s). It is now %s, and a new one is begun: trainings that are "
            "in memory are saved there, older ones are lost unless that file can be repaired.",
            self._storage.place,
            problem,
            aside,
        )
        self._start_over()
        return True

    def _start_over(self) -> None:
        """Note that nothing is stored any more, and ask for all that is in memory."""
        with self._changed:
            self._known = None
            self._next = self._clock()
            identities = list(self._places)
            for place in list(self._places.values()):
                place.extent = StoredExtent()
        self._lost(identities)
