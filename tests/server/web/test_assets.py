from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.settings import Settings
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
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br;q=1.0, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.00", None),
        ("br", None),
        ("", None),
    ],
)
async def test_files_travel_compressed_where_the_browser_takes_it(
    assets: Path, accepted: str, encoding: str | None
) -> None:
    text = "export const zeros = [" + "0, " * 1000 + "];\n"
    (assets / "static/js/long.js").write_text(text, "utf-8")
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        answer = await client.get("/static/js/long.js", headers={"Accept-Encoding": accepted})
        assert answer.text == text
        assert answer.headers.get("content-encoding") == encoding
        assert answer.headers["vary"] == "Accept-Encoding"
        size = int(answer.headers["content-length"])
        assert size < 200 if encoding else size == len(text)
        head = await client.head("/static/js/long.js", headers={"Accept-Encoding": accepted})
        assert head.headers["content-length"] == str(size)
        assert head.content == b""


async def test_a_changed_file_is_served_at_once(client: httpx.AsyncClient, assets: Path) -> None:
    path = assets / "static/js/changing.js"
    path.write_text("export const a = 1;\n", "utf-8")
    first = await client.get("/static/js/changing.js")
    path.write_text("export const a = 22;\n", "utf-8")
    again = await client.get("/static/js/changing.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert again.text == "export const a = 22;\n"


async def test_files_cannot_be_posted_to(client: httpx.AsyncClient) -> None:
    answer = await client.post("/static/js/app/main.js")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    ["js/none.js", "../templates/index.html", "%2e%2e/templates/index.html", "js", "", "a" * 300],
)
async def test_other_files_are_not_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"/static/{path}")).status_code == 404
