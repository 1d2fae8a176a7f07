"""A log of a sweep's results in the order in which its runs finished, with bounded memory."""

import tempfile
import threading
import weakref
from pathlib import Path
from typing import IO

import numpy as np

from server.jobs.finished_runs import RECORD, Records

MAX_IN_MEMORY = 20_000
"""Maximum number of results that are held in memory, about a megabyte; those before them are in a file."""


class RunLog:
    """An append-only log of results with random access; any thread may use it.

    On systems that allow it the file has no name, so that it disappears with the process, even in a crash.
    """

    def __init__(self, folder: Path | None = None, in_memory: int = MAX_IN_MEMORY) -> None:
        """Create an empty log.

        Args:
            folder: the folder of its file; by default the system's folder for temporary files.
            in_memory: the most results in memory.
        """
        self._folder = folder
        self._lock = threading.Lock()
        self._newest = np.empty(16, RECORD)
        self._in_memory = in_memory
        self._count = 0
        self._file: IO[bytes] | None = None
        self._in_file = 0

    def __len__(self) -> int:
        with self._lock:
            return self._in_file + self._count

    @property
    def memory(self) -> int:
        """The bytes that its results take in memory."""
        return self._newest.nbytes

    @property
    def disk(self) -> int:
        """The bytes that its file takes."""
        return self._in_file * RECORD.itemsize

    def append(self, records: Records) -> None:
        """Append results (n,); raise `OSError` if the file cannot be written."""
        with self._lock:
            if self._count + len(records) > self._in_memory:
                self._write(records)
                return
            needed = self._count + len(records)
            if needed > len(self._newest):
                self._newest = np.resize(
                    self._newest, min(max(needed, 2 * len(self._newest)), self._in_memory)
                )
            self._newest[self._count : needed] = records
            self._count = needed

    def read(self, first: int, limit: int) -> Records:
        """Return up to `limit` results (n,), from number `first` on; fewer or none at the end of the log."""
        with self._lock:
            parts = []
            if self._file is not None and first < self._in_file:
                count = min(limit, self._in_file - first)
                self._file.seek(first * RECORD.itemsize)
                parts.append(np.frombuffer(self._file.read(count * RECORD.itemsize), RECORD))
            start = max(0, first - self._in_file)
            end = min(self._count, first + limit - self._in_file)
            parts.append(self._newest[start : max(start, end)].copy())
            return np.concatenate(parts)

    def _write(self, records: Records) -> None:
        """Move all results from memory to the file (with the lock held)."""
        if self._file is None:
            folder = self._folder
            self._file = tempfile.TemporaryFile(buffering=0, dir=folder, prefix="tinkernet-runs-")  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        records = np.concatenate([self._newest[: self._count], records])
        left = memoryview(records.tobytes())
        self._file.seek(self._in_file * RECORD.itemsize)  # after a write that failed, over its beginning
        while left:
            left = left[self._file.write(left) :]
        self._in_file += len(records)
        self._count = 0
