import asyncio
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from server.app import create_app
from server.rest import openapi_document, router
from server.settings import Settings
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
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


@pytest.mark.medium
async def test_the_documentation_page_finds_the_openapi_document(client: httpx.AsyncClient) -> None:
    script = await client.get("/api/docs.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert 'url: "openapi.json"' in script.text
    schema = (await client.get("/api/openapi.json")).json()
    assert schema["info"]["title"] == "Tinkernet"
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in schema["components"]["schemas"]


async def test_the_root_of_rest_redirects_to_the_documentation(assets: Path) -> None:
    async with rest_client(create_app(Settings(root_path="/lab"), assets=assets)) as client:
        for path in ("/lab/api", "/lab/api/"):
            assert (await client.get(path)).headers["location"] == "/lab/api/docs"


async def test_the_document_names_the_root_path_and_is_built_once_off_the_event_loop(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    makers: list[str] = []

    def make(**_: Any) -> dict[str, Any]:
        makers.append(threading.current_thread().name)
        return {"paths": {}, "components": {}}

    monkeypatch.setattr(openapi_document, "get_openapi", make)
    async with rest_client(create_app(Settings(root_path="/lab"), assets=assets)) as client:
        answers = await asyncio.gather(*(client.get("/lab/api/openapi.json") for _ in range(3)))
    assert [answer.json()["servers"] for answer in answers] == [[{"url": "/lab"}]] * 3
    assert len(makers) == 1
    assert makers[0] != threading.current_thread().name


@pytest.mark.medium
async def test_no_request_builds_validators(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are built at the start, by one thread: FastAPI changes Python's warning filters meanwhile."""
    built: list[object] = []
    initialize = TypeAdapter.__init__

    def build(adapter: TypeAdapter[Any], type_: Any, **options: Any) -> None:
        built.append(type_)
        initialize(adapter, type_, **options)

    router.routes.cache_clear()  # all applications of a process share the routes
    app = create_app(Settings(), assets=assets)
    monkeypatch.setattr(TypeAdapter, "__init__", build)
    async with rest_client(app) as client:
        assert len(built) > 50
        built.clear()
        session = (await client.post("/api/sessions", json={})).json()["id"]
        for path in ("/", "/api/catalogue", f"/api/sessions/{session}", "/nowhere", "/api/rooms/none"):
            await client.get(path)
    assert built == []
