"""The database of sessions: SQLite in the data folder, or one that SQLAlchemy supports, by its URL."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

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
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from server.sessions.loss_history import EMPTY_CURSOR
from server.sessions.session_record import SessionRecord, StoredExtent
from server.storage.database_file import DatabaseFile
from server.storage.schema import LOSSES, SESSIONS, LaterSchemaError, check_version, migrate
from server.storage.session_rows import (
    MARK_SEEN,
    REMOVE_LATER_PAGES,
    REMOVE_SESSION,
    UPDATE_SESSION,
    SessionRow,
    execute_for_rows,
    inserted_values,
    missing_sessions,
    page_values,
    updated_values,
)
from server.storage.storage_quotas import StorageQuotas

FILE_NAME = "tinkernet.sqlite3"

BUSY_TIMEOUT = 0.25
"""Seconds that a statement waits for another process's lock before it fails as `locked`."""

SHARED_BUSY_TIMEOUT = 5.0
"""The same where several processes are meant to write; each transaction takes milliseconds."""

StorageFailure = Literal["locked", "full", "read_only", "corrupt", "later_version", "unreachable"]

_FAILURES: dict[
    str, StorageFailure
] = {  # SQLite's error names and parts of error messages; the first match counts
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
    """The database failed, for the reason that `failure` names."""

    def __init__(self, failure: StorageFailure, message: str) -> None:
        super().__init__(message)
        self.failure = failure


class RowRejectedError(StorageError):
    """The database works, but rejected a row for its contents."""

    def __init__(self, message: str) -> None:
        super().__init__("unreachable", message)


def in_folder(folder: Path) -> URL:
    """Return the URL of the default database in a folder."""
    return URL.create("sqlite", database=str(folder / FILE_NAME))


class Database:
    """The database. One thread at a time may use it; every method but `close` may raise `StorageError`."""

    def __init__(
        self,
        url: str | URL,
        kept: StorageQuotas = StorageQuotas(),  # noqa: B008 - immutable
        *,
        shared: bool = False,
    ) -> None:
        """Create it for a database's URL; nothing is opened yet.

        Args:
            url: the database's URL.
            kept: limits on the stored sessions.
            shared: whether other processes write it at the same time; then transactions wait for each other.

        Raises:
            StorageError: the URL is not valid, or its driver is not installed.
        """
        self._kept = kept
        try:
            self._url: URL = make_url(url)
            memory = self._is_sqlite and self._url.database in (None, "", ":memory:")
            options: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
            if self._is_sqlite:
                timeout = SHARED_BUSY_TIMEOUT if shared else BUSY_TIMEOUT
                options["connect_args"] = {"timeout": timeout, "check_same_thread": False}
            self._engine: Engine = create_engine(self._url, **options)
        except (ArgumentError, NoSuchModuleError, ImportError) as problem:
            detail = str(problem).replace("'psycopg'", "'psycopg': pip install 'tinkernet[postgresql]'")
            raise StorageError("unreachable", detail) from problem
        database = self._url.database if self._is_sqlite and not memory else None
        named = database and not database.startswith("file:")  # such a URI is SQLite's to read
        self._file = DatabaseFile(Path(database)) if database and named else None
        if self._is_sqlite:
            event.listen(self._engine, "connect", _configure_sqlite)
            event.listen(self._engine, "begin", _begin_as_writer if shared else _begin)
        elif shared and self._url.get_backend_name() == "postgresql":
            event.listen(self._engine, "connect", _limit_idle_transactions)

    @property
    def location(self) -> str:
        """The file or the URL, without any password."""
        return str(self._url.database) if self._is_sqlite else self._url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None for another one, or one in memory."""
        return None if self._file is None else self._file.path

    def check_version(self) -> None:
        """Raise `StorageError` if a later version wrote the tables or they cannot be read; change nothing."""
        if self.path is None or self.path.exists():
            with self.transaction() as connection:
                check_version(connection)

    def is_absent(self) -> bool:
        """Return True if its file certainly does not exist, so that nothing is stored."""
        return self._file is not None and self._file.is_absent()

    def was_replaced(self) -> bool:
        """Return whether its file was removed, or another put in its place, since `open`."""
        return self._file is not None and self._file.was_replaced()

    def open(self) -> tuple[set[str], float]:
        """Create the tables or migrate them.

        Returns:
            the ids of all sessions, and the Unix time at which the last one was used; 0 if there are none.
        """
        if self._file is not None:
            try:
                self._file.prepare()
            except OSError as problem:
                raise StorageError("read_only", str(problem)) from problem
        with self.transaction() as connection:
            migrate(connection)
            newest = connection.execute(select(func.max(SESSIONS.c.seen))).scalar()
            session_ids = set(connection.execute(select(SESSIONS.c.id)).scalars())
        if self._file is not None:
            self._file.mark_opened()
        return session_ids, newest or 0.0

    def save(self, entries: Sequence[SessionRow], known: Callable[[str], bool]) -> set[str]:
        """Save session records in one transaction.

        Args:
            entries: the rows, at most one per session.
            known: returns whether a session was stored before.

        Returns:
            the ids of the sessions that were not saved, because their records are incomplete and the missing
            parts are not stored.
        """
        begun = [entry for entry in entries if not known(entry.session_id)]
        lost = {entry.session_id for entry in begun if not entry.record.is_whole}
        whole = [entry for entry in begun if entry.record.is_whole]
        changed = [entry for entry in entries if known(entry.session_id)]
        with self.transaction() as connection:
            # A row that is there against expectation is replaced.
            execute_for_rows(connection, REMOVE_SESSION, [{"_id": entry.session_id} for entry in whole])
            execute_for_rows(connection, SESSIONS.insert(), [inserted_values(entry) for entry in whole])
            for is_set_up in (False, True):  # a statement for each set of columns
                rows = [
                    updated_values(entry)
                    for entry in changed
                    if (entry.record.setup is not None) is is_set_up
                ]
                if execute_for_rows(connection, UPDATE_SESSION, rows) < len(rows):
                    lost |= missing_sessions(connection, [row["_id"] for row in rows])
            there = [entry for entry in entries if entry.session_id not in lost]
            cuts = [{"_id": e.session_id, "_first": e.record.first_page} for e in there]
            execute_for_rows(connection, REMOVE_LATER_PAGES, cuts)
            execute_for_rows(
                connection, LOSSES.insert(), [page for entry in there for page in page_values(entry)]
            )
        return lost

    def load(self, session_id: str) -> tuple[SessionRecord, float] | None:
        """Return a session's complete record and the Unix time of its creation; None if it is not stored."""
        with self.transaction() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == session_id)).one_or_none()
            if row is None:
                return None
            pages = select(LOSSES.c.points).where(LOSSES.c.session == session_id).order_by(LOSSES.c.page)
            points = tuple(connection.execute(pages).scalars())
        return SessionRecord(
            row.epoch, row.state, row.setup, 0, points, StoredExtent(EMPTY_CURSOR)
        ), row.created

    def delete(self, session_ids: Iterable[str]) -> None:
        """Remove sessions."""
        rows = [{"_id": session_id} for session_id in session_ids]
        with self.transaction() as connection:
            execute_for_rows(connection, REMOVE_SESSION, rows)
            execute_for_rows(connection, delete(LOSSES).where(LOSSES.c.session == bindparam("_id")), rows)

    def remove_older(self, before: float, *, present: Iterable[str], now: float) -> set[str]:
        """Remove sessions last used before a Unix time, and those beyond the quotas.

        Sessions in `present` are first marked as used at `now`.

        Returns:
            the ids of the removed sessions.
        """
        with self.transaction() as connection:
            execute_for_rows(
                connection, MARK_SEEN, [{"_id": session_id, "_seen": now} for session_id in present]
            )
            old = set(connection.execute(select(SESSIONS.c.id).where(SESSIONS.c.seen < before)).scalars())
            old |= self._kept.excess(connection)
        if old:
            self.delete(old)
        return old

    def shift_times(self, seconds: float) -> None:
        """Add seconds to the times at which sessions were last used."""
        if seconds:
            with self.transaction() as connection:
                connection.execute(update(SESSIONS).values(seen=SESSIONS.c.seen + seconds))

    def move_aside(self, stamp: str) -> Path | None:
        """Rename a damaged database file, with `stamp` in its new name.

        Returns:
            its new path; None if the database is not an SQLite file.
        """
        self.close()
        if self._file is None:
            return None
        try:
            return self._file.move_aside(f"damaged-{stamp}")
        except OSError as problem:
            raise StorageError("read_only", str(problem)) from problem

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        self._engine.dispose()

    @property
    def _is_sqlite(self) -> bool:
        return self._url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection for one transaction, which is the `with` block."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except LaterSchemaError as problem:
            raise StorageError("later_version", str(problem)) from problem
        except (IntegrityError, DataError, OverflowError, UnicodeError) as problem:
            raise RowRejectedError(str(getattr(problem, "orig", None) or problem)) from problem
        except SQLAlchemyError as problem:
            raise self._error(getattr(problem, "orig", None) or problem) from problem
        except (sqlite3.Error, OSError) as problem:  # while a connection is opened
            raise self._error(problem) from problem

    def _error(self, cause: BaseException) -> StorageError:
        """Return the error for an exception; detects unwritable files, which SQLite does not report."""
        failure, message = _failure(cause), str(cause)
        obstacle = None if self._file is None or failure != "unreachable" else self._file.unwritable()
        return StorageError(failure, message) if obstacle is None else StorageError("read_only", obstacle)


def _failure(problem: BaseException) -> StorageFailure:
    text = f"{getattr(problem, 'sqlite_errorname', '')} {problem}".lower()
    return next((failure for sign, failure in _FAILURES.items() if sign.lower() in text), "unreachable")


def _configure_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # otherwise sqlite3 would commit before statements that change tables
    cursor = connection.cursor()
    # If the process is killed, no commit is lost; after a power failure perhaps those of the last second.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _limit_idle_transactions(connection: Any, _: object) -> None:
    """Have PostgreSQL end the transaction of a process that hangs, because it holds locks."""
    cursor = connection.cursor()
    cursor.execute("SET idle_in_transaction_session_timeout = '2s'")
    cursor.close()
    connection.commit()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_as_writer(connection: Connection) -> None:
    # A transaction that has read could no longer write once another process has written.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
