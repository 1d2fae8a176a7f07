"""`tinkernet --cluster`: joins or starts a cluster, starts this machine's hosts, and makes its front."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from server.cluster.directory import Directory
from server.cluster.front_app import create_front_app
from server.cluster.host_table import HostTable
from server.cluster.ray_start import LOCAL, ClusterRefusedError, ray_cluster
from server.cluster.supervisor import Supervisor
from server.runtime.scheduler import default_threads
from server.settings import Settings
from server.storage.database import Database, in_folder
from server.version import VERSION


@contextmanager
def cluster_app(settings: Settings, *, assets: Path | None = None) -> Iterator[FastAPI]:
    """Return the application of a front within a `with` block, with the hosts of this machine running.

    Args:
        settings: the server's settings; `cluster` is set.
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
    threads = settings.threads or max(1, cores // count)
    database = Database(url, shared=True)
    directory = Directory(database)
    database.open()  # hosts, which start at the same time, need not create the tables
    directory.open()
    if address == LOCAL:
        directory.start_over()  # the lock on the database says that no other cluster uses it
    else:
        check_versions(directory)
    with ray_cluster(address, cores=cores) as cluster:
        signal.signal(signal.SIGTERM, _end)  # Ray's own way to end would not let hosts save
        hosts = settings.model_copy(update={"threads": threads, "open": False})
        supervisor = Supervisor(hosts, cluster, directory, count=count, assets=assets)
        try:
            supervisor.start()
            if hasattr(signal, "SIGHUP"):
                signal.signal(signal.SIGHUP, lambda *_: supervisor.replace_all())
            table = HostTable(Directory(Database(url, shared=True)), supervisor.machine)
            yield create_front_app(settings, table, assets=assets)
        finally:
            supervisor.stop()


def _end(number: int, _: object) -> None:
    """End this process in the way of a signal, but through all `finally` blocks."""
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
    for name, member in directory.read().members.items():
        if member.about.version != VERSION:
            raise ClusterRefusedError(
                f"{name} of this cluster is Tinkernet {member.about.version}, and this is {VERSION}: all "
                "machines need the same version"
            )
