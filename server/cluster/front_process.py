"""One of several fronts of a machine: a process that shares a listening socket with the others.

`FrontProcesses` starts it as `python -m server.cluster.front_process` and writes a `FrontTask` as JSON to its
standard input. When that input ends, because the parent process has ended or was killed, the front ends, too.
"""

import json
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from server import logs
from server.asgi.garbage_collection import freeze_after
from server.asgi.server import BACKLOG, Server, allow_many_sockets
from server.cluster.directory import Directory
from server.cluster.front import Front
from server.cluster.front_app import create_front_app
from server.cluster.front_directory import FrontDirectory
from server.cluster.heartbeat import Heartbeat
from server.cluster.host_table import HostTable
from server.settings import Settings
from server.storage.database import Database, in_folder

READY = "ready"
"""The line that a front prints once it accepts connections."""

ENDING_TIMEOUT = 3.0
"""Seconds beyond `shutdown_timeout` after which a front that should have ended by itself is killed."""


class FrontTask(NamedTuple):
    """The parameters of a front process."""

    settings: dict[str, object]
    """The server's settings as JSON values; a front of a later version may not know all of them."""
    socket: int
    """The file descriptor of the listening socket."""
    name: str
    address: str
    """The address of this machine within the cluster."""
    machine: str
    pulse: str
    """The file of its `Heartbeat`."""
    assets: str | None
    """See `create_app`."""


class _SharedSocket(socket.socket):
    """A listening socket of several processes, whose backlog does not depend on one process's limit."""

    def listen(self, backlog: int = BACKLOG, /) -> None:
        """Listen with a backlog of at least `BACKLOG`."""
        super().listen(max(backlog, BACKLOG))


def create_front_server(
    settings: Settings,
    *,
    address: str,
    machine: str,
    assets: Path | None = None,
    name: str = "",
    started: Callable[[], None] | None = None,
    accepts_at_once: int = BACKLOG,
) -> Server:
    """Return the server of a front, not started; for the arguments see `Front` and `Server`."""
    url = settings.database_url or in_folder(settings.data_dir)
    front = Front(FrontDirectory(Database(url, shared=True)), address=address, machine=machine, name=name)
    table = HostTable(Directory(Database(url, shared=True)), machine)
    app = create_front_app(settings, table, front, assets=assets)
    server = Server(
        app, settings, processes=front.processes, started=started, accepts_at_once=accepts_at_once
    )
    front.connections = server.limiter.quota
    return server


def main() -> None:
    """Run a front until it gets SIGTERM or the process that started it ends."""
    task = FrontTask(**json.loads(sys.stdin.readline()))
    known = {name: value for name, value in task.settings.items() if name in Settings.model_fields}
    settings = Settings(**known)  # type: ignore[arg-type] # it checks them
    logs.configure(settings.log_level, settings.log_format)
    allow_many_sockets()
    Heartbeat(Path(task.pulse))
    server = create_front_server(
        settings,
        address=task.address,
        machine=task.machine,
        assets=None if task.assets is None else Path(task.assets),
        name=task.name,
        started=_on_started,
        accepts_at_once=1,
    )
    threading.Thread(target=_end_with_parent, args=(server, settings), daemon=True).start()
    server.run(sockets=[_SharedSocket(fileno=task.socket)])


def _on_started() -> None:
    print(READY, flush=True)
    freeze_after(lambda: None)


def _end_with_parent(server: Server, settings: Settings) -> None:
    sys.stdin.read()
    server.should_exit = True
    threading.Event().wait(settings.shutdown_timeout + ENDING_TIMEOUT)
    os._exit(1)


if __name__ == "__main__":
    main()
