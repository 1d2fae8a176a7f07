"""The commands `backup`, `restore` and `transfer`, and the check of the database before a start."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import URL

from server.cluster.directory import Directory
from server.exit_codes import EXIT_FAILED, EXIT_USAGE
from server.settings import Settings
from server.storage.backup import BackupError, back_up, restore
from server.storage.database import Database, StorageError, in_folder
from server.storage.database_lock import DatabaseInUseError, DatabaseLock
from server.storage.transfer import TransferError, transfer

DESCRIPTIONS = {
    "backup": "Writes a copy of the database into FILE, also while a server uses it. "
    "An earlier copy in FILE is replaced once the new one is complete.",
    "restore": "Puts a copy that `tinkernet backup` has made in the place of the database, which no server "
    "may use meanwhile. The database that was there is kept under another name.",
    "transfer": "Copies everything into another database, which must be empty: from SQLite to PostgreSQL "
    "when one machine becomes several. No server may use either meanwhile. The first stays as it is.",
}


class StartRefusedError(Exception):
    """A server must not start on this database; the message is a sentence for people."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def run(command: str, arguments: Sequence[str]) -> int:
    """Run `backup`, `restore` or `transfer`; return the exit code."""
    parser = argparse.ArgumentParser(
        prog=f"tinkernet {command}", description=DESCRIPTIONS[command], allow_abbrev=False
    )
    if command == "transfer":
        parser.add_argument(
            "target", metavar="URL", help="the other database, such as postgresql+psycopg://user@host/name"
        )
    else:
        parser.add_argument("file", metavar="FILE", type=Path, help="the copy")
    for name in ("data_dir", "database_url"):
        field = Settings.model_fields[name]
        parser.add_argument(f"--{name.replace('_', '-')}", default=None, help=field.description)
    options = vars(parser.parse_args(arguments))
    copy, target = options.pop("file", None), options.pop("target", None)
    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    if target is not None:
        return _transfer(settings, target)
    try:
        file = Database(url_of(settings)).path
        if file is None:
            parser.error("the database is no SQLite file: use the tools of its own server")
        if command == "backup":
            back_up(file, copy)
            print(f"{copy} is a copy of {file}.")
        else:
            aside = restore(copy, file)
            kept = "" if aside is None else f" The one that was there is now {aside}."
            print(f"{file} is what was in {copy}.{kept}")
    except DatabaseInUseError as used:
        return _fail(f"a server uses {used}: stop it first, so that it does not write over what is restored")
    except (BackupError, StorageError) as problem:
        return _fail(str(problem))
    return 0


def _transfer(settings: Settings, url: str) -> int:
    """Copy the server's database into another one; return the exit code."""
    with ExitStack() as locks:
        try:
            source, target = Database(url_of(settings)), Database(url)
            if source.path is not None and not source.path.exists():
                return _fail(f"there is no database at {source.path} (--data-dir, --database-url)")
            for database in (source, target):
                locks.callback(database.close)
                if database.path is not None:
                    locks.enter_context(DatabaseLock(database.path))
                elif (hosts := hosts_on(database)) > 0:
                    return _fail(f"a cluster of {hosts} processes uses {database.location}: stop it first")
            rows = transfer(source, target)
        except DatabaseInUseError as used:
            return _fail(f"a server uses {used}: stop it first, so that nothing is lost")
        except StorageError as problem:
            return _fail(f"no database: {problem}")
        except TransferError as problem:
            return _fail(str(problem))
    copied = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in rows.items() if count)
    print(f"{target.location} has now what is in {source.location}: {copied or 'nothing yet'}.")
    return 0


def hosts_on(database: Database) -> int:
    """Return how many processes of a cluster use a database now.

    Raises:
        server.storage.database.StorageError: it cannot be read.
    """
    directory = Directory(database)
    directory.open()
    directory.expel_expired()
    return len(directory.read().hosts)


def claim_database(settings: Settings) -> DatabaseLock | None:
    """Return a lock on the server's database, to be held as long as it runs; None if it is no SQLite file.

    A database that cannot be read now is no reason not to start.

    Raises:
        StartRefusedError: another server uses it, or a later version has written it.
        server.storage.database.StorageError: the setting `database_url` names no database.
    """
    database = Database(url_of(settings))
    lock = None
    if database.path is not None:
        try:
            lock = DatabaseLock(database.path)
        except DatabaseInUseError:
            raise StartRefusedError(
                f"another Tinkernet uses the database {database.location}. Stop that one, or give this one "
                "a folder of its own: --data-dir FOLDER",
                EXIT_FAILED,
            ) from None
    try:
        database.check_version()
    except StorageError as problem:
        if problem.failure == "later_version":
            if lock is not None:
                lock.release()
            raise StartRefusedError(
                f"a later Tinkernet wrote the database {database.location} ({problem}). Start that version, "
                "or give this one a folder of its own: --data-dir FOLDER",
                EXIT_USAGE,
            ) from None
    finally:
        database.close()
    return lock


def url_of(settings: Settings) -> str | URL:
    """Return the URL of the server's database."""
    return settings.database_url or in_folder(settings.data_dir)


def _fail(message: str) -> int:
    print(f"tinkernet: {message}", file=sys.stderr)
    return EXIT_FAILED
