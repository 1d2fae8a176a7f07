"""Callers that disconnect while they wait for a training."""

import asyncio
import json
from collections.abc import AsyncIterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from server.app import create_app
from server.rest.caller_watch import MAX_STRAY_MESSAGES, DisconnectWatch
from server.rest.dependencies import json_response
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
    client: httpx.AsyncClient,
    app: FastAPI,
    path: str,
    body: Any,
    disconnected: asyncio.Event | None = None,
) -> dict[str, Any]:
    """Call a route and disconnect; return the entry of the job that it has started.

    The client disconnects when an event is set, by default once the job has started.
    """
    before, by_itself = len(await jobs_of(client)), disconnected is not None
    disconnected = disconnected or asyncio.Event()
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
    if not by_itself:
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


@pytest.mark.parametrize("path", ["train", "runs"])
async def test_so_it_does_where_the_caller_was_not_to_wait_and_is_gone_already(
    client: httpx.AsyncClient, app: FastAPI, path: str
) -> None:
    gone = asyncio.Event()
    gone.set()
    job = await call_and_disconnect(client, app, path, {**LONG, "wait": 0}, gone)
    assert job["state"] == "cancelled"
    await eventually(lambda: len(app.state.jobs) == 0)


@pytest.mark.parametrize("path", ["training", "runs"])
async def test_and_where_the_caller_leaves_while_the_answer_is_being_made(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    gone = asyncio.Event()

    async def answer(*args: Any) -> Response:
        gone.set()
        return await json_response(*args)

    monkeypatch.setattr(f"server.rest.{path}.json_response", answer)
    route = {"training": "train"}.get(path, path)
    job = await call_and_disconnect(client, app, route, {**LONG, "wait": 0}, gone)
    assert job["state"] == "cancelled"
    await eventually(lambda: len(app.state.jobs) == 0)


async def test_a_server_that_tells_of_no_disconnect_is_not_asked_for_ever() -> None:
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return {"type": "http.request", "body": b"", "more_body": False}

    watch = DisconnectWatch(Request({"type": "http"}, receive))
    done: Future[None] = Future()
    await watch.wait(done, 0.01)
    assert not await watch.is_disconnected()
    assert asked == MAX_STRAY_MESSAGES
    await watch.stop()


async def test_a_training_of_a_session_continues(client: httpx.AsyncClient, app: FastAPI) -> None:
    session = await create_session(client)
    job = await call_and_disconnect(client, app, f"{session}/train", LONG)
    assert (job["kind"], job["state"], job["session"]) == ("session", "running", session.split("/")[1])
    assert (await client.get(session)).json()["training"]["total"] == LONG["epochs"]
    await client.delete(job["url"])
    assert (await client.get(job["url"], params={"wait": 30})).json()["state"] == "cancelled"
