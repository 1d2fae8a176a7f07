"""Calls that cause much work: those of one address wait for each other, or are told when to ask again."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from server.app import create_app
from server.limits.call_work import BODY_COST, CallWork
from server.settings import Settings
from tests.server.rest_client import create_session, problem_of, rest_client

pytestmark = [pytest.mark.anyio, pytest.mark.medium]  # each has an application of its own

LARGE = {"hidden_layers": [64] * 16}
ROWS = [[0.5, 1.25, 1], [-0.5, -1.25, -1]] * 1000


def create(assets: Path, folder: Path) -> FastAPI:
    """Return an application whose clock of work stands still, so that no work is ever paid."""
    app = create_app(Settings(database_url=f"sqlite:///{folder}/tinkernet.db"), assets=assets)
    app.state.call_work = CallWork(lambda: 0.0)
    return app


@pytest.fixture
def app(assets: Path, tmp_path: Path) -> FastAPI:
    return create(assets, tmp_path)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(app) as client:
        client.base_url = httpx.URL("http://here/api/")
        yield client


def spend(app: FastAPI) -> None:
    """Have the client's address cause more work than it may."""
    app.state.call_work.charge("127.0.0.1", 10_000)


def spent(app: FastAPI) -> float:
    """Return how many milliseconds of work the client's address has caused."""
    bucket = app.state.call_work.builds.bucket("127.0.0.1")
    return float(bucket.capacity - bucket.refill())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "sessions", {"config": LARGE}),
        ("POST", "train", {"config": LARGE, "epochs": 1}),
        ("POST", "train", {"data": {"train": ROWS, "test": ROWS}, "epochs": 1}),
        ("POST", "{large}/copy", None),
        ("POST", "{large}/reset", None),
        ("POST", "{large}/new-weights", None),
        ("PATCH", "{large}", {"config": {"hidden_layers": [2]}}),
        ("PATCH", "{small}", {"config": LARGE}),
        ("PUT", "{large}/biases/1/0", {"value": 0.5}),
        ("PUT", "{small}/points", {"train": ROWS, "test": ROWS}),
        ("POST", "{small}/predictions", {"points": [[1.25, 1.5]] * 2000}),
        ("POST", "{large}/inspections", {"index": 0}),
        ("GET", "{large}/layer-statistics", None),
        ("GET", "{large}/export?format=numpy", None),
        ("GET", "{large}/explanations", None),
        ("GET", "{large}/quality", None),
    ],
)
async def test_what_costs_much_is_refused_while_earlier_work_is_not_paid(
    app: FastAPI, client: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    sessions = {
        "large": await create_session(client, config=LARGE),
        "small": await create_session(client),
    }
    before = (await client.get(sessions["large"])).json()
    spend(app)
    answer = await client.request(method, path.format(**sessions), json=body)
    problem = problem_of(answer)
    assert (problem["code"], answer.status_code) == ("too_many_requests", 429)
    assert int(answer.headers["Retry-After"]) > 10
    assert (await client.get(sessions["large"])).json() == before


async def test_usual_calls_cost_nothing_and_are_never_refused(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    spend(app)
    before = spent(app)
    session = await create_session(client, config={"hidden_layers": [8] * 6})
    for path in ("reset", "new-weights", "regenerate", "copy"):
        assert (await client.post(f"{session}/{path}")).is_success
    assert (await client.patch(session, json={"config": {"hidden_layers": [4, 4]}})).is_success
    assert (await client.post("train", json={"epochs": 1})).is_success
    assert (await client.get(f"{session}/export", params={"format": "numpy"})).is_success
    assert spent(app) == before


async def test_a_large_body_is_charged_by_the_time_that_it_took(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([1.0, 1.05])
    monkeypatch.setattr("server.rest.call_charges.time.thread_time", lambda: next(times))
    answer = await client.post("train", json={"epochs": 1, "data": {"train": ROWS, "test": ROWS}})
    assert answer.is_success
    assert spent(app) == pytest.approx(50 * BODY_COST)


async def test_a_large_body_that_is_invalid_is_charged_as_well(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter([1.0, 1.05])
    monkeypatch.setattr("server.rest.call_charges.time.thread_time", lambda: next(times))
    rows = [*ROWS, ["a", 1, 1]]
    problem_of(await client.post("train", json={"epochs": 1, "data": {"train": rows, "test": rows}}))
    assert spent(app) == pytest.approx(50 * BODY_COST)


async def test_loading_a_large_session_is_charged_and_reading_it_again_is_not(
    assets: Path, tmp_path: Path
) -> None:
    async with rest_client(create(assets, tmp_path)) as client:
        session = (await client.post("/api/sessions", json={"config": LARGE})).raise_for_status().json()["id"]
    app = create(assets, tmp_path)
    async with rest_client(app) as client:
        assert (await client.get(f"/api/sessions/{session}")).is_success
        charged = spent(app)
        assert charged > 100
        assert (await client.get(f"/api/sessions/{session}")).is_success
        assert spent(app) == charged
