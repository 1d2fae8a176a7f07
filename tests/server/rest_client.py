"""REST without sockets: requests straight into the application, with its lifespan run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from server.app import create_app
from server.settings import Settings


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://here") as client,
    ):
        yield client


@asynccontextmanager
async def programming(folder: Path, assets: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Call an application of its own, that keeps its sessions in a folder."""
    app = create_app(Settings(database_url=f"sqlite:///{folder}/tinkernet.db", **settings), assets=assets)
    async with calling(app) as client:
        client.base_url = httpx.URL("http://here/api/")
        yield client


async def begun(client: httpx.AsyncClient, **body: Any) -> str:
    """Begin a session and return its path."""
    answer = await client.post("sessions", json=body)
    assert answer.status_code == 201, answer.text
    return f"sessions/{answer.json()['id']}"


async def in_class(client: httpx.AsyncClient) -> tuple[dict[str, Any], dict[str, Any]]:
    """Open a room and take a seat in it, whose teacher may change something; return both."""
    room = (await client.post("rooms", json={"name": "7b"})).raise_for_status().json()
    client.cookies.clear()
    seat = (await client.post("seats", json={"code": room["code"]})).raise_for_status().json()
    place, key = f"rooms/{room['id']}/seats/{seat['seat']}", {"X-Room-Key": room["key"]}
    (await client.post(place, json={"ask": True}, headers=key)).raise_for_status()
    (await client.post("seat", json={"agreed": True})).raise_for_status()
    return room, seat


def refusal(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem that an answer tells of."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return problem
