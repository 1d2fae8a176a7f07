"""Fronts and hosts in this process: what Ray does is not needed, except to have them in processes."""

import asyncio
import secrets
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import FastAPI

from server.asgi.server import listen
from server.cluster.directory import Directory
from server.cluster.front_directory import FrontDirectory
from server.cluster.front_process import create_front_server
from server.cluster.host import Host
from server.settings import Settings
from server.storage.database import Database, in_folder
from tests.server import live

MACHINE = "here"


class LiveFront(live.Live):
    """A front in a thread of this process, with an address of its own."""

    def __init__(self, settings: Settings, assets: Path, name: str) -> None:  # in place of Live's
        self._settings = settings
        self._assets = assets
        self._name = name
        self.port = 0
        self._started = threading.Event()
        self._listener = listen("127.0.0.1", 0)
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        async def serve() -> None:
            self._server = create_front_server(
                self._settings,
                address="127.0.0.1",
                machine=MACHINE,
                assets=self._assets,
                name=self._name,
                started=self._started.set,
            )
            assert isinstance(self._server.config.app, FastAPI)
            self.app = self._server.config.app
            self.table = self.app.state.table
            await self._server.serve(sockets=[self._listener])

        asyncio.run(serve())


class LiveCluster(LiveFront):
    """A front in a thread of this process, and its hosts in others; more fronts can be added."""

    def __init__(
        self, settings: Settings, assets: Path, hosts: int = 2, handed_to: Collection[int] = (1, 2, 3)
    ) -> None:
        """Create it. The hosts `handed_to` get connections themselves, as those of a front's machine do."""
        super().__init__(settings.model_copy(update={"threads": settings.threads or 1}), assets, name="front")
        self.url_of_database = settings.database_url or in_folder(settings.data_dir)
        self.directory = Directory(Database(self.url_of_database, shared=True))
        self.directory.open()
        FrontDirectory(Database(self.url_of_database, shared=True)).open()
        self.hosts: list[Host] = []
        self._number = 0
        self.handed_to = handed_to
        for _ in range(hosts):
            self.add_host()
        self.directory.assign_free_slots()
        self._others: list[LiveFront] = []

    def add_front(self) -> LiveFront:
        other = LiveFront(self._settings, self._assets, f"front-{len(self._others) + 2}")
        other.start()
        self._others.append(other)
        return other

    def add_host(self) -> Host:
        self._number += 1
        host = Host(
            self._settings,
            f"h{self._number}",
            address="127.0.0.1",
            machine=MACHINE,
            assets=self._assets,
            sockets=self._settings.data_dir / secrets.token_hex(4)
            if self._number in self.handed_to
            else None,
            lease=live.TIMEOUT,  # all of them share Python's lock with the tests
        )
        host.start()
        self.hosts.append(host)
        return host

    def stop_front(self) -> None:
        """Stop the fronts; the hosts stay."""
        for other in self._others:
            other.stop()
        super().stop()

    def stop(self) -> None:
        self.stop_front()
        for host in self.hosts:
            host.leave()
        self.hosts = []


@contextmanager
def running_cluster(
    settings: Settings, assets: Path, hosts: int = 2, handed_to: Collection[int] = (1, 2, 3)
) -> Iterator[LiveCluster]:
    """Run a front and hosts during a `with` block, in a temporary data folder."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        cluster = LiveCluster(
            settings.model_copy(update={"data_dir": Path(folder)}), assets, hosts, handed_to
        )
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
