"""Hosts and fronts that die, hang or end in real processes under Ray: their learners go on elsewhere.

Times are those of a machine that does something else at the same time; the benchmark measures them.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.server import live
from tests.server.cluster.local_cluster import HAS_RAY, LocalCluster

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed"),
]

FAILOVER_TIMEOUT = 10.0
"""Seconds until a session must have gone on: 5 are promised, on a machine that has nothing else to do."""

MAX_LOST_EPOCHS = 2 * 60
"""Two seconds' epochs."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    running = LocalCluster()
    yield running
    running.stop()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_the_sessions_of_a_host_that_dies_or_hangs_go_on_elsewhere(
    cluster: LocalCluster, how: signal.Signals
) -> None:
    await cluster.until_whole()
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
        assert time.monotonic() - began < FAILOVER_TIMEOUT
        assert frame.epoch >= before - MAX_LOST_EPOCHS
        assert cluster.process_of(first.session) != lost
        await again.frame(lambda later: later.epoch > before)
        await cluster.until_whole()
        with pytest.raises(ProcessLookupError):
            os.kill(lost, 0)  # what hung has been ended


async def test_the_pages_of_a_front_that_is_killed_go_on(cluster: LocalCluster) -> None:
    await cluster.until_whole()
    async with cluster.page() as first:
        await first.open(playing=True, speed=60)
        await first.frame(lambda frame: frame.epoch >= 60)
        before = first.epoch
        lost = cluster.front_processes()
        for front in lost:  # one after another: one of them has the page
            os.kill(front, signal.SIGKILL)
            began = time.monotonic()
            async with httpx.AsyncClient(base_url=cluster.server.url, timeout=live.TIMEOUT) as client:
                while True:
                    with suppress(httpx.TransportError):  # both are gone for a moment on a slow machine
                        if (await client.get("/api/ready")).status_code == 200:
                            break
                    await asyncio.sleep(0.05)
            assert time.monotonic() - began < FAILOVER_TIMEOUT
            await cluster.until_whole()
        with suppress(ConnectionClosed):  # its host may have its connection, or it connects again
            await first.frame(lambda frame: frame.epoch > before + 60)
    async with cluster.page() as again:
        state = await again.open(session=first.session)
        assert again.resumed
        assert state["playing"]
        await again.frame(lambda frame: frame.epoch > before + 60)
    assert not set(lost) & set(cluster.front_processes())


async def test_hosts_are_replaced_one_after_another_without_a_lost_second(cluster: LocalCluster) -> None:
    await cluster.until_whole()
    before, fronts = set(cluster.directory.read().hosts), set(cluster.fronts.read())
    async with httpx.AsyncClient(base_url=cluster.server.url, timeout=live.TIMEOUT / 3) as client:
        ids = [(await client.post("/api/sessions", json={})).json()["id"] for _ in range(4)]
        for each in ids:
            await client.post(f"/api/sessions/{each}/train", json={"epochs": 23})
        assert cluster.server.process is not None
        cluster.server.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(4 * live.TIMEOUT):
            while before & set(cluster.directory.read().hosts) or fronts & set(cluster.fronts.read()):
                for each in ids:  # all the time
                    assert await epoch_of(client, each) == 23
                await asyncio.sleep(0.05)
        await cluster.until_whole()
        for each in ids:
            assert await epoch_of(client, each) == 23


async def epoch_of(client: httpx.AsyncClient, session: str) -> float:
    """Return a session's epoch; ask again if the process that had the request ends, as a program does."""
    while True:
        with suppress(httpx.TransportError):
            found = await client.get(f"/api/sessions/{session}")
            if found.status_code != 503:
                assert found.status_code == 200, found.text
                return float(found.json()["metrics"]["epoch"])


async def test_a_room_outlives_its_host(cluster: LocalCluster) -> None:
    await cluster.until_whole()
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


def test_a_stop_saves_everything_and_leaves_no_process(cluster: LocalCluster) -> None:
    url, server = cluster.server.url, cluster.server
    created = httpx.post(f"{url}api/sessions", json={}, timeout=live.TIMEOUT).json()["id"]
    trained = httpx.post(f"{url}api/sessions/{created}/train", json={"epochs": 17}, timeout=live.TIMEOUT)
    assert trained.status_code == 200
    processes = [member.info.process for member in cluster.directory.read().hosts.values()]
    server.stop()
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    server.options = ()  # the same database without a cluster
    server.start()
    found = httpx.get(f"{url}api/sessions/{created}", timeout=live.TIMEOUT).json()
    assert found["metrics"]["epoch"] == 17
