"""REST as a page of another site meets it in a browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio

COURSE = "https://course.example"
TOKEN = "a-token-of-the-course"


@asynccontextmanager
async def client_of(assets: Path, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(**({"allowed_origins": COURSE} | settings)), assets=assets)  # type: ignore[arg-type]
    async with rest_client(app) as client:
        yield client


def preflight(method: str, *headers: str, origin: str = COURSE) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": ", ".join(headers),
    }


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_preflight_request_of_an_allowed_origin_passes_without_the_token(
    assets: Path, method: str
) -> None:
    async with client_of(assets, api_token=TOKEN) as client:
        headers = preflight(method, "authorization", "content-type")
        answer = await client.options("/api/sessions", headers=headers)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == COURSE
        assert method in answer.headers["access-control-allow-methods"]
        assert "authorization" in answer.headers["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://other.example", "http://course.example", "null"])
async def test_other_origins_get_no_permission(assets: Path, origin: str) -> None:
    async with client_of(assets) as client:
        asked = await client.options("/api/sessions", headers=preflight("POST", origin=origin))
        assert asked.status_code == 400
        assert "access-control-allow-origin" not in asked.headers
        read = await client.get("/api/catalogue", headers={"Origin": origin})
        assert "access-control-allow-origin" not in read.headers
        assert (await client.post("/api/sessions", json={}, headers={"Origin": origin})).status_code == 403


async def test_an_allowed_page_reads_answers_errors_and_addresses(assets: Path) -> None:
    async with client_of(assets, api_token=TOKEN) as client:
        headers = {"Origin": COURSE, "Authorization": f"Bearer {TOKEN}"}
        created = await client.post("/api/sessions", json={}, headers=headers)
        assert created.status_code == 201
        assert "Location" in created.headers["access-control-expose-headers"]
        for answer in (
            created,
            await client.get("/api/catalogue", headers={"Origin": COURSE}),  # 401
            await client.get("/api/sessions/none", headers=headers),  # 404
            await client.post("/api/train", json={"epochs": "many"}, headers=headers),  # 422
        ):
            assert answer.headers["access-control-allow-origin"] == COURSE, answer.status_code
            assert "access-control-allow-credentials" not in answer.headers


async def test_pages_and_servers_without_the_setting_give_no_permission(assets: Path) -> None:
    async with client_of(assets) as client:
        page = await client.get("/", headers={"Origin": COURSE})
        assert "access-control-allow-origin" not in page.headers
    async with client_of(assets, allowed_origins="") as client:
        answer = await client.get("/api/catalogue", headers={"Origin": COURSE})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers
