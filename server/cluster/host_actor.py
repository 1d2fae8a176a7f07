"""A host as a Ray actor, in a process of its own."""

import logging
import os
import queue
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from server import logs
from server.asgi.server import allow_many_sockets
from server.cluster.heartbeat import Heartbeat
from server.cluster.host import Host
from server.cluster.ray_start import LOCAL
from server.settings import Settings

MAX_WAITING_RECORDS = 1000
"""Log records that may wait until the process that started the host fetches them; more are dropped."""


log = logging.getLogger(__name__)


class HostLogRecord(NamedTuple):
    """A log record of a host, on the way to the process that started it."""

    logger: str
    level: int
    text: str


class HostActor:
    """One host. Ray calls its methods from several threads."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        name: str,
        address: str,
        machine: str,
        heartbeat_file: Path,
        assets: Path | None,
        folder: Path,
    ) -> None:
        """Create the host.

        The arguments are those of `Host`, the file for its `Heartbeat`, and the working directory of the
        process that starts it, against which relative paths in the settings are resolved.
        """
        os.chdir(folder)
        Heartbeat(heartbeat_file)
        self._log_queue: queue.Queue[HostLogRecord] = queue.Queue(MAX_WAITING_RECORDS)
        own = Settings(**settings)
        allow_many_sockets()  # it gets those of its learners
        logs.configure(own.log_level, own.log_format)
        logging.getLogger().addHandler(_QueueHandler(self._log_queue))
        warn_if_low_priority(own)
        from server.cluster.tasks.ray_executor import RayExecutor  # noqa: PLC0415 - it imports Ray

        self._host = Host(
            own,
            name,
            address=address,
            machine=machine,
            assets=assets,
            bundle_executor=RayExecutor(own),
            sockets=heartbeat_file.with_name(secrets.token_hex(4)),  # such paths must be short
        )
        self._left = threading.Event()

    def start(self) -> int:
        """Start the host; return the id of its process."""
        self._host.start()
        return os.getpid()

    def next_told(self) -> list[HostLogRecord]:
        """Wait for log records, and return them; return an empty list once the host has left."""
        while not self._left.is_set():
            try:
                records = [self._log_queue.get(timeout=1.0)]
            except queue.Empty:
                continue
            while not self._log_queue.empty():
                records.append(self._log_queue.get_nowait())
            return records
        return []

    def leave(self) -> None:
        """Save all sessions, hand the slots over to other hosts, and end."""
        self._host.leave()
        self._left.set()


def warn_if_low_priority(settings: Settings) -> None:
    """Log a warning if this process has a low priority, which Ray gives its workers by default."""
    if settings.cluster == LOCAL or not hasattr(os, "getpriority"):
        return
    if (nice := os.getpriority(os.PRIO_PROCESS, 0)) > 0:
        log.warning(
            "learners' trainings give way to all other processes of this machine (niceness %d): set "
            "RAY_worker_niceness=0 for ray start",
            nice,
        )


class _QueueHandler(logging.Handler):
    """Puts log records into a queue; drops them while it is full."""

    def __init__(self, log_queue: "queue.Queue[HostLogRecord]") -> None:
        super().__init__()
        self._log_queue = log_queue

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {record.exc_info[1]!r}"
        if not self._log_queue.full():
            self._log_queue.put_nowait(HostLogRecord(record.name, record.levelno, text))
