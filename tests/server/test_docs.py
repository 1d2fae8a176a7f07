import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
from tests.server.rest import calling

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(Settings(), assets=assets)) as client:
        yield client


async def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing_inline(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/api/docs")
    assert page.status_code == 200
    assert "http" not in page.text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    needed = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(needed) == 4
    for name in needed:
        file = await client.get(f"/api/{name}")
        assert file.status_code == 200, name
        assert file.content
    script = await client.get("/api/docs-assets/swagger-ui-bundle.js")
    assert script.headers["content-type"].startswith("text/javascript")


async def test_the_schema_is_where_the_page_looks_for_it(client: httpx.AsyncClient) -> None:
    script = await client.get("/api/docs.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert 'url: "openapi.json"' in script.text
    schema = (await client.get("/api/openapi.json")).json()
    assert schema["info"]["title"] == "Tinkernet"
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in schema["components"]["schemas"]
