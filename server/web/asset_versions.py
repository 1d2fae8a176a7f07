"""The version of the static files, which is part of their URLs, so that browsers may cache them forever."""

import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_VERSIONED = re.compile(r"(v-[0-9a-f]{16})[\\/](.+)", re.DOTALL)


class AssetVersions:
    """Computes the version of a folder's files from their contents.

    All files have one common version, so that relative imports between them stay within it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._name = ""
        self._states: dict[str, tuple[int, int]] = {}

    def current(self) -> str:
        """Return the name of the present version, such as "v-0123456789abcdef"."""
        states = dict(_states(str(self._folder)))
        if states != self._states:
            digests = sorted(
                f"{Path(path).relative_to(self._folder).as_posix()} {_digest(path, *state)}"
                for path, state in states.items()
            )
            self._name = "v-" + hashlib.sha256("\n".join(digests).encode()).hexdigest()[:16]
            self._states = states
        return self._name

    def is_current(self, name: str, path: str, found: os.stat_result) -> bool:
        """Return whether `name` is the newest version, and a file has not changed since."""
        return name == self._name and self._states.get(path) == (found.st_mtime_ns, found.st_size)


def split_version(path: str) -> tuple[str, str]:
    """Return the version in a path below the static files, "" if it has none, and the path of the file."""
    match = _VERSIONED.fullmatch(path)
    return (match[1], match[2]) if match else ("", path)


def _states(folder: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the path of each file, with its time of change and its size."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _states(entry.path)
            else:
                found = entry.stat()
                yield entry.path, (found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=1024)
def _digest(path: str, _changed: int, _size: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
