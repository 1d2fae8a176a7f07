"""The file of an SQLite database: private to its owner, watched for removal, moved aside when damaged."""

import os
import sys
from pathlib import Path

FILE_SUFFIXES = ("", "-wal", "-shm")
"""Endings of the files that SQLite keeps for one database."""

FILE_MODE = 0o600
FOLDER_MODE = 0o700


def make_private_folder(folder: Path) -> None:
    """Create a folder and its parents; new folders are accessible to their owner only.

    Raises:
        OSError: it cannot be created.
    """
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(FOLDER_MODE, exist_ok=True)


class DatabaseFile:
    """The file at a path, which need not exist yet. Its methods may raise `OSError`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._identity: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Create the folder and an empty file if they are missing; make the file private.

        SQLite gives its other files the same permissions.
        """
        make_private_folder(self.path.parent)
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
        except FileExistsError:
            make_private(self.path)

    def is_absent(self) -> bool:
        """Return True if the file certainly does not exist."""
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # unknown
            return False
        return False

    def unwritable(self) -> str | None:
        """Return, in words, which of folder and file cannot be written; None if both can be."""
        folder = self.path.parent
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            return f"the folder {folder} cannot be written"
        if self.path.exists() and not os.access(self.path, os.R_OK | os.W_OK):
            return f"the file {self.path} cannot be written"
        return None

    def mark_opened(self) -> None:
        """Remember which file is open now, for `was_replaced`."""
        self._identity = _identity(self.path)

    def was_replaced(self) -> bool:
        """Return whether the file that was opened is no longer at the path.

        SQLite would use it further without an error, though nobody could open it again.
        """
        return self._identity is not None and _identity(self.path) != self._identity

    def move_aside(self, label: str) -> Path:
        """Rename the file and SQLite's files beside it, with `label` in the name; return the new path."""
        aside = self.path.with_name(f"{self.path.stem}-{label}{self.path.suffix}")
        for ending in FILE_SUFFIXES:
            part = self.path.with_name(self.path.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
                make_private(aside.with_name(aside.name + ending))
        self._identity = None
        return aside


def make_private(path: Path) -> None:
    """Make a file and SQLite's files beside it accessible to their owner only, if that is this user."""
    for ending in FILE_SUFFIXES:
        part = path.with_name(path.name + ending)
        try:
            if part.stat().st_mode & 0o077:
                part.chmod(FILE_MODE)
        except OSError:  # it is missing, or belongs to another user
            continue


def give_to_owner_of_folder(path: Path) -> None:
    """Change the owner of a file that root has created to the owner of its folder."""
    if sys.platform != "win32" and os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
