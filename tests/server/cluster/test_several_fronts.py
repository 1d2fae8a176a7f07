"""Two fronts are as one: either reaches any session, tells the whole, and allows its part of the limits."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from server.cluster.front import Front
from server.middleware.credentials import MAX_GUESSES
from server.settings import Settings
from tests.server.cluster.hosts_here import LiveCluster, LiveFront, running_cluster
from tests.server.live import TIMEOUT, eventually

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

ROOT = Path(__file__).parents[3]


class Pair:
    def __init__(self, cluster: LiveCluster) -> None:
        self.one: LiveFront = cluster
        self.other = cluster.add_front()

    async def until_they_know_each_other(self) -> None:
        for each in (self.one, self.other):
            front: Front = each.app.state.front
            await eventually(partial(knows_another, front))


def knows_another(front: Front) -> bool:
    return front.processes.count == 2


@asynccontextmanager
async def client_of(front: LiveFront) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=front.url, timeout=TIMEOUT) as client:
        yield client


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with running_cluster(Settings(), ROOT) as cluster:
        yield Pair(cluster)


async def test_what_began_at_one_goes_on_at_the_other(pair: Pair) -> None:
    async with client_of(pair.one) as one, client_of(pair.other) as other:
        session = (await one.post("/api/sessions", json={})).json()["id"]
        trained = await other.post(f"/api/sessions/{session}/train", json={"epochs": 5})
        assert trained.status_code == 200, trained.text
        assert (await one.get(f"/api/sessions/{session}")).json()["metrics"]["epoch"] == 5
        async with pair.other.page() as page:
            await page.open(session=session)
            assert page.resumed
        room = (await one.post("/api/rooms", json={"name": "7b"})).json()
        seat = (await other.post("/api/seats", json={"code": room["code"], "nickname": "Ada"})).json()
        read = await one.get(f"/api/rooms/{room['id']}", headers={"X-Room-Key": room["key"]})
        assert [each["nickname"] for each in read.json()["seats"]] == ["Ada"]
        assert (await one.get(f"/api/sessions/{seat['session']}")).status_code == 200


async def test_either_tells_of_all_hosts_and_fronts(pair: Pair) -> None:
    await pair.until_they_know_each_other()
    async with pair.other.page() as page:
        await page.open(playing=True)
        await page.frame(lambda frame: frame.epoch > 0)
        front: Front = pair.one.app.state.front
        await eventually(lambda: front.pages.elsewhere == 1)
        for asked, name in ((pair.one, "front"), (pair.other, "front-2")):
            async with client_of(asked) as client:
                health = (await client.get("/api/health")).json()
                told = {each["name"]: (each["pages"], each["answers"]) for each in health["fronts"]}
                assert told == {"front": (0, name == "front"), "front-2": (1, name == "front-2")}
                assert [each["name"] for each in health["hosts"]] == ["h1", "h2"]
                assert health["storage"] == "ok"
                assert health["engine"] in {"compiled", "compiling", "plain"}
                text = (await client.get("/metrics")).text
            for process in ("front", "front-2", "h1", "h2"):
                assert f'tinkernet_loop_lateness_seconds_count{{host="{process}"}}' in text
                assert f'tinkernet_connections{{host="{process}"}}' in text
            for front_name in ("front", "front-2"):
                for host in ("h1", "h2"):
                    assert f'tinkernet_stream_batches_total{{host="{front_name}",to="{host}"}}' in text


async def test_limits_and_passwords_hold_for_both() -> None:
    limits = Settings(max_connections=3, site_password="open sesame")
    with running_cluster(limits, ROOT, hosts=1) as cluster:
        pair = Pair(cluster)
        await pair.until_they_know_each_other()
        async with client_of(pair.one) as one, client_of(pair.other) as other:
            guesses = 0
            while (await other.post("/", data={"password": "wrong"})).status_code == 401:
                guesses += 1
            assert MAX_GUESSES // 2 <= guesses < MAX_GUESSES  # one more every 4 seconds
            entered = await one.post("/", data={"password": "open sesame"})
            assert entered.status_code == 303
            other.cookies = one.cookies
            assert (await other.get("/", headers={"Accept": "text/html"})).status_code == 200
            name, value = next(iter(one.cookies.items()))
        cookie = {"additional_headers": {"Cookie": f"{name}={value}"}}
        front: Front = pair.one.app.state.front
        async with pair.other.page(**cookie) as page, pair.other.page(**cookie) as second:
            await page.open()
            await second.open()
            await eventually(lambda: front.pages.elsewhere == 2)
            async with pair.one.page(**cookie) as third:
                await third.open()
                async with pair.one.page(**cookie) as fourth:
                    assert (await fourth.error())["code"] == "server_full"
        pair.other.stop()
        await eventually(lambda: front.processes.count == 1)
