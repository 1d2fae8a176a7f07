"""A class in a room of a cluster, whose learners' sessions are on several hosts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Protocol

import httpx

from server.cluster.directory import Directory
from server.cluster.slots import HOME_SLOTS, slot_of
from tests.server.classroom.lesson import Learner, Teacher
from tests.server.live import TIMEOUT

MAX_LEARNERS = 40


class Cluster(Protocol):
    """A cluster of which tests see the directory."""

    directory: Directory

    @property
    def url(self) -> str:
        """Where its fronts are."""


class Class:
    """A teacher, and learners by their nicknames."""

    def __init__(self, cluster: Cluster, teacher: Teacher) -> None:
        self.cluster = cluster
        self.teacher = teacher
        self.learners: dict[str, Learner] = {}
        self.seats: dict[str, dict[str, Any]] = {}

    def host_of(self, name: str) -> str:
        return self.cluster.directory.read().slots[slot_of(self.session(name))]

    def home(self) -> str:
        return self.cluster.directory.read().slots[HOME_SLOTS[0]]

    def session(self, name: str) -> str:
        session: str = self.seats[name]["session"]
        return session

    def path(self, name: str) -> str:
        return f"sessions/{self.session(name)}"

    def at(self, host: str) -> str:
        """Return a learner whose session is on a host."""
        return next(name for name in self.learners if self.host_of(name) == host)

    @property
    def away(self) -> str:
        """The host that does not have the rooms."""
        (found,) = self.cluster.directory.read().hosts.keys() - {self.home()}
        return found

    def cookie(self, name: str) -> dict[str, str]:
        return {"Cookie": f"tinkernet_seat={self.learners[name].client.cookies['tinkernet_seat']}"}


@asynccontextmanager
async def class_of(cluster: Cluster, *, each: int = 1, **body: Any) -> AsyncIterator[Class]:
    """Open a room with learners, until each host has so many of their sessions."""
    async with AsyncExitStack() as stack:

        async def client() -> httpx.AsyncClient:
            own = httpx.AsyncClient(base_url=f"{cluster.url}/api/", trust_env=False, timeout=TIMEOUT)
            return await stack.enter_async_context(own)

        first = await client()
        answer = await first.post("rooms", json={"name": "7b", **body})
        assert answer.status_code == 201, answer.text
        found = Class(cluster, Teacher(first, answer.json()))
        hosts = list(cluster.directory.read().hosts)
        for number in range(MAX_LEARNERS):
            name = f"Ada{number}"
            found.learners[name] = Learner(await client())
            found.seats[name] = await found.learners[name].join(found.teacher.code, name)
            there = [found.host_of(each) for each in found.learners]
            if all(there.count(host) >= each for host in hosts):
                break
        else:
            raise AssertionError(f"all sessions are on {set(there)}")
        yield found
        await found.teacher.client.delete(found.teacher.path, headers=found.teacher.headers)
