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


async def test_the_address_of_rest_itself_leads_there(assets: Path) -> None:
    async with calling(create_app(Settings(root_path="/lab"), assets=assets)) as client:
        for path in ("/lab/api", "/lab/api/"):
            assert (await client.get(path)).headers["location"] == "/lab/api/docs"


async def test_every_example_works_as_it_stands(client: httpx.AsyncClient) -> None:
    """As somebody tries them on the page: in their order, with the ids that the answers gave."""
    schema = (await client.get("/api/openapi.json")).json()
    ids: dict[str, str] = {}
    tried = 0
    for path, operations in schema["paths"].items():
        for method, operation in sorted(operations.items(), key=lambda item: item[0] == "delete"):
            if method == "delete":
                continue
            url, query = path, {}
            for parameter in operation.get("parameters", []):
                known = parameter["schema"]
                (value, *_) = known.get("examples") or [known.get("default")]
                if parameter["in"] == "path":
                    url = url.replace(f"{{{parameter['name']}}}", ids.get(parameter["name"], str(value)))
                elif value is not None:
                    query[parameter["name"]] = value
            body = None
            if "requestBody" in operation:
                named = operation["requestBody"]["content"]["application/json"]["schema"]
                name = named["$ref"].rpartition("/")[2]
                (body,) = schema["components"]["schemas"][name]["examples"]
            answer = await client.request(method, url, json=body, params=query)
            assert answer.is_success, f"{method} {url} {body}: {answer.text}"
            tried += 1
            for name, made_by in (("session", "/api/sessions"), ("runs", "/api/runs")):
                if path == made_by:
                    ids[name] = answer.json()["id"]
            if path.endswith("{session}/train"):
                ids["job"] = answer.json()["id"]
    assert tried > 25
