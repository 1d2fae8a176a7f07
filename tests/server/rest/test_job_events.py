"""The progress of jobs as server-sent events, on a real server: what is sent, and when it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from server.rest import job_events
from server.settings import Settings
from tests.server.live import TIMEOUT, Live, alone, eventually, running
from tests.server.rest_client import create_session, problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

HEAVY = {"hidden_layers": [8] * 6}
LONG = {"epochs": 100_000, "wait": 0}


class Event(NamedTuple):
    kind: str
    id: str
    data: dict[str, Any]


async def events_of(answer: httpx.Response) -> AsyncIterator[Event | str]:
    """Yield events, and comments as text."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line.startswith(":"):
            yield line
        elif line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields["event"], fields["id"], json.loads(fields["data"]))
            fields = {}


@pytest.fixture
async def api(live: Live) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{live.url}/api/", timeout=TIMEOUT) as client:
        yield client


async def all_events(api: httpx.AsyncClient, path: str, last_id: str = "") -> list[Event]:
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with api.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        return [event async for event in events_of(answer) if isinstance(event, Event)]


async def test_a_training_is_followed_to_its_end(api: httpx.AsyncClient) -> None:
    body = {"config": HEAVY, "epochs": 1500, "wait": 0}
    job = (await api.post("train", json=body)).raise_for_status().json()["id"]
    async with api.stream("GET", f"jobs/{job}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["x-accel-buffering"] == "no"
        events = [event async for event in events_of(answer) if isinstance(event, Event)]
    *progress, end = events
    assert progress
    assert all(event.kind == "progress" and event.data["state"] == "running" for event in progress)
    counts = [event.data["done"] for event in progress]
    assert counts == sorted(set(counts))
    assert [event.id for event in progress] == [str(count) for count in counts]
    assert (end.kind, end.id) == ("end", "end")
    assert {**end.data, "url": ""} == {
        "state": "ended",
        "unit": "epoch",
        "done": 1500,
        "total": 1500,
        "ending": "done",
        "url": "",
    }
    assert (await api.get(end.data["url"])).json()["result"]["metrics"]["epoch"] == 1500


async def test_a_sessions_training_and_repeated_runs_have_events_too(api: httpx.AsyncClient) -> None:
    session = await create_session(api)
    job = (await api.post(f"{session}/train", json={"epochs": 3, "wait": 30})).json()["id"]
    assert [event.kind for event in await all_events(api, f"jobs/{job}/events")] == ["end"]
    runs = (await api.post("runs", json={"epochs": 2, "seeds": 3})).json()["id"]
    end = (await all_events(api, f"runs/{runs}/events"))[-1]
    assert end.data["url"].endswith(f"/api/runs/{runs}")
    assert (end.data["state"], end.data["unit"], end.data["done"]) == ("ended", "run", 3)


async def test_after_a_lost_connection_nothing_is_told_twice(api: httpx.AsyncClient) -> None:
    job = (await api.post("train", json={"config": HEAVY, **LONG})).json()["id"]
    path = f"jobs/{job}/events"
    async with api.stream("GET", path) as answer:
        first = await anext(event async for event in events_of(answer) if isinstance(event, Event))
    async with api.stream("GET", path, headers={"Last-Event-ID": first.id}) as answer:
        next_one = await anext(event async for event in events_of(answer) if isinstance(event, Event))
    assert next_one.data["done"] > first.data["done"]
    await api.delete(f"jobs/{job}")
    end = (await all_events(api, path, next_one.id))[-1]
    assert (end.data["state"], end.data["ending"]) == ("cancelled", "interrupted")
    over = await api.get(path, headers={"Last-Event-ID": end.id})
    assert (over.status_code, over.content) == (204, b"")  # a browser would connect again and again


async def test_a_job_without_progress_shows_that_the_connection_is_alive(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_events, "POLL_INTERVAL", 0.02)
    monkeypatch.setattr(job_events, "HEARTBEAT_INTERVAL", 0.1)
    wanted = {"config": HEAVY, "epochs": 100_000, "seeds": 1}
    runs = (await api.post("runs", json=wanted)).json()["id"]
    async with api.stream("GET", f"runs/{runs}/events") as answer:
        received = events_of(answer)
        assert isinstance(await anext(received), Event)
        assert str(await anext(received)).startswith(":")
    await api.delete(f"runs/{runs}")


async def test_head_has_no_endless_body(api: httpx.AsyncClient) -> None:
    job = (await api.post("train", json={"config": HEAVY, **LONG})).json()["id"]
    answer = await api.head(f"jobs/{job}/events")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    await api.delete(f"jobs/{job}")


async def test_unknown_jobs_have_no_events(api: httpx.AsyncClient) -> None:
    for path in ("jobs/nothing/events", "runs/nothing/events"):
        assert problem_of(await api.get(path))["code"] == "not_found"


@alone
async def test_streams_of_one_address_are_bounded_and_end_with_their_reader(assets: Path) -> None:
    settings = Settings(port=0, max_jobs_per_address=2)
    with running(settings, assets) as server:
        async with httpx.AsyncClient(base_url=f"{server.url}/api/", timeout=TIMEOUT) as api:
            job = (await api.post("train", json={"config": HEAVY, **LONG})).json()["id"]
            path = f"jobs/{job}/events"
            async with api.stream("GET", path) as one, api.stream("GET", path) as two:
                assert (one.status_code, two.status_code) == (200, 200)
                refused = problem_of(await api.get(path))
                assert (refused["status"], refused["code"]) == (503, "address_full")
            await eventually(lambda: len(server.app.state.event_streams) == 0)
            async with api.stream("GET", path) as again:
                assert again.status_code == 200


async def test_a_server_that_stops_ends_its_streams(assets: Path) -> None:
    settings = Settings(port=0, shutdown_timeout=30)
    with running(settings, assets) as server:
        async with httpx.AsyncClient(base_url=f"{server.url}/api/", timeout=TIMEOUT) as api:
            job = (await api.post("train", json={"config": HEAVY, **LONG})).json()["id"]
            async with api.stream("GET", f"jobs/{job}/events") as answer:
                received = events_of(answer)
                assert isinstance(await anext(received), Event)
                server.request_stop()
                async with asyncio.timeout(15):  # half of what a stop waits for
                    rest = [event async for event in received]
            assert all(isinstance(event, Event) and event.kind == "progress" for event in rest)
