"""Callers that disconnect while they wait for a training."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from server.app import create_app
from server.settings import Settings
from tests.server.live import eventually
from tests.server.rest_client import create_session, rest_client

pytestmark = pytest.mark.anyio

KEY = "0123456789abcdef"
LONG = {"epochs": 100_000, "wait": 30}


@pytest.fixture
def app(assets: Path, tmp_path: Path) -> FastAPI:
    return create_app(Settings(database_url=f"sqlite:///{tmp_path}/tinkernet.db"), assets=assets)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(app) as client:
        client.base_url = httpx.URL("http://here/api/")
        client.headers["X-Client-Key"] = KEY
        yield client


async def jobs_of(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    jobs: list[dict[str, Any]] = (await client.get("jobs")).raise_for_status().json()
    return jobs


async def call_and_disconnect(
    client: httpx.AsyncClient, app: FastAPI, path: str, body: Any
) -> dict[str, Any]:
    """Call a route, disconnect once its job has started, and return the job's entry then."""
    before, disconnected = len(await jobs_of(client)), asyncio.Event()
    messages = [{"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await disconnected.wait()
        return {"type": "http.disconnect"}

    async def send(_: Any) -> None:
        pass

    headers = {"host": "here", "content-type": "application/json", "x-client-key": KEY}
    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/api/{path}",
        "raw_path": f"/api/{path}".encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "scheme": "http",
        "server": ("here", 80),
        "client": ("127.0.0.1", 1),
        "http_version": "1.1",
        "root_path": "",
        "asgi": {"version": "3.0"},
    }
    call = asyncio.ensure_future(app(scope, receive, send))
    while len(await jobs_of(client)) == before:  # noqa: ASYNC110 - REST has no notifications
        await asyncio.sleep(0.01)
    disconnected.set()
    await call
    return (await jobs_of(client))[-1]


@pytest.mark.parametrize(("path", "kind"), [("train", "one_shot"), ("runs", "runs")])
async def test_what_nobody_has_the_id_of_ends_with_its_caller(
    client: httpx.AsyncClient, app: FastAPI, path: str, kind: str
) -> None:
    job = await call_and_disconnect(client, app, path, LONG)
    assert (job["kind"], job["state"]) == (kind, "cancelled")
    await eventually(lambda: len(app.state.jobs) == 0)


async def test_a_training_of_a_session_continues(client: httpx.AsyncClient, app: FastAPI) -> None:
    session = await create_session(client)
    job = await call_and_disconnect(client, app, f"{session}/train", LONG)
    assert (job["kind"], job["state"], job["session"]) == ("session", "running", session.split("/")[1])
    assert (await client.get(session)).json()["training"]["total"] == LONG["epochs"]
    await client.delete(job["url"])
    assert (await client.get(job["url"], params={"wait": 30})).json()["state"] == "cancelled"
