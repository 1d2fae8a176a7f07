"""The database of sessions: SQLite in the data folder, or another that SQLAlchemy reaches by its URL."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    StaticPool,
    bindparam,
    create_engine,
    delete,
    event,
    func,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from server.sessions.loss_history import EMPTY_CURSOR
from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.schema import LOSSES, SESSIONS, LaterSchemaError, migrate

FILE = "tinkernet.sqlite3"

BUSY = 0.25
"""Seconds that a statement waits for another process's lock; then who wants it has to try again."""

StorageFailure = Literal["locked", "full", "read_only", "corrupt", "later_version", "unreachable"]

_TROUBLES: dict[str, StorageFailure] = {  # SQLite's names, then its words; the first that fits counts
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "is locked": "locked",
    "SQLITE_FULL": "full",
    "disk is full": "full",
    "no space left": "full",
    "SQLITE_READONLY": "read_only",
    "readonly database": "read_only",
    "permission denied": "read_only",
    "SQLITE_CORRUPT": "corrupt",
    "SQLITE_NOTADB": "corrupt",
    "malformed": "corrupt",
    "not a database": "corrupt",
}


class StorageError(Exception):
    """The database did not do what it was asked for, for a reason that has a name."""

    def __init__(self, trouble: StorageFailure, message: str) -> None:
        super().__init__(message)
        self.trouble = trouble


class SessionRow(NamedTuple):
    """A record with what is kept beside it."""

    identity: str
    created: float
    seen: float
    record: SessionRecord


def in_folder(folder: Path) -> URL:
    """Return the URL of the usual database in a folder."""
    return URL.create("sqlite", database=str(folder / FILE))


class Database:
    """The database. One thread at a time may use it; every method but `close` may raise `StorageError`."""

    def __init__(self, url: str | URL) -> None:
        """Take a database's URL; nothing is opened yet.

        Raises:
            StorageError: it is no URL, or its driver is not installed.
        """
        try:
            self._url: URL = make_url(url)
            memory = self._is_sqlite and self._url.database in (None, "", ":memory:")
            options: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
            if self._is_sqlite:
                options["connect_args"] = {"timeout": BUSY, "check_same_thread": False}
            self._engine: Engine = create_engine(self._url, **options)
        except (ArgumentError, NoSuchModuleError, ImportError) as problem:
            raise StorageError("unreachable", str(problem)) from problem
        if self._is_sqlite:
            event.listen(self._engine, "connect", _set_up)
            event.listen(self._engine, "begin", _begin)

    @property
    def place(self) -> str:
        """Where the sessions are, without any password."""
        return str(self._url.database) if self._is_sqlite else self._url.render_as_string(hide_password=True)

    def is_missing(self) -> bool:
        """Return whether its file is no more there. What is written then is lost, and no error tells it."""
        return self._file is not None and not self._file.exists()

    def open(self) -> tuple[set[str], float]:
        """Make the tables, or bring them up to date.

        Returns:
            the ids of all sessions, and when the last of them was seen, 0 if there are none.
        """
        if self._file is not None:
            try:
                self._file.parent.mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                raise StorageError("read_only", str(problem)) from problem
        with self.transaction() as connection:
            migrate(connection)
            newest = connection.execute(select(func.max(SESSIONS.c.seen))).scalar()
            return set(connection.execute(select(SESSIONS.c.id)).scalars()), newest or 0.0

    def save(self, entries: Sequence[SessionRow], known: Callable[[str], bool]) -> set[str]:
        """Save all that is new of some sessions, or nothing of it.

        Args:
            entries: at most one a session.
            known: whether a session has been stored before.

        Returns:
            the ids of those of which too little was given, as they are not stored as they should be.
        """
        begun = [entry for entry in entries if not known(entry.identity)]
        lost = {entry.identity for entry in begun if entry.record.setup is None}
        changed = [entry for entry in entries if known(entry.identity)]
        with self.transaction() as connection:
            _run(connection, SESSIONS.insert(), [_insertion(e) for e in begun if e.identity not in lost])
            for is_set_up in (False, True):  # a statement for each set of columns
                rows = [_update(entry) for entry in changed if (entry.record.setup is not None) is is_set_up]
                if _run(connection, _UPDATE, rows) < len(rows):
                    lost |= _missing(connection, [row["_id"] for row in rows])
            there = [entry for entry in entries if entry.identity not in lost]
            cuts = [{"_id": e.identity, "_first": e.record.first_page} for e in there]
            _run(connection, _CUT, cuts)
            _run(connection, LOSSES.insert(), [page for entry in there for page in _pages(entry)])
        return lost

    def load(self, identity: str) -> tuple[SessionRecord, float] | None:
        """Return a session's whole record and when it was created; None if there is none."""
        with self.transaction() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == identity)).one_or_none()
            if row is None:
                return None
            pages = select(LOSSES.c.points).where(LOSSES.c.session == identity).order_by(LOSSES.c.page)
            points = tuple(connection.execute(pages).scalars())
        return SessionRecord(
            row.epoch, row.state, row.setup, 0, points, StoredExtent(EMPTY_CURSOR)
        ), row.created

    def delete(self, identities: Iterable[str]) -> None:
        """Remove sessions."""
        rows = [{"_id": identity} for identity in identities]
        with self.transaction() as connection:
            _run(connection, delete(SESSIONS).where(SESSIONS.c.id == bindparam("_id")), rows)
            _run(connection, delete(LOSSES).where(LOSSES.c.session == bindparam("_id")), rows)

    def remove_older(self, before: float, *, present: Iterable[str], now: float) -> set[str]:
        """Remove sessions last seen before some time; those that are present are seen now.

        Returns:
            the ids of those that are gone.
        """
        with self.transaction() as connection:
            rows = [{"_id": identity, "_seen": now} for identity in present]
            _run(connection, _SEE, rows)
            old = set(connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.seen < before)).scalars())
        if old:
            self.delete(old)
        return old

    def set_aside(self, stamp: str) -> Path | None:
        """Give a file that is no database any more another name.

        Returns:
            the name; None for a database that is not a file of ours.
        """
        self.close()
        file = self._file
        if file is None:
            return None
        aside = file.with_name(f"{file.stem}-damaged-{stamp}{file.suffix}")
        try:
            for ending in ("", "-wal", "-shm"):
                part = file.with_name(file.name + ending)
                if part.exists():
                    part.replace(aside.with_name(aside.name + ending))
        except OSError as problem:
            raise StorageError("read_only", str(problem)) from problem
        return aside

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        self._engine.dispose()

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @property
    def _file(self) -> Path | None:
        database = self._url.database
        return Path(database) if self._is_sqlite and database and database != ":memory:" else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection for the time of a `with` block: all that is done in it counts, or nothing."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except LaterSchemaError as problem:
            raise StorageError("later_version", str(problem)) from problem
        except SQLAlchemyError as problem:
            cause = getattr(problem, "orig", None) or problem
            raise StorageError(_trouble(cause), str(cause)) from problem
        except (sqlite3.Error, OSError) as problem:  # of opening a connection
            raise StorageError(_trouble(problem), str(problem)) from problem


_UPDATE = update(SESSIONS).where(SESSIONS.c.id == bindparam("_id"))
_SEE = update(SESSIONS).where(SESSIONS.c.id == bindparam("_id")).values(seen=bindparam("_seen"))
_CUT = delete(LOSSES).where(LOSSES.c.session == bindparam("_id"), LOSSES.c.page >= bindparam("_first"))


def _insertion(entry: SessionRow) -> dict[str, Any]:
    return {"id": entry.identity, "created": entry.created, **_changes(entry)}


def _update(entry: SessionRow) -> dict[str, Any]:
    return {"_id": entry.identity, **_changes(entry)}


def _changes(entry: SessionRow) -> dict[str, Any]:
    record = entry.record
    changes = {"seen": entry.seen, "epoch": record.epoch, "state": record.state}
    return changes if record.setup is None else {**changes, "setup": record.setup}


def _pages(entry: SessionRow) -> Iterator[dict[str, Any]]:
    for number, points in enumerate(entry.record.pages, entry.record.first_page):
        yield {"session": entry.identity, "page": number, "points": points}


def _run(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> int:
    """Run a statement for each of some rows; return how many rows it met."""
    return int(connection.execute(statement, rows).rowcount) if rows else 0


def _missing(connection: Connection, identities: list[str]) -> set[str]:
    found = connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.id.in_(identities)))
    return set(identities) - set(found.scalars())


def _trouble(problem: BaseException) -> StorageFailure:
    told = f"{getattr(problem, 'sqlite_errorname', '')} {problem}".lower()
    return next((trouble for sign, trouble in _TROUBLES.items() if sign.lower() in told), "unreachable")


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # Python's own begins and ends are in the way of tables' changes
    cursor = connection.cursor()
    # A process that is killed loses nothing that was written; a power cut perhaps the last second.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
