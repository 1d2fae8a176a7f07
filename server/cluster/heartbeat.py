"""The heartbeat of a host or front: shows the process that started it whether it hangs, without the database.

A process that is suspended within a transaction holds the database's lock, so that nobody can find its
expired lease in the directory.
"""

import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

PULSE_INTERVAL = 0.25
"""Seconds between two heartbeats."""

MAX_SILENCE = 2.6
"""Seconds without a heartbeat after which a process counts as hung."""

_BEAT = struct.Struct("d")


class Heartbeat:
    """Writes the time into a file again and again, on a thread of its own, until the process ends."""

    def __init__(self, file: Path) -> None:
        """Start; the file's folder must exist."""
        self._file = file.open("wb", buffering=0)
        self._beat()
        threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(PULSE_INTERVAL)
            self._beat()

    def _beat(self) -> None:
        with suppress(OSError):  # a full disk, which others report
            self._file.seek(0)
            self._file.write(_BEAT.pack(time.monotonic()))


def seconds_since_heartbeat(file: Path) -> float:
    """Return the seconds since the last heartbeat in a file; 0 if there was none yet."""
    try:
        found = file.read_bytes()
    except OSError:
        return 0.0
    return max(0.0, time.monotonic() - _BEAT.unpack(found)[0]) if len(found) == _BEAT.size else 0.0
