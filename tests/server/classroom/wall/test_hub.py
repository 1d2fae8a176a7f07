"""The wall of a real room, over real websockets, with learners who train."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from server.settings import Settings
from tests.server.classroom.wall.test_socket import Teacher, teacher
from tests.server.live import TIMEOUT, Live, Page, alone, eventually, running

pytestmark = pytest.mark.anyio


class Lesson:
    """A room on a live server."""

    def __init__(self, live: Live, client: httpx.AsyncClient, room: dict[str, Any]) -> None:
        self.live = live
        self.client = client
        self.id = room["id"]
        self.key = room["key"]
        self.code = room["code"]

    async def join(self, nickname: str) -> dict[str, Any]:
        self.client.cookies.clear()
        answer = await self.client.post("/api/seats", json={"code": self.code, "nickname": nickname})
        seat: dict[str, Any] = answer.raise_for_status().json()
        return seat

    async def call(self, method: str, path: str = "", **body: Any) -> httpx.Response:
        headers = {"X-Room-Key": self.key}
        answer = await self.client.request(
            method, f"/api/rooms/{self.id}{path}", headers=headers, json=body or None
        )
        return answer.raise_for_status()

    @asynccontextmanager
    async def wall(self, **fields: Any) -> AsyncIterator[Teacher]:
        async with teacher(self.live, path="/ws/room") as page:
            await page.open(room=self.id, **{"key": self.key, **fields})
            yield page


@pytest.fixture
async def lesson(live: Live) -> AsyncIterator[Lesson]:
    async with opened(live) as lesson:
        yield lesson


@asynccontextmanager
async def opened(live: Live) -> AsyncIterator[Lesson]:
    async with httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT) as client:
        room = (await client.post("/api/rooms", json={"name": "7b"})).raise_for_status().json()
        yield Lesson(live, client, room)


async def state_where(page: Teacher, **wanted: Any) -> dict[str, Any]:
    while True:
        state = await page.message()
        if all(state[name] == value for name, value in wanted.items()):
            return state


async def entry_at(page: Teacher, seat: str, epoch: int) -> dict[str, Any]:
    """Return a learner's first entry at or after an epoch."""
    while True:
        found = (await page.update()).learners.get(seat)
        if found is not None and found["epoch"] >= epoch:
            return found


async def test_the_wall_shows_who_trains(live: Live, lesson: Lesson) -> None:
    ada, bo = await lesson.join("Ada"), await lesson.join("Bo")
    key = {"X-Session-Key": ada["session_key"]}
    async with lesson.wall() as wall, live.page(additional_headers=key) as page:
        state = await wall.message()
        assert state["type"] == "room"
        assert [seat["nickname"] for seat in state["seats"]] == ["Ada", "Bo"]
        first = await wall.update()
        assert first.learners.keys() == {ada["seat"], bo["seat"]}
        assert not first.learners[ada["seat"]]["playing"]
        await page.open(session=ada["session"])
        await page.send("play")
        painting = asyncio.create_task(paint(page))
        entry = await entry_at(wall, ada["seat"], 10)
        assert entry["playing"]
        assert entry["picture"] is not None
        painting.cancel()
        await asyncio.gather(painting, return_exceptions=True)


async def paint(page: Page) -> None:
    while True:
        await page.receive()


@pytest.mark.medium
@alone
async def test_it_shows_stored_sessions_without_loading_them(assets: Path) -> None:
    settings = Settings(port=0, idle_after=0, pause_after=0, checkpoint_every=0.1)
    with running(settings, assets) as live:
        async with opened(live) as lesson:
            ada = await lesson.join("Ada")
            session_manager = live.app.state.session_manager
            await eventually(lambda: len(session_manager) == 0)
            async with lesson.wall() as wall:
                update = await wall.update()
            assert update.heat_map(ada["seat"]) is not None
            assert len(session_manager) == 0


async def test_it_follows_the_actions_of_the_teacher(lesson: Lesson) -> None:
    async with lesson.wall() as wall:
        assert (await wall.message())["seats"] == []
        await lesson.join("Ada")
        while not (state := await wall.message())["seats"]:
            pass
        assert state["seats"][0]["nickname"] == "Ada"
        await lesson.call("PATCH", name="8a", locks=["features"])
        assert (await state_where(wall, name="8a"))["locks"] == ["features"]


async def test_two_teachers_see_the_same(lesson: Lesson) -> None:
    ada = await lesson.join("Ada")
    async with lesson.wall() as one, lesson.wall(resolution=20) as other:
        for page in (one, other):
            assert (await page.update()).learners.keys() == {ada["seat"]}


async def test_one_room_does_not_see_another(lesson: Lesson) -> None:
    other = (await lesson.client.post("/api/rooms", json={"name": "8a"})).json()
    await lesson.join("Ada")
    async with lesson.wall() as wall:
        assert len((await wall.message())["seats"]) == 1
    async with teacher(lesson.live, path="/ws/room") as wall:
        await wall.open(room=other["id"], key=other["key"])
        assert (await wall.message())["seats"] == []
    async with teacher(lesson.live, path="/ws/room") as wall:
        await wall.open(room=lesson.id, key=other["key"])
        assert await wall.message() == {"type": "error", "code": "not_your_room"}


async def test_it_reports_the_end_of_the_room(lesson: Lesson) -> None:
    await lesson.join("Ada")
    async with lesson.wall() as wall:
        await wall.update()
        await lesson.call("DELETE")
        while (await wall.message())["type"] != "gone":
            pass
        with pytest.raises(ConnectionClosed):
            await wall.receive()
    async with lesson.wall() as wall:
        assert await wall.message() == {"type": "error", "code": "no_such_room"}


async def test_pages_are_counted_and_forgotten(live: Live, lesson: Lesson) -> None:
    clients = live.app.state.connections
    before = len(clients)
    async with lesson.wall() as wall:
        await wall.message()
        assert len(clients) == before + 1
    await eventually(lambda: len(clients) == before)
