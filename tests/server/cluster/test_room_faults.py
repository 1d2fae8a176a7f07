"""Hosts of a room that are killed in real processes under Ray: learners go on, and rules hold throughout."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.server.classroom.wall.test_socket import teacher as wall_page
from tests.server.cluster.class_of import Class, class_of
from tests.server.cluster.local_cluster import HAS_RAY, LocalCluster
from tests.server.cluster.test_faults import FAILOVER_TIMEOUT, MAX_LOST_EPOCHS
from tests.server.live import TIMEOUT
from tests.server.rest_client import problem_of

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.skipif(not HAS_RAY, reason="Ray is not installed"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    running = LocalCluster()
    yield running
    running.stop()


async def answer_of(client: httpx.AsyncClient, method: str, path: str, **options: object) -> httpx.Response:
    """Return the first answer that is not about a process being gone, as a program does that tries again."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            with suppress(httpx.TransportError):
                answer = await client.request(method, path, **options)  # type: ignore[arg-type]
                if answer.status_code != 503:
                    return answer


async def try_to_change(room: Class, name: str, client: httpx.AsyncClient) -> str:
    """Return the code with which a change of the noise is refused."""
    answer = await answer_of(client, "PATCH", room.path(name), json={"config": {"noise": 20}})
    assert answer.status_code >= 400, "a learner has got out of the lock"
    return str(problem_of(answer)["code"])


@pytest.mark.parametrize("killed", ["away", "home"])
async def test_a_room_goes_on_and_its_locks_hold_when_a_host_is_killed(
    cluster: LocalCluster, killed: str
) -> None:
    await cluster.until_whole()
    async with class_of(cluster, each=2) as room:
        await room.teacher.call("PATCH", json={"locks": ["noise"]})
        await room.teacher.call("POST", "/do", json={"action": "play"})
        host = room.home() if killed == "home" else room.away
        hit, other = room.at(host), room.at(room.away if killed == "home" else room.home())
        async with cluster.page_of(room.cookie(hit)) as page:
            await page.open(session=room.session(hit))
            await page.frame(lambda frame: frame.epoch >= 100)
            process = cluster.directory.read().hosts[host].info.process
            os.kill(process, signal.SIGKILL)
            began = time.monotonic()
            stranger = httpx.AsyncClient(base_url=f"{cluster.url}/api/", timeout=TIMEOUT)
            async with stranger:
                for name in (hit, other):
                    assert await try_to_change(room, name, room.learners[name].client) == "locked"
                    assert await try_to_change(room, name, stranger) == "not_your_training"
            assert await page.close_code() == 1012
            before = page.epoch
        async with cluster.page_of(room.cookie(hit)) as page:
            state = await page.open(session=room.session(hit))
            assert (page.resumed, page.welcome["may_change"], state["playing"]) == (True, True, True)
            frame = await page.frame(lambda frame: frame.epoch > 0)
            assert time.monotonic() - began < FAILOVER_TIMEOUT
            assert frame.epoch >= before - MAX_LOST_EPOCHS
            await page.frame(lambda later: later.epoch > before)
            await page.send("configure", changes={"noise": 20})
            assert (await page.error())["code"] == "locked"
        for name, learner in room.learners.items():
            seat = (await answer_of(learner.client, "GET", "seat")).json()
            assert seat["session"] == room.session(name), "nobody gets a second training"
        unlocked = await answer_of(
            room.teacher.client, "PATCH", room.teacher.path, json={"locks": []}, headers=room.teacher.headers
        )
        assert unlocked.status_code == 200, unlocked.text
        for name, learner in room.learners.items():
            changed = await answer_of(
                learner.client, "PATCH", room.path(name), json={"config": {"noise": 20}}
            )
            assert changed.status_code == 200, changed.text
        await cluster.until_whole()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_what_the_teacher_does_while_a_host_is_gone_reaches_its_heir(
    cluster: LocalCluster, how: signal.Signals
) -> None:
    await cluster.until_whole()
    async with class_of(cluster, each=2) as room:
        hit = room.at(room.away)
        for name, learner in room.learners.items():
            trained = await learner.client.post(f"{room.path(name)}/train", json={"epochs": 7})
            assert trained.status_code == 200, trained.text
        await asyncio.sleep(1.0)  # it is saved within a second
        os.kill(cluster.directory.read().hosts[room.away].info.process, how)
        began = time.monotonic()
        await room.teacher.call("PATCH", json={"locks": ["noise"]})
        await room.teacher.call("POST", "/do", json={"action": "pause"})
        assert time.monotonic() - began < FAILOVER_TIMEOUT
        for name, learner in room.learners.items():
            assert await try_to_change(room, name, learner.client) == "locked"
            refused = await answer_of(learner.client, "POST", f"{room.path(name)}/train", json={"epochs": 1})
            assert problem_of(refused)["code"] == "paused"
            found = await answer_of(learner.client, "GET", room.path(name))
            assert found.json()["metrics"]["epoch"] == 7
        assert (await room.learners[hit].hand_in())["hand_in"]["epoch"] == 7
        await cluster.until_whole()


async def test_a_class_goes_on_while_hosts_are_replaced(cluster: LocalCluster) -> None:
    await cluster.until_whole()
    async with class_of(cluster, each=2) as room:
        await room.teacher.call("PATCH", json={"locks": ["noise"]})
        for name, learner in room.learners.items():
            trained = await learner.client.post(f"{room.path(name)}/train", json={"epochs": 9})
            assert trained.status_code == 200, trained.text
        before, fronts = set(cluster.directory.read().hosts), set(cluster.fronts.read())
        assert cluster.server.process is not None
        cluster.server.process.send_signal(signal.SIGHUP)
        async with asyncio.timeout(4 * TIMEOUT):
            while before & set(cluster.directory.read().hosts) or fronts & set(cluster.fronts.read()):
                for name, learner in room.learners.items():
                    assert await try_to_change(room, name, learner.client) == "locked"
                    found = await answer_of(learner.client, "GET", room.path(name))
                    assert found.json()["metrics"]["epoch"] == 9
        await cluster.until_whole()
        for name, learner in room.learners.items():
            seat = (await answer_of(learner.client, "GET", "seat")).json()
            assert seat["session"] == room.session(name)


async def test_the_wall_goes_on_when_a_learners_host_is_killed(cluster: LocalCluster) -> None:
    await cluster.until_whole()
    async with class_of(cluster, each=2) as room:
        async with wall_page(cluster, path="/ws/room") as wall:  # type: ignore[arg-type] # it has a port
            await wall.open(room=room.teacher.room["id"], key=room.teacher.room["key"])
            await room.teacher.call("POST", "/do", json={"action": "play"})
            hit = room.seats[room.at(room.away)]["seat"]
            stays = room.seats[room.at(room.home())]["seat"]

            async def epoch_of(seat: str, least: float) -> float:
                async with asyncio.timeout(TIMEOUT):
                    while True:
                        entry = (await wall.update()).learners.get(seat)
                        if entry is not None and entry["epoch"] >= least:
                            return float(entry["epoch"])

            async with cluster.page_of(room.cookie(room.at(room.away))) as page:
                await page.open(session=room.session(room.at(room.away)))
                await epoch_of(hit, 60)
                os.kill(cluster.directory.read().hosts[room.away].info.process, signal.SIGKILL)
                reached = await epoch_of(stays, 0)
                await epoch_of(stays, reached + 1)
                await page.close_code()
            name = next(each for each in room.learners if room.seats[each]["seat"] == hit)
            async with cluster.page_of(room.cookie(name)) as page:
                await page.open(session=room.session(name))
                painting = asyncio.ensure_future(page.frame(lambda frame: frame.epoch > 1e9))
                await epoch_of(hit, 120)
                painting.cancel()
                await asyncio.gather(painting, return_exceptions=True)
        await cluster.until_whole()
