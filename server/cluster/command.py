"""`tinkernet --cluster`: joins or starts a cluster, and runs this machine's hosts and fronts."""

import math
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from server.asgi.server import Server
from server.cluster.directory import Directory
from server.cluster.front_directory import FrontDirectory
from server.cluster.front_process import create_front_server
from server.cluster.front_processes import FrontProcesses
from server.cluster.machine import require_memory, total_memory
from server.cluster.ray_start import LOCAL, ClusterRefusedError, ray_cluster
from server.cluster.stored_rules import StoredRules
from server.cluster.supervisor import Supervisor
from server.runtime.scheduler import default_threads
from server.settings import Settings
from server.storage.database import Database, in_folder
from server.version import VERSION

CORES_PER_FRONT = 4
"""One front serves the hosts of this many cores."""


def number_of_fronts(asked: int | None, cores: int, *, platform: str = sys.platform) -> int:
    """Return how many fronts to run on a machine.

    Args:
        asked: the setting `fronts`; None chooses by the number of cores.
        cores: the machine's number of cores.
        platform: the operating system, as `sys.platform` names it.

    Raises:
        ClusterRefusedError: more than one is asked for where processes cannot share a port.
    """
    if platform == "win32":
        if asked not in {None, 1}:
            raise ClusterRefusedError("on Windows, processes cannot share a port: --fronts must be 1 there")
        return 1
    return asked or max(1, math.ceil(cores / CORES_PER_FRONT))


@contextmanager
def cluster_server(
    settings: Settings, started: Callable[[], None], *, assets: Path | None = None
) -> Iterator[Server | FrontProcesses]:
    """Start this machine's hosts, and yield what runs its fronts; stop the hosts after the `with` block.

    A single front runs in this process, several run in processes of their own.

    Args:
        settings: the server's settings; `cluster` is set.
        started: called once the fronts accept requests.
        assets: see `create_app`.

    Raises:
        ClusterRefusedError: the cluster cannot be started or joined.
        server.storage.database.StorageError: the database cannot be used.
    """
    address = settings.cluster or LOCAL
    url = settings.database_url or in_folder(settings.data_dir)
    if address != LOCAL and _is_sqlite(settings):
        raise ClusterRefusedError(
            "several machines need a database that all of them reach, such as PostgreSQL; SQLite is a file "
            "of one: set --database-url on each of them, or use --cluster local on one machine"
        )
    cores = default_threads()
    count = settings.hosts or cores
    fronts = number_of_fronts(settings.fronts, cores)
    require_memory(count, fronts, total_memory())
    threads = settings.threads or max(1, cores // count)
    database = Database(url, shared=True)
    directory, front_directory = Directory(database), FrontDirectory(Database(url, shared=True))
    database.open()  # hosts, which start at the same time, need not create the tables
    directory.open()
    front_directory.open()
    if address == LOCAL:
        directory.clear()  # the lock on the database says that no other cluster uses it
        StoredRules(database).remove_orphaned()
        front_directory.clear()
    else:
        check_versions(directory)
    with ray_cluster(address, cores=cores) as cluster:
        signal.signal(signal.SIGTERM, _exit_on_signal)  # Ray's own way to end would not let hosts save
        hosts = settings.model_copy(update={"threads": threads, "open": False})
        supervisor = Supervisor(hosts, cluster, directory, count=count, assets=assets)
        try:
            supervisor.start()
            server: Server | FrontProcesses
            address, machine = cluster.node_address, supervisor.machine
            if fronts == 1:
                server = create_front_server(
                    settings, address=address, machine=machine, assets=assets, started=started
                )
            else:
                server = FrontProcesses(
                    settings,
                    front_directory,
                    count=fronts,
                    address=address,
                    machine=machine,
                    assets=assets,
                    on_started=started,
                )
            replacing = [supervisor.replace_all]
            if isinstance(server, FrontProcesses):
                replacing.append(server.replace_all)
            if hasattr(signal, "SIGHUP"):
                signal.signal(signal.SIGHUP, lambda *_: [replace() for replace in replacing])
            yield server
        finally:
            supervisor.stop()


def _exit_on_signal(number: int, _: object) -> None:
    """Handle a signal: exit with its usual code, but run all `finally` blocks."""
    raise SystemExit(128 + number)


def _is_sqlite(settings: Settings) -> bool:
    if settings.database_url is None:
        return True
    try:
        return make_url(settings.database_url).get_backend_name() == "sqlite"
    except ArgumentError:
        return False  # opening it says what is wrong


def check_versions(directory: Directory) -> None:
    """Raise `ClusterRefusedError` if a host of a cluster is of another version."""
    directory.expel_expired()
    for name, record in directory.read().hosts.items():
        if record.info.version != VERSION:
            raise ClusterRefusedError(
                f"{name} of this cluster is Tinkernet {record.info.version}, and this is {VERSION}: all "
                "machines need the same version"
            )
