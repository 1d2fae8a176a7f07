import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from server.app import create_app
from server.middleware import credentials
from server.middleware.credentials import ACCESS_COOKIE
from server.settings import Settings
from tests.server.live import TIMEOUT, running
from tests.server.rest_client import rest_client

pytestmark = pytest.mark.anyio

TOKEN = "a long token"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
PASSWORD = "open 芝麻"


@asynccontextmanager
async def client_with(assets: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of an application with some settings."""
    async with rest_client(create_app(Settings(**settings), assets=assets)) as client:
        yield client


async def test_without_password_and_token_everything_is_open(assets: Path) -> None:
    async with client_with(assets) as client:
        for path in ("/", "/api/catalogue", "/api/docs", "/static/js/app/main.js"):
            assert (await client.get(path)).status_code == 200


@pytest.mark.medium
async def test_rest_needs_the_token(assets: Path) -> None:
    async with client_with(assets, api_token=TOKEN) as client:
        refused = await client.get("/api/catalogue")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == 'Bearer realm="tinkernet"'
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["code"] == "unauthorized"
        assert "default-src 'self'" in refused.headers["content-security-policy"]
        wrong = ["Bearer", "Bearer x", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer \u00fc"]
        for value in wrong:
            headers = {"Authorization": value.encode("latin-1")}
            answer = await client.get("/api/catalogue", headers=headers)  # type: ignore[arg-type]
            assert answer.status_code == 401, value
        assert (await client.get("/api/catalogue", headers=BEARER)).status_code == 200
        for path in ("/", "/static/js/app/main.js", "/api/health", "/api/docs", "/api/openapi.json"):
            assert (await client.get(path)).status_code == 200, path


@pytest.mark.medium
async def test_the_openapi_document_describes_the_token(assets: Path) -> None:
    async with client_with(assets, api_token=TOKEN) as client:
        schema = (await client.get("/api/openapi.json")).json()
        assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
        assert schema["paths"]["/api/catalogue"]["get"]["security"] == [{"token": []}]
        assert schema["paths"]["/api/health"]["get"]["security"] == []
        assert "401" in schema["paths"]["/api/catalogue"]["get"]["responses"]
        assert "401" not in schema["paths"]["/api/health"]["get"]["responses"]
    async with client_with(assets) as client:
        schema = (await client.get("/api/openapi.json")).json()
        assert schema["paths"]["/api/catalogue"]["get"]["security"] == []
        assert "token" not in schema["components"]["securitySchemes"]


@pytest.mark.medium
async def test_pages_need_the_password_until_a_cookie_is_set(assets: Path) -> None:
    async with client_with(assets, site_password=PASSWORD) as client:
        for path in ("/", "/static/js/app/main.js", "/nowhere"):
            page = await client.get(path, headers={"Accept-Language": "zh"})
            assert page.status_code == 401
            assert '<html lang="zh-CN">' in page.text
            assert "<script" not in page.text
            assert page.headers["cache-control"] == "no-store"
        assert (await client.get("/api/health")).status_code == 200
        assert (await client.get("/api/catalogue")).status_code == 401
        described = await client.get("/api/docs", headers={"Accept": "text/html"})
        assert described.status_code == 401
        assert 'type="password"' in described.text
        for body in ({"password": "guess"}, {"other": PASSWORD}, {"password": "x" * 5000}):
            again = await client.post("/", data=body)
            assert again.status_code == 401
            assert 'role="alert"' in again.text
            assert ACCESS_COOKIE not in client.cookies
        response = await client.post("/?lang=zh", data={"password": PASSWORD})
        assert response.status_code == 303
        assert response.headers["location"] == "/?lang=zh"
        cookie = response.headers["set-cookie"]
        assert re.search(r"; HttpOnly; .*; Path=/; SameSite=lax$", cookie, re.IGNORECASE)
        assert "secure" not in cookie.lower()
        for path in ("/", "/static/js/app/main.js", "/api/catalogue"):
            assert (await client.get(path)).status_code == 200


@pytest.mark.medium
async def test_the_documentation_has_a_login_page_too(assets: Path) -> None:
    async with client_with(assets, site_password=PASSWORD) as client:
        response = await client.post(
            "/api/docs", data={"password": PASSWORD}, headers={"Accept": "text/html"}
        )
        assert (response.status_code, response.headers["location"]) == (303, "/api/docs")
        assert (await client.get("/api/docs")).status_code == 200


@pytest.mark.medium
async def test_the_cookie_is_secure_on_https(assets: Path) -> None:
    async with client_with(assets, site_password=PASSWORD) as client:
        response = await client.post("https://here/", data={"password": PASSWORD})
        assert "; Secure" in response.headers["set-cookie"]


@pytest.mark.medium
@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/%2f%2fevil.example"])
async def test_the_redirect_after_login_stays_on_the_site(assets: Path, path: str) -> None:
    async with client_with(assets, site_password=PASSWORD) as client:
        response = await client.post(f"http://here{path}", data={"password": PASSWORD})
        assert response.status_code == 303
        assert re.match(r"/[^/\\]", response.headers["location"])


@pytest.mark.medium
async def test_either_the_cookie_or_the_token_opens_rest(assets: Path) -> None:
    async with client_with(assets, site_password=PASSWORD, api_token=TOKEN) as client:
        assert (await client.get("/api/catalogue")).status_code == 401
        assert (await client.get("/api/catalogue", headers=BEARER)).status_code == 200
        await client.post("/", data={"password": PASSWORD})
        assert (await client.get("/api/catalogue")).status_code == 200


@pytest.mark.medium
async def test_wrong_guesses_are_limited(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "MAX_GUESSES", 3)
    monkeypatch.setattr(credentials, "GUESS_INTERVAL", 3600.0)
    async with client_with(assets, site_password=PASSWORD, api_token=TOKEN) as client:
        for _ in range(3):
            assert (await client.post("/", data={"password": "guess"})).status_code == 401
        refused = await client.post("/", data={"password": PASSWORD})
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "60"
        answer = await client.get("/api/catalogue", headers=BEARER)
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_guesses")
        assert (await client.get("/")).status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_foreign_page_may_not_change_anything(assets: Path, method: str) -> None:
    async with client_with(assets) as client:
        headers = {"Origin": "http://evil.example"}
        answer = await client.request(method, "/api/sessions", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
        own = await client.request(method, "/api/nothing", headers={"Origin": "http://here"})
        assert own.status_code != 403


@pytest.mark.medium
async def test_the_websocket_needs_the_cookie_or_the_token(assets: Path) -> None:
    with running(Settings(port=0, site_password=PASSWORD, api_token=TOKEN), assets) as live:
        with pytest.raises(InvalidStatus) as refused:
            async with live.page():
                raise AssertionError
        assert refused.value.response.status_code == 401
        async with httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT) as client:
            await client.post("/", data={"password": PASSWORD})
            cookie = client.cookies[ACCESS_COOKIE]
        async with live.page(additional_headers={"Cookie": f"{ACCESS_COOKIE}={cookie}"}) as page:
            await page.open()
        async with live.page(additional_headers=BEARER) as page:
            await page.open()


@pytest.mark.medium
async def test_a_token_without_a_password_leaves_the_websocket_open(assets: Path) -> None:
    with running(Settings(port=0, api_token=TOKEN), assets) as live:
        async with live.page() as page:
            await page.open()
