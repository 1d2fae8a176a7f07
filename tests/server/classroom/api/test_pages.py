"""The classroom's pages, as a browser asks for them."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.page_words import find_assets
from server.settings import Settings
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/tinkernet.db")
    async with rest_client(create_app(settings, assets=find_assets())) as client:
        yield client


async def open_room(client: httpx.AsyncClient, **options: object) -> str:
    made = await client.post("/api/rooms", json={"name": "7b", **options})
    return str(made.json()["code"])


def bootstrap(page: httpx.Response) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="bootstrap">(.*?)</script>', page.text)
    assert found is not None
    read: dict[str, object] = json.loads(found[1])
    return read


@pytest.mark.medium
async def test_the_join_page_has_its_texts_in_the_visitors_language(client: httpx.AsyncClient) -> None:
    page = await client.get("/join", headers={"Accept-Language": "zh", "Cookie": "theme=dark"})
    assert page.status_code == 200
    assert '<html lang="zh-CN" data-theme="dark">' in page.text
    words = bootstrap(page)["words"]
    assert isinstance(words, dict)
    assert "join.error.no_such_room" in words
    assert not {key for key in words if key.startswith(("article.", "teach.", "room."))}


@pytest.mark.medium
async def test_the_teachers_page_has_the_catalogue_and_the_texts(client: httpx.AsyncClient) -> None:
    page = await client.get("/classroom")
    assert page.status_code == 200
    said = bootstrap(page)
    assert "catalogue" in said
    assert said["room_lifetime"] == 86_400, "so that the page can say for how long a room lasts"
    words = said["words"]
    assert isinstance(words, dict)
    assert any(key.startswith("teach.") for key in words)
    assert any(key.startswith("choice.") for key in words)


@pytest.mark.parametrize(
    ("path", "there"),
    [("/join/ABC234", "../join?code=ABC234"), ("/join/abc%20234", "../join?code=abc234")],
)
async def test_a_join_link_redirects_to_the_join_page(
    client: httpx.AsyncClient, path: str, there: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == there


async def test_a_malformed_join_link_stays_on_this_site(client: httpx.AsyncClient) -> None:
    answer = await client.get("/join/%2F%2Fevil.example%3Fx=%0D%0ASet-Cookie:y")
    assert answer.status_code in {303, 404}
    assert answer.headers.get("location", "../join?code=").startswith("../join?code=")
    assert "set-cookie" not in answer.headers


async def test_without_a_seat_the_join_page_is_shown(client: httpx.AsyncClient) -> None:
    for cookie in ("", "tinkernet_seat=guessed"):
        answer = await client.get("/seat", headers={"Cookie": cookie} if cookie else {})
        assert answer.status_code == 303
        assert answer.headers["location"] == "join"


@pytest.mark.medium
async def test_a_seat_shows_the_playground_with_its_session(client: httpx.AsyncClient) -> None:
    code = await open_room(client)
    seat = (await client.post("/api/seats", json={"code": code, "nickname": "Ada"})).json()
    page = await client.get("/seat")
    assert bootstrap(page)["room"] == {"session": seat["session"]}
    assert 'id="room-bar"' in page.text
    assert "/bundles/seat.css" in page.text
    plain = await client.get("/")
    assert "room" not in bootstrap(plain)
    assert "room-bar" not in plain.text


async def test_a_waiting_learner_does_not_see_the_session(client: httpx.AsyncClient) -> None:
    code = await open_room(client, approval=True)
    seat = (await client.post("/api/seats", json={"code": code, "nickname": "Ada"})).json()
    assert seat["waiting"]
    answer = await client.get("/seat")
    assert answer.status_code == 303
    assert seat["session"] not in answer.text


@pytest.mark.medium
async def test_the_pages_answer_a_head_request(client: httpx.AsyncClient) -> None:
    for path in ("/join", "/classroom"):
        assert (await client.head(path)).status_code == 200
