from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.limits.rate_limits import BURST_SECONDS
from server.middleware.rate_limit import HOLD_TIME
from server.settings import Settings
from tests.server.rest_client import problem_of, rest_client

pytestmark = pytest.mark.anyio


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.middleware.rate_limit.HOLD_TIME", 0.0)


@pytest.mark.medium
@pytest.mark.usefixtures("_at_once")
async def test_too_many_requests_get_429_and_retry_after(assets: Path) -> None:
    app = create_app(Settings(max_request_rate=1, api_token="a long token"), assets=assets)
    async with rest_client(app) as client:
        answers = [await client.get("/api/catalogue") for _ in range(int(BURST_SECONDS) + 1)]
        assert [answer.status_code for answer in answers] == [401, 401, 429], "guesses count too"
        problem = problem_of(answers[-1])
        assert problem["code"] == "too_many_requests"
        assert problem["expected"] == "at most 1 requests a second from one address"
        assert int(answers[-1].headers["retry-after"]) == 1
        assert "default-src" in answers[-1].headers["content-security-policy"]
        for path in ("/api/health", "/api/ready", "/", "/static/js/app/main.js"):
            assert (await client.get(path)).status_code == 200, path
        figures = await client.get("/metrics", headers={"Authorization": "Bearer a long token"})
        assert 'tinkernet_refused_total{reason="too_many_requests"} 1.0' in figures.text


@pytest.mark.medium
@pytest.mark.usefixtures("_at_once")
async def test_each_address_has_its_own_limit(assets: Path) -> None:
    app = create_app(Settings(max_request_rate=1), assets=assets)
    async with rest_client(app) as client:
        while (await client.get("/api/catalogue")).status_code == 200:
            pass
        transport = httpx.ASGITransport(app, client=("192.0.2.9", 5))
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as other:
            assert (await other.get("/api/catalogue")).status_code == 200


@pytest.mark.medium
@pytest.mark.usefixtures("_at_once")
async def test_the_limit_applies_under_a_root_path(assets: Path) -> None:
    app = create_app(Settings(max_request_rate=1, root_path="/lab"), assets=assets)
    async with rest_client(app) as client:
        answers = [(await client.get("/lab/api/catalogue")).status_code for _ in range(5)]
        assert answers[-1] == 429
        assert (await client.get("/lab/api/health")).status_code == 200


@pytest.mark.usefixtures("_at_once")
async def test_a_large_answer_costs_as_much_as_many_small_ones(assets: Path) -> None:
    app = create_app(Settings(max_request_rate=10), assets=assets)
    async with rest_client(app) as client:
        answers = [await client.get("/api/datasets/spiral?count=10000") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 429, 429]
        assert int(answers[1].headers["retry-after"]) >= 1


@pytest.mark.usefixtures("_at_once")
async def test_a_large_body_costs_as_much_as_many_small_ones(assets: Path) -> None:
    app = create_app(Settings(max_request_rate=10), assets=assets)
    async with rest_client(app) as client:
        body = " " * 1_000_000 + "{}"
        headers = {"Content-Type": "application/json"}
        answers = [await client.post("/api/sessions", content=body, headers=headers) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 429]


@pytest.mark.medium
@pytest.mark.usefixtures("_at_once")
async def test_monitoring_is_never_refused(assets: Path) -> None:
    app = create_app(Settings(max_request_rate=1), assets=assets)
    async with rest_client(app) as client:
        answers = [(await client.get("/api/health")).status_code for _ in range(150)]
        assert set(answers) == {200}


async def test_a_refusal_is_sent_late_so_that_a_flood_costs_little(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    app = create_app(Settings(max_request_rate=1), assets=assets)
    async with rest_client(app) as client:
        monkeypatch.setattr("server.middleware.rate_limit.asyncio.sleep", sleep)
        answers = [(await client.get("/api/catalogue")).status_code for _ in range(4)]
    assert answers.count(429) == waited.count(HOLD_TIME) > 0
