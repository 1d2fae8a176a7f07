"""A lesson for the tests: a teacher with a room, and learners with cookies of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from server.app import create_app
from server.classroom.service.room_manager import RoomManager
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from tests.server.live import TIMEOUT

Json = dict[str, Any]


class Learner:
    """A browser of a learner's."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def join(self, code: str, nickname: str | None = None) -> Json:
        answer = await self.client.post("seats", json={"code": code, "nickname": nickname})
        assert answer.status_code == 201, answer.text
        state: Json = answer.json()
        return state

    async def state(self) -> Json:
        answer = await self.client.get("seat")
        assert answer.status_code == 200, answer.text
        state: Json = answer.json()
        return state

    async def say(self, **said: Any) -> Json:
        answer = await self.client.post("seat", json=said)
        assert answer.status_code == 200, answer.text
        state: Json = answer.json()
        return state

    async def hand_in(self) -> Json:
        answer = await self.client.post("seat/hand-in")
        assert answer.status_code == 200, answer.text
        state: Json = answer.json()
        return state

    async def until(self, condition: Callable[[Json], bool]) -> Json:
        async with asyncio.timeout(TIMEOUT):
            while not condition(state := await self.state()):  # noqa: ASYNC110 - REST has no notifications
                await asyncio.sleep(0.02)
        return state


class Teacher:
    """Who has a room."""

    def __init__(self, client: httpx.AsyncClient, room: Json) -> None:
        self.client = client
        self.path = f"rooms/{room['id']}"
        self.room = room
        self.code: str = room["code"]
        self.headers = {"X-Room-Key": room["key"]}

    async def call(self, method: str, path: str = "", *, expect: int = 200, **options: Any) -> Any:
        headers = {**self.headers, "Content-Type": "application/json"}
        answer = await self.client.request(method, self.path + path, headers=headers, **options)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    async def state(self) -> Json:
        state: Json = await self.call("GET")
        return state

    async def seat(self, nickname: str) -> Json:
        (found,) = [each for each in (await self.state())["seats"] if each["nickname"] == nickname]
        seat: Json = found
        return seat

    async def until(self, condition: Callable[[Json], bool]) -> Json:
        async with asyncio.timeout(TIMEOUT):
            while not condition(state := await self.state()):  # noqa: ASYNC110 - REST has no notifications
                await asyncio.sleep(0.02)
        return state


class Lesson:
    """An application with its rooms."""

    def __init__(self, app: FastAPI, clients: Callable[[], httpx.AsyncClient]) -> None:
        self.app = app
        self.client = clients
        self.room_manager: RoomManager = app.state.room_manager
        self.session_manager: SessionManager = app.state.session_manager

    async def teacher(self, **body: Any) -> Teacher:
        client = self.client()
        answer = await client.post("rooms", json={"name": "7b", **body})
        assert answer.status_code == 201, answer.text
        return Teacher(client, answer.json())

    def learner(self) -> Learner:
        return Learner(self.client())


@asynccontextmanager
async def lesson(folder: Path, assets: Path, **settings: Any) -> AsyncIterator[Lesson]:
    """Run an application in this process."""
    app = create_app(Settings(database_url=f"sqlite:///{folder}/tinkernet.db", **settings), assets=assets)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)

        def client() -> httpx.AsyncClient:
            return httpx.AsyncClient(transport=transport, base_url="http://here/api/")

        yield Lesson(app, client)
