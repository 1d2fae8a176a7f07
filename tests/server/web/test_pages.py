import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from engine.config import TrainingConfig
from server.app import create_app
from server.catalogue import generated_datasets
from server.page_words import find_assets
from server.settings import Settings
from server.web.renderer import PageRenderer
from server.web.translations import choose_locale, find_locales
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio

CODES = [locale["code"] for locale in find_locales(find_assets() / "static" / "i18n")]


@pytest.fixture
async def client(assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        yield client


async def test_the_page_contains_what_it_needs_to_start(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    found = re.search(r'<script type="application/json" id="bootstrap">(.*?)</script>', page.text)
    assert found is not None
    bootstrap = json.loads(found[1])
    assert set(bootstrap) == {"catalogue", "samples", "words", "locale", "public_url", "frames"}
    assert bootstrap["words"] == {"title": "Hello <you>"}
    assert set(bootstrap["samples"]) == set(generated_datasets()) - {"digits"}
    assert "description" not in bootstrap["catalogue"]["fields"]["noise"]
    assert "<title>Hello &lt;you&gt;</title>" in page.text


async def test_a_page_travels_compressed_where_the_browser_takes_it(client: httpx.AsyncClient) -> None:
    plain = await client.get("/", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/", headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


async def test_links_for_others_begin_with_an_address_that_they_can_reach(assets: Path) -> None:
    given = Settings(public_url="http://school.example/lab")
    async with rest_client(create_app(given, assets=assets)) as client:
        page = (await client.get("/")).text
    assert '"public_url":"http://school.example/lab"' in page
    async with rest_client(create_app(Settings(host="127.0.0.1"), assets=assets)) as client:
        page = (await client.get("/")).text
    assert '"public_url":null' in page


async def test_a_full_server_shows_newcomers_a_page_that_asks_again_by_itself(assets: Path) -> None:
    app = create_app(Settings(max_sessions=1), assets=assets)
    session_manager = app.state.session_manager
    async with rest_client(app) as client:
        assert (await client.get("/")).status_code == 200
        session_id = session_manager.create(TrainingConfig())
        page = await client.get("/", headers={"Accept-Language": "zh"})
        assert page.status_code == 503
        assert page.headers["retry-after"] == "15"
        assert page.headers["cache-control"] == "no-cache"
        assert '<meta http-equiv="refresh" content="15">' in page.text
        assert '<html lang="zh-CN">' in page.text
        assert re.findall("<script.*", page.text) == [
            '<script src="static/js/app/retry.js" data-seconds="15"></script>'
        ]
        inside = await client.get("/", headers={"Cookie": f"session={session_id}"})
        assert inside.status_code == 200
        session_manager.delete(session_id)
        assert (await client.get("/")).status_code == 200


async def test_language_and_theme_follow_the_visitor(client: httpx.AsyncClient) -> None:
    page = await client.get("/", headers={"Accept-Language": "zh-TW,zh;q=0.9", "Cookie": "theme=dark"})
    assert '<html lang="zh-TW" data-theme="dark">' in page.text
    assert page.headers["content-language"] == "zh-TW"
    assert {"Accept-Language", "Accept-Encoding", "Cookie"} == set(page.headers["vary"].split(", "))
    page = await client.get("/?lang=en", headers={"Accept-Language": "zh", "Cookie": 'theme="><script>'})
    assert '<html lang="en" data-theme="auto">' in page.text


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "chosen"),
    [
        (None, None, None, "en"),
        (None, None, "zh", "zh-CN"),
        (None, None, "zh-Hans-HK", "zh-CN"),
        (None, None, "zh-SG,en", "zh-CN"),
        (None, None, "zh-TW,zh;q=0.9,en;q=0.8", "zh-TW"),
        (None, None, "zh-HK", "zh-TW"),
        (None, None, "zh-MO,pt;q=0.9", "zh-TW"),
        (None, None, "zh-Hant", "zh-TW"),
        (None, None, "zh-hant-sg", "zh-TW"),
        (None, None, "en-HK,zh-HK;q=0.9", "en"),
        (None, None, "de,en-GB;q=0.5,zh;q=0.4", "en"),
        (None, None, "en;q=0.3, zh-CN;q=0.8", "zh-CN"),
        (None, None, "zh;q=0, en", "en"),
        (None, None, "de, fr", "en"),
        (None, None, ";;;q=,,", "en"),
        (None, "zh-CN", "en", "zh-CN"),
        (None, "nonsense", "zh", "zh-CN"),
        ("EN", "zh-CN", "zh", "en"),
        ("zh", None, "en", "zh-CN"),
        ("zh-HK", "en", "en", "zh-TW"),
        (None, "zh-CN", "zh-TW", "zh-CN"),
        (None, "zh-TW", "zh-CN", "zh-TW"),
        ("", None, "zh", "zh-CN"),
    ],
)
def test_the_language_follows_address_then_cookie_then_browser(
    query: str | None, cookie: str | None, accepted: str | None, chosen: str
) -> None:
    assert choose_locale(CODES, query, cookie, accepted) == chosen


@pytest.mark.parametrize(("wanted", "chosen"), [("zh-HK", "zh-CN"), ("zh-TW,en", "zh-CN"), ("fr", "en")])
def test_another_script_of_the_same_language_is_better_than_another_language(
    wanted: str, chosen: str
) -> None:
    assert choose_locale(["en", "zh-CN"], None, None, wanted) == chosen


def test_new_words_are_seen_without_a_restart(tmp_path: Path, assets: Path) -> None:
    shutil.copytree(assets, tmp_path, dirs_exist_ok=True)
    pages = PageRenderer(tmp_path)
    assert "Hello" in pages.render(locale="en", theme="auto")
    (tmp_path / "static/i18n/en.json").write_text('{"title": "Good day"}', "utf-8")
    assert "Good day" in pages.render(locale="en", theme="auto")


async def test_the_page_answers_a_head_request(client: httpx.AsyncClient) -> None:
    assert (await client.head("/")).status_code == 200
