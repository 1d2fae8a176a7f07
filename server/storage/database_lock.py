"""The lock that a server holds on its SQLite database, so that no second server uses it."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from server.storage.database_file import FILE_MODE, give_to_owner_of_folder, make_private_folder

LOCK_SUFFIX = ".lock"
"""What the name of the lock's file has after that of the database."""


class DatabaseInUseError(Exception):
    """Another process holds the lock of the database."""


class DatabaseLock:
    """A lock on the file of a database; the system releases it when the process ends, even in a crash."""

    def __init__(self, database: Path) -> None:
        """Acquire the lock.

        If no file can be created beside the database, nothing is locked: no server could write there either.

        Raises:
            DatabaseInUseError: another process holds it.
        """
        self._descriptor: int | None = None
        try:
            make_private_folder(database.parent)
            path = database.with_name(database.name + LOCK_SUFFIX)
            self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE)
            give_to_owner_of_folder(path)
        except OSError:
            return
        try:
            _lock(self._descriptor)
        except OSError:
            self.release()
            raise DatabaseInUseError(str(database)) from None

    def release(self) -> None:
        """Release the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        """Return the lock."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the lock."""
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
