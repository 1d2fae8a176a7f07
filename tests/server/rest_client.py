"""REST clients for tests: they call the application in this process, without a server or sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from server.app import create_app
from server.settings import Settings


@asynccontextmanager
async def rest_client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of an application, whose startup and shutdown run around the block."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://here") as client,
    ):
        yield client


@asynccontextmanager
async def api_client(folder: Path, assets: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of a new application with its database in `folder`; paths are relative to `/api/`."""
    app = create_app(Settings(database_url=f"sqlite:///{folder}/tinkernet.db", **settings), assets=assets)
    async with rest_client(app) as client:
        client.base_url = httpx.URL("http://here/api/")
        yield client


async def create_session(client: httpx.AsyncClient, **body: Any) -> str:
    """Create a session and return its path, such as "sessions/abc"."""
    answer = await client.post("sessions", json=body)
    assert answer.status_code == 201, answer.text
    return f"sessions/{answer.json()['id']}"


async def create_room_and_seat(client: httpx.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    """Create a room and a seat whose learner lets the teacher change settings; return both as JSON."""
    room = (await client.post("rooms", json={"name": "7b"})).raise_for_status().json()
    client.cookies.clear()
    seat = (await client.post("seats", json={"code": room["code"]})).raise_for_status().json()
    path, key = f"rooms/{room['id']}/seats/{seat['seat']}", {"X-Room-Key": room["key"]}
    (await client.post(path, json={"ask": True}, headers=key)).raise_for_status()
    (await client.post("seat", json={"agreed": True})).raise_for_status()
    return room, seat


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem document of a response; fail if it is none."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return problem
