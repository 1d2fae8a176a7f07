"""Hosts that die, hang or end in real processes under Ray: their learners go on elsewhere.

Times are those of a machine that does something else at the same time; the benchmark measures them.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from importlib import util

import httpx
import pytest

from server.cluster.directory import Directory
from server.cluster.slots import slot_of
from server.storage.database import Database
from tests.server import live
from tests.server.live import Page, page
from tests.support.process import ServerProcess

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(util.find_spec("ray") is None, reason="Ray is not installed"),
]

NOTICED = 10.0
"""Seconds until a session must have gone on: 5 are promised, on a machine that has nothing else to do."""

EPOCHS_LOST = 2 * 60
"""Two seconds' epochs."""


class Cluster:
    """`tinkernet --cluster local` in a process, with two hosts."""

    def __init__(self) -> None:
        self.server = ServerProcess(options=("--cluster", "local", "--hosts", "2"))
        self.server.start()
        url = f"sqlite:///{self.server.data.name}/tinkernet.sqlite3"
        self.directory = Directory(Database(url, shared=True))

    def process_of(self, session: str) -> int:
        """Return the process of a session's host."""
        placement = self.directory.read()
        return placement.members[placement.slots[slot_of(session)]].about.process

    def page(self) -> AbstractAsyncContextManager[Page]:
        return page(f"ws://127.0.0.1:{self.server.port}/ws")

    async def until(self, hosts: int) -> None:
        """Wait until there are so many hosts, and each has slots."""
        async with asyncio.timeout(live.TIMEOUT):
            while True:
                placement = self.directory.read()
                if len(placement.members) == hosts and all(map(placement.slots_of, placement.members)):
                    return
                await asyncio.sleep(0.2)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    running = Cluster()
    yield running
    running.server.stop()
    running.server.data.cleanup()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_the_sessions_of_a_host_that_dies_or_hangs_go_on_elsewhere(
    cluster: Cluster, how: signal.Signals
) -> None:
    await cluster.until(hosts=2)
    async with cluster.page() as first:
        await first.open(playing=True, speed=60)
        await first.frame(lambda frame: frame.epoch >= 150)
        lost = cluster.process_of(first.session)
        os.kill(lost, how)
        began = time.monotonic()
        assert await first.close_code() == 1012  # the page connects again by itself
        before = first.epoch
    async with cluster.page() as again:
        state = await again.open(session=first.session)
        assert again.resumed
        assert state["playing"]
        frame = await again.frame(lambda frame: frame.epoch > 0)
        assert time.monotonic() - began < NOTICED
        assert frame.epoch >= before - EPOCHS_LOST
        assert cluster.process_of(first.session) != lost
        await again.frame(lambda later: later.epoch > before)
        await cluster.until(hosts=2)
        with pytest.raises(ProcessLookupError):
            os.kill(lost, 0)  # what hung has been ended


async def test_hosts_are_replaced_one_after_another_without_a_lost_second(cluster: Cluster) -> None:
    await cluster.until(hosts=2)
    before = set(cluster.directory.read().members)
    async with httpx.AsyncClient(base_url=cluster.server.url, timeout=live.TIMEOUT) as client:
        ids = [(await client.post("/api/sessions", json={})).json()["id"] for _ in range(4)]
        for each in ids:
            await client.post(f"/api/sessions/{each}/train", json={"epochs": 23})
        assert cluster.server.process is not None
        cluster.server.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(2 * live.TIMEOUT):
            while before & set(cluster.directory.read().members):
                for each in ids:  # all the time
                    found = await client.get(f"/api/sessions/{each}")
                    assert (found.status_code, found.json()["metrics"]["epoch"]) == (200, 23)
                await asyncio.sleep(0.05)
        await cluster.until(hosts=2)
        for each in ids:
            assert (await client.get(f"/api/sessions/{each}")).json()["metrics"]["epoch"] == 23


async def test_a_room_outlives_its_host(cluster: Cluster) -> None:
    await cluster.until(hosts=2)
    async with (
        httpx.AsyncClient(base_url=cluster.server.url, timeout=live.TIMEOUT) as teacher,
        httpx.AsyncClient(base_url=cluster.server.url, timeout=live.TIMEOUT) as learner,
    ):
        room = (await teacher.post("/api/rooms", json={"name": "7b"})).json()
        seat = (await learner.post("/api/seats", json={"code": room["code"], "nickname": "Ada"})).json()
        os.kill(cluster.process_of(seat["session"]), signal.SIGKILL)
        found = await learner.get("/api/seat")
        while found.status_code == 503:  # it was under way, or the rooms are being read
            found = await learner.get("/api/seat")
        assert (found.status_code, found.json()["nickname"]) == (200, "Ada")
        path = f"/api/rooms/{room['id']}"
        read = await teacher.get(path, headers={"X-Room-Key": room["key"]})
        assert [each["nickname"] for each in read.json()["seats"]] == ["Ada"]


def test_a_stop_saves_everything_and_leaves_no_process(cluster: Cluster) -> None:
    url, server = cluster.server.url, cluster.server
    created = httpx.post(f"{url}api/sessions", json={}, timeout=live.TIMEOUT).json()["id"]
    trained = httpx.post(f"{url}api/sessions/{created}/train", json={"epochs": 17}, timeout=live.TIMEOUT)
    assert trained.status_code == 200
    processes = [member.about.process for member in cluster.directory.read().members.values()]
    server.stop()
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    server.options = ()  # the same database without a cluster
    server.start()
    found = httpx.get(f"{url}api/sessions/{created}", timeout=live.TIMEOUT).json()
    assert found["metrics"]["epoch"] == 17
