"""A host as Ray runs it: an actor, in a process of its own."""

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
from server.cluster.host import Host
from server.cluster.pulse import Pulse
from server.cluster.ray_start import LOCAL
from server.settings import Settings

MAX_TOLD = 1000
"""Records of the log that may wait until the process that started the host takes them."""


log = logging.getLogger(__name__)


class Told(NamedTuple):
    """A record of a host's log."""

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
        pulse: Path,
        assets: Path | None,
        folder: Path,
    ) -> None:
        """Create the host.

        The arguments are those of `Host`, the file of its `Pulse`, and the folder of the process that starts
        it, where relative paths of the settings begin.
        """
        os.chdir(folder)
        Pulse(pulse)
        self._told: queue.Queue[Told] = queue.Queue(MAX_TOLD)
        own = Settings(**settings)
        allow_many_sockets()  # it gets those of its learners
        logs.set_up(own.log_level, own.log_format)
        logging.getLogger().addHandler(_Handler(self._told))
        warn_if_it_gives_way(own)
        from server.cluster.tasks.ray_executor import RayExecutor  # noqa: PLC0415 - it imports Ray

        self._host = Host(
            own,
            name,
            address=address,
            machine=machine,
            assets=assets,
            bundle_executor=RayExecutor(own),
            sockets=pulse.with_name(secrets.token_hex(4)),  # such paths must be short
        )
        self._left = threading.Event()

    def start(self) -> int:
        """Start the host; return the id of its process."""
        self._host.start()
        return os.getpid()

    def next_told(self) -> list[Told]:
        """Wait until there is something in the log, and return it; return nothing once the host has left."""
        while not self._left.is_set():
            try:
                found = [self._told.get(timeout=1.0)]
            except queue.Empty:
                continue
            while not self._told.empty():
                found.append(self._told.get_nowait())
            return found
        return []

    def leave(self) -> None:
        """Save all sessions, hand the slots over to other hosts, and end."""
        self._host.leave()
        self._left.set()


def warn_if_it_gives_way(settings: Settings) -> None:
    """Log a warning if Ray, which others have started, gives way to all other processes, as by default."""
    if settings.cluster == LOCAL or not hasattr(os, "getpriority"):
        return
    if (nice := os.getpriority(os.PRIO_PROCESS, 0)) > 0:
        log.warning(
            "learners' trainings give way to all other processes of this machine (niceness %d): set "
            "RAY_worker_niceness=0 for ray start",
            nice,
        )


class _Handler(logging.Handler):
    """Keeps what the log says for the process that started the host; drops what is too much."""

    def __init__(self, told: "queue.Queue[Told]") -> None:
        super().__init__()
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text = f"{text}: {record.exc_info[1]!r}"
        if not self._told.full():
            self._told.put_nowait(Told(record.name, record.levelno, text))
