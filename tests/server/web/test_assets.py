from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
from server.web import assets as module
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("js/app/main.js", "text/javascript; charset=utf-8"),
        ("css/base.css", "text/css; charset=utf-8"),
        ("i18n/en.json", "application/json"),
        ("img/icon.svg", "image/svg+xml"),
    ],
)
async def test_files_have_the_media_types_that_browsers_require(
    client: httpx.AsyncClient, path: str, media_type: str
) -> None:
    answer = await client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type


async def test_files_are_revalidated_each_time(client: httpx.AsyncClient) -> None:
    first = await client.get("/static/js/app/main.js")
    assert first.headers["cache-control"] == "no-cache"
    again = await client.get("/static/js/app/main.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["js/none.js", "../templates/index.html", "%2e%2e/templates/index.html", "js", ""]
)
async def test_other_files_are_not_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404


def test_the_checkout_serves_its_own_folders() -> None:
    folder = module.find_assets()
    assert (folder / "static").is_dir()
    assert (folder / "templates").is_dir()


def test_an_installed_wheel_serves_its_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried = tmp_path / "_assets"
    carried.mkdir()
    monkeypatch.setattr(module, "__file__", str(tmp_path / "web" / "assets.py"))
    assert module.find_assets() == carried
