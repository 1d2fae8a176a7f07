"""A host's pulse: by it the process that started it sees that it hangs, without the database.

A process that is stopped within a transaction holds the database's lock, so that nobody could find in the
directory that its lease has expired.
"""

import struct
import threading
import time
from contextlib import suppress
from pathlib import Path

PULSE_INTERVAL = 0.25
"""Seconds between two beats."""

MAX_SILENCE = 2.6
"""Seconds without a beat after which a host counts as hung."""

_BEAT = struct.Struct("d")


class Pulse:
    """Writes the time into a file, on a thread of its own, until the process ends."""

    def __init__(self, file: Path) -> None:
        """Begin to beat; the file's folder must be there."""
        self._file = file.open("wb", buffering=0)
        self._beat()
        threading.Thread(target=self._run, name="pulse", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(PULSE_INTERVAL)
            self._beat()

    def _beat(self) -> None:
        with suppress(OSError):  # a full disk; then others say so
            self._file.seek(0)
            self._file.write(_BEAT.pack(time.monotonic()))


def silence(file: Path) -> float:
    """Return the seconds since the last beat; 0 if there was none yet."""
    try:
        found = file.read_bytes()
    except OSError:
        return 0.0
    return max(0.0, time.monotonic() - _BEAT.unpack(found)[0]) if len(found) == _BEAT.size else 0.0
