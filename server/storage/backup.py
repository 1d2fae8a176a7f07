"""Backups of an SQLite database: made while a server uses it, and restored while none does."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from server.storage.database_file import FILE_MODE, DatabaseFile, give_to_owner_of_folder, make_private_folder
from server.storage.database_lock import DatabaseLock
from server.storage.schema import SCHEMA_VERSION

BUSY_TIMEOUT = 10.0
"""Seconds to wait for a server that writes."""


class BackupError(Exception):
    """A backup cannot be made or restored; the message is meant for people."""


def back_up(database: Path, target: Path) -> None:
    """Write a consistent copy of a database, which servers may use meanwhile.

    Args:
        database: the file of the database.
        target: the file of the copy. An earlier copy is replaced once the new one is complete.

    Raises:
        BackupError: there is no database, or `target` is another kind of file, or cannot be written.
    """
    if not database.exists():
        raise BackupError(f"There is no database at {database}.")
    if target.exists():
        if target.samefile(database):
            raise BackupError(f"{target} is the database itself: name another file.")
        schema_of(target, "It is not overwritten: name another file.")
    with _problems(f"{target} cannot be written"), _replacing(target) as part:
        _copy(database, part)


def restore(source: Path, database: Path) -> Path | None:
    """Replace a database, which no server uses, by a backup.

    Everything in it counts as used now, so that a server does not remove it for its age.

    Args:
        source: the copy; it stays.
        database: the file of the database.

    Returns:
        the new path of the database that was there; None if there was none.

    Raises:
        BackupError: `source` is no database of this or an earlier version, or the place cannot be written.
        server.storage.database_lock.DatabaseInUseError: a server uses the database.
    """
    schema = schema_of(source, "It cannot be restored.")
    if schema > SCHEMA_VERSION:
        raise BackupError(
            f"{source} was written by a later Tinkernet (version {schema} of the tables, this one knows "
            f"{SCHEMA_VERSION}): restore it with that one."
        )
    if database.exists() and source.samefile(database):
        raise BackupError(f"{source} is the database itself.")
    with DatabaseLock(database), _problems(f"{database} cannot be written"):
        make_private_folder(database.parent)
        with _replacing(database) as part:
            _copy(source, part)
            _mark_used_now(part)
            give_to_owner_of_folder(part)
            aside = None
            if database.exists():
                stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
                aside = DatabaseFile(database).move_aside(f"before-restore-{stamp}")
        return aside


def schema_of(file: Path, consequence: str) -> int:
    """Return the version of the tables in a database file of Tinkernet.

    Raises:
        BackupError: it is no such file, or damaged; `consequence` becomes the end of the message.
    """
    try:
        with closing(_open(file)) as connection:
            (version,) = connection.execute("SELECT schema FROM meta").fetchone()
            (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except (sqlite3.Error, TypeError) as problem:
        raise BackupError(f"{file} is no database of Tinkernet ({problem}). {consequence}") from problem
    if state != "ok":
        raise BackupError(f"{file} is damaged ({state}). {consequence}")
    return int(version)


def _open(file: Path) -> sqlite3.Connection:
    """Open an existing file; without a write-ahead log it is opened read-only, for read-only disks."""
    mode = "mode=rw" if file.with_name(file.name + "-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(str(file.absolute()))}?{mode}", uri=True, timeout=BUSY_TIMEOUT)


def _copy(source: Path, target: Path) -> None:
    """Copy a database into an empty file, which is complete without a write-ahead log."""
    in_use = source.with_name(source.name + "-wal").exists()
    mode = "rw" if in_use or os.access(source.parent, os.W_OK) else "ro&immutable=1"
    address = f"file:{quote(str(source.absolute()))}?mode={mode}"
    with (
        closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT)) as connection,
        closing(sqlite3.connect(target)) as copy,
    ):
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _mark_used_now(file: Path) -> None:
    now = time.time()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE sessions SET seen = seen + (? - (SELECT max(seen) FROM sessions))", (now,))
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'rooms'").fetchone():
            return  # a version before classrooms
        rooms = {row_id: json.loads(value) for row_id, value in connection.execute("SELECT * FROM rooms")}
        latest = max((room.get("seen") or room["created"] for room in rooms.values()), default=now)
        for row_id, room in rooms.items():
            room |= {"ends": room["ends"] + now - latest, "seen": now}
            connection.execute("UPDATE rooms SET value = ? WHERE id = ?", (json.dumps(room).encode(), row_id))


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Yield an empty private file, which replaces `target` after the `with` block unless that raises."""
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
    try:
        yield part
        descriptor = os.open(part, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _problems(what: str) -> Iterator[None]:
    """Convert errors of the system and of SQLite within a `with` block into `BackupError`."""
    try:
        yield
    except (OSError, sqlite3.Error) as problem:
        raise BackupError(f"{what}: {problem}.") from problem
