"""Whether compiled code on disk is complete and unchanged: each folder of it has a list of checksums.

A power cut can leave files that are cut off or empty, and a worn memory card changes bits. Numba would fail
at every start, or run what it finds.
"""

import hashlib
import json
import os
from pathlib import Path

CHECKSUMS = "sha256.json"
"""The list in a folder: the SHA-256 of each file, by its path within the folder."""


def _checksums(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != CHECKSUMS
    }


def seal(folder: Path) -> None:
    """Write the list of a folder whose files are complete, after all of them have reached the disk.

    Raises:
        OSError: a file cannot be read or written.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            _flush(path)
    text = json.dumps(_checksums(folder), indent=1)
    unfinished = folder / f"{CHECKSUMS}.new"
    unfinished.write_text(text, "utf-8")
    _flush(unfinished)
    unfinished.replace(folder / CHECKSUMS)


def is_sealed(folder: Path) -> bool:
    """Return whether a folder has a list, whatever it says: its files were complete once."""
    return (folder / CHECKSUMS).exists()


def is_intact(folder: Path) -> bool:
    """Return whether a folder has exactly the files of its list, unchanged."""
    try:
        listed = json.loads((folder / CHECKSUMS).read_text("utf-8"))
        return bool(listed) and listed == _checksums(folder)
    except (OSError, ValueError):
        return False


def _flush(path: Path) -> None:
    """Wait until the content of a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
