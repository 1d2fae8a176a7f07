"""`tinkernet --cluster local` in real processes under Ray, for tests that end some of them."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from importlib import util

from server.cluster.directory import Directory
from server.cluster.front_directory import FrontDirectory
from server.cluster.slots import slot_of
from server.storage.database import Database
from tests.server.live import TIMEOUT, Page, page
from tests.support.process import ServerProcess

HAS_RAY = util.find_spec("ray") is not None


class LocalCluster:
    """Such a server, with two hosts and two fronts."""

    def __init__(self, *options: str, **environment: str) -> None:
        self.server = ServerProcess(
            options=("--cluster", "local", "--hosts", "2", "--fronts", "2", *options),
            environment=environment,
            timeout=3 * TIMEOUT,  # Ray starts many processes
        )
        self.server.start()
        url = f"sqlite:///{self.server.data.name}/tinkernet.sqlite3"
        self.directory = Directory(Database(url, shared=True))
        self.fronts = FrontDirectory(Database(url, shared=True))

    def process_of(self, session: str) -> int:
        """Return the process of a session's host."""
        placement = self.directory.read()
        return placement.hosts[placement.slots[slot_of(session)]].info.process

    def front_processes(self) -> list[int]:
        return [record.info.process for record in self.fronts.read().values()]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def port(self) -> int:
        return self.server.port

    def page(self) -> AbstractAsyncContextManager[Page]:
        return page(f"ws://127.0.0.1:{self.port}/ws")

    def page_of(self, headers: dict[str, str]) -> AbstractAsyncContextManager[Page]:
        """Return a page whose browser sends these headers."""
        return page(f"ws://127.0.0.1:{self.port}/ws", additional_headers=headers)

    def is_whole(self, hosts: int = 2, fronts: int = 2) -> bool:
        """Return whether there are so many hosts, each with slots, and fronts."""
        placement = self.directory.read()
        has_slots = all(map(placement.slots_of, placement.hosts))
        return len(placement.hosts) == hosts and has_slots and len(self.fronts.read()) == fronts

    def wait_until_whole(self) -> None:
        """Wait until there are two hosts and two fronts."""
        deadline = time.monotonic() + TIMEOUT
        while not self.is_whole():
            assert time.monotonic() < deadline
            time.sleep(0.2)

    async def until_whole(self) -> None:
        """Do so in a coroutine."""
        await asyncio.to_thread(self.wait_until_whole)

    def stop(self) -> None:
        self.server.stop()
        self.server.data.cleanup()
