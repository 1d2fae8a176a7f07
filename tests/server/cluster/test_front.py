"""Through a front, two hosts are as one server: over REST, by the page's websocket, and in classrooms."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.cluster.slots import slot_of
from server.cluster.stream import EntryKind, Stream, encode_json
from server.settings import Settings
from tests.server.cluster.hosts_here import LiveCluster, running_cluster
from tests.server.live import TIMEOUT, eventually

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

ROOT = Path(__file__).parents[3]

HEAVY = {"hidden_layers": [8] * 6, "batch_size": 1}


@pytest.fixture(scope="module", params=[(1, 2), (), (1,)], ids=["here", "on other machines", "on both"])
def cluster(request: pytest.FixtureRequest) -> Iterator[LiveCluster]:
    """Two hosts: those of the front's machine get their learners' connections themselves."""
    with running_cluster(Settings(), ROOT, handed_to=request.param) as running:
        yield running


@asynccontextmanager
async def client_of(cluster: LiveCluster) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=cluster.url, timeout=TIMEOUT) as client:
        yield client


def host_of(cluster: LiveCluster, session: str) -> str:
    return cluster.directory.read().slots[slot_of(session)]


async def test_sessions_are_spread_over_the_hosts_and_each_is_found(cluster: LiveCluster) -> None:
    async with client_of(cluster) as client:
        ids = []
        number = 4 if len(cluster.handed_to) != 1 else 30  # a host of this machine gets more of them
        for seed in range(number):
            new = await client.post("/api/sessions", json={"config": {"data_seed": seed}})
            assert new.status_code == 201
            ids.append(new.json()["id"])
        assert {host_of(cluster, each) for each in ids} == {"h1", "h2"}
        for seed, each in enumerate(ids):
            trained = await client.post(f"/api/sessions/{each}/train", json={"epochs": 3})
            assert trained.status_code == 200, trained.text
            found = (await client.get(f"/api/sessions/{each}")).json()
            assert (found["metrics"]["epoch"], found["config"]["data_seed"]) == (3, seed)
        copy = (await client.post(f"/api/sessions/{ids[0]}/copy")).json()["id"]
        assert host_of(cluster, copy) == host_of(cluster, ids[0])
        assert (await client.get(f"/api/sessions/{copy}")).json()["metrics"]["epoch"] == 3
        for each in (*ids, copy):
            assert (await client.delete(f"/api/sessions/{each}")).status_code == 204
            assert (await client.get(f"/api/sessions/{each}")).status_code == 404


async def test_what_is_not_there_is_told_in_the_same_way(cluster: LiveCluster) -> None:
    async with client_of(cluster) as client:
        unknown = await client.get("/api/nothing")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
        wrong = await client.post("/api/sessions", json={"config": {"learning_rate": -1}})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_value")
        assert "X-Request-ID" in unknown.headers
        head = await client.head("/api/limits")
        assert (head.status_code, head.content) == (200, b"")


async def test_a_page_streams_and_changes_to_a_session_of_another_host(cluster: LiveCluster) -> None:
    async with cluster.page() as page, client_of(cluster) as client:
        await page.open(playing=True)
        await page.frame(lambda frame: frame.epoch >= 5)
        first = page.session
        sessions = [first]
        while host_of(cluster, sessions[-1]) == host_of(cluster, first):
            sessions.append((await client.post("/api/sessions", json={})).json()["id"])
        state = await page.open(session=sessions[-1])
        assert (page.session, page.resumed, state["playing"]) == (sessions[-1], True, False)
        await page.send("step", unit="epoch")
        await page.frame(lambda frame: frame.epoch == 1)
        await page.open(session=first)
        assert page.resumed
        await page.frame(lambda frame: frame.epoch >= 5)
        await page.open(copy_of=sessions[-1])
        assert host_of(cluster, page.session) == host_of(cluster, sessions[-1])
        await page.frame(lambda frame: frame.epoch == 1)


async def test_invalid_messages_are_refused_with_their_code(cluster: LiveCluster) -> None:
    async with cluster.page() as page:
        await page.socket.send("[")
        assert (await page.error())["code"] == "malformed_json"
        await page.open()
        await page.socket.send(b"bytes")
        assert (await page.error())["code"] == "not_text"
        await page.socket.send('{"type":"ack","frame":999}')
        assert (await page.error())["code"] == "invalid_value"


async def test_a_learner_of_a_room_is_found_and_held_to_its_rules(cluster: LiveCluster) -> None:
    async with client_of(cluster) as teacher, client_of(cluster) as learner:
        room = (await teacher.post("/api/rooms", json={"name": "class"})).json()
        seat = (await learner.post("/api/seats", json={"code": room["code"], "nickname": "Ada"})).json()
        assert (await learner.get("/seat")).status_code == 200
        locked = await teacher.post(
            f"/api/rooms/{room['id']}/do",
            json={"action": "pause"},
            headers={"X-Room-Key": room["key"]},
        )
        assert locked.status_code == 200, locked.text
        refused = await learner.post(f"/api/sessions/{seat['session']}/train", json={"epochs": 1})
        assert refused.json()["code"] == "paused"
        other = await teacher.patch(f"/api/sessions/{seat['session']}", json={"learning_rate": 0.1})
        assert other.json()["code"] == "not_your_training"


async def test_what_goes_on_ends_with_a_stop_and_has_no_body_for_head() -> None:
    with running_cluster(Settings(shutdown_timeout=30, max_epochs_per_call=10**8), ROOT, hosts=1) as cluster:
        async with client_of(cluster) as client:
            session = (await client.post("/api/sessions", json={"config": HEAVY})).json()["id"]
            path = f"/api/sessions/{session}/train"
            begun = await client.post(path, json={"epochs": 1_000_000, "wait": 0})
            assert begun.status_code == 202, begun.text
            job = begun.json()["id"]
            async with asyncio.timeout(20):  # it trains for hours
                head = await client.head(f"/api/jobs/{job}/events")
            assert (head.status_code, head.content) == (200, b"")
            async with client.stream("GET", f"/api/jobs/{job}/events") as events:
                parts = events.aiter_bytes()
                assert await anext(parts)
                cluster.request_stop()
                async with asyncio.timeout(20):  # less than what a stop waits for
                    async for _ in parts:
                        pass


async def test_jobs_are_found_where_they_run(cluster: LiveCluster) -> None:
    async with client_of(cluster) as client:
        started: list[str] = []
        hosts: set[str] = set()
        key = {"X-Client-Key": "0123456789abcdef0123"}
        while len(hosts) < 2:  # new sessions go where there are fewer
            new = (await client.post("/api/sessions", json={})).json()["id"]
            hosts.add(host_of(cluster, new))
            path = f"/api/sessions/{new}/train"
            job = await client.post(path, json={"epochs": 100_000, "wait": 0}, headers=key)
            assert job.status_code == 202, job.text
            started.append(job.json()["id"])
            assert (await client.get(f"/api/jobs/{started[-1]}")).status_code == 200
        listed = await client.get("/api/jobs", headers=key)
        assert {job["id"] for job in listed.json()} == set(started)
        assert (await client.get("/api/jobs")).status_code == 422
        stopped = await client.delete("/api/jobs", params={"job": started[1:]})
        assert stopped.json() == {"cancelled": len(started) - 1}
        assert (await client.delete(f"/api/jobs/{started[0]}")).status_code == 204


async def test_health_and_metrics_tell_of_all_hosts(cluster: LiveCluster) -> None:
    async with client_of(cluster) as client:
        await client.post("/api/sessions", json={})
        health = (await client.get("/api/health")).json()
        assert [host["name"] for host in health["hosts"]] == ["h1", "h2"]
        assert all(host["connected"] and host["slots"] == 512 for host in health["hosts"])
        assert [(front["name"], front["answers"]) for front in health["fronts"]] == [("front", True)]
        text = (await client.get("/metrics")).text
        for host in ("h1", "h2"):
            assert f'tinkernet_sessions{{host="{host}"}}' in text
            assert f'tinkernet_stream_batches_total{{host="front",to="{host}"}}' in text
        assert 'tinkernet_loop_lateness_seconds_bucket{host="front"' in text


async def test_a_host_refuses_a_stream_without_its_secret(cluster: LiveCluster) -> None:
    about = next(iter(cluster.directory.read().hosts.values())).info
    loop, lost, heard = asyncio.get_running_loop(), asyncio.Event(), []
    _, stream = await loop.create_connection(
        lambda: Stream(lambda *entry: heard.append(entry)), about.address, about.port
    )
    stream.on_lost = lost.set
    stream.send(EntryKind.HELLO, 0, encode_json({"secret": "guess"}), urgent=True)
    async with asyncio.timeout(TIMEOUT):
        await lost.wait()
    assert not heard


async def test_a_large_answer_arrives_whole(cluster: LiveCluster) -> None:
    async with client_of(cluster) as client:
        document = await client.get("/api/openapi.json")
        assert len(document.content) > 300_000
        assert document.json()["paths"]


async def test_a_host_that_leaves_loses_nothing_and_a_new_one_gets_a_share() -> None:
    with running_cluster(Settings(), ROOT) as cluster:
        async with client_of(cluster) as client:
            ids = [(await client.post("/api/sessions", json={})).json()["id"] for _ in range(4)]
            for each in ids:
                await client.post(f"/api/sessions/{each}/train", json={"epochs": 7})
            async with cluster.page() as page:
                await page.open(session=next(each for each in ids if host_of(cluster, each) == "h1"))
                leaving = asyncio.ensure_future(asyncio.to_thread(cluster.hosts.pop(0).leave))
                assert await page.close_code() == 1012
            for each in ids:  # while it leaves, or after
                found = await client.get(f"/api/sessions/{each}")
                assert (found.status_code, found.json()["metrics"]["epoch"]) == (200, 7)
            await leaving
            assert set(cluster.directory.read().hosts) == {"h2"}
            await asyncio.to_thread(cluster.add_host)
            await eventually(lambda: len(cluster.table.placement.slots_of("h3")) > 400)
            await eventually(lambda: cluster.table.links["h3"].stream is not None)
            for each in ids:
                found = await client.get(f"/api/sessions/{each}")
                assert (found.status_code, found.json()["metrics"]["epoch"]) == (200, 7)
            new = [(await client.post("/api/sessions", json={})).json()["id"] for _ in range(4)]
            assert "h3" in {host_of(cluster, each) for each in new}
