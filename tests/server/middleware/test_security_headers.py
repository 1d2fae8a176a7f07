import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from server.app import create_app
from server.middleware.security_headers import content_policy
from server.settings import Settings
from tests.server.rest_client import rest_client

PATHS = ("/", "/api/health", "/static/js/app/main.js", "/nowhere", "/api/docs", "/api/docs.js", "/metrics")


@pytest.mark.anyio
async def test_every_response_has_the_headers(assets: Path) -> None:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        for path in PATHS:
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["x-frame-options"] == "SAMEORIGIN"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "microphone=()" in headers["permissions-policy"]
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "connect-src 'self' ws://here wss://here;" in headers["content-security-policy"]
            assert "frame-ancestors 'self'" in headers["content-security-policy"]


@pytest.mark.anyio
@pytest.mark.parametrize("settings", [{"site_password": "sesame"}, {"api_token": "12345678"}])
async def test_refusals_have_the_headers(assets: Path, settings: dict[str, Any]) -> None:
    async with rest_client(create_app(Settings(**settings), assets=assets)) as client:
        for path in PATHS:
            assert "default-src 'self'" in (await client.get(path)).headers["content-security-policy"]
        too_large = await client.post("/api/sessions", content=b"x" * 10_000_000)
        assert "default-src 'self'" in too_large.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["lab.example", "10.0.0.5:8000"])
def test_only_scripts_of_this_server_may_run(host: str) -> None:
    policy = dict(part.strip().split(" ", 1) for part in content_policy(host, "n0nce").split(";"))
    assert policy["script-src"] == policy["default-src"] == "'self'"
    assert policy["style-src"] == "'self' 'nonce-n0nce'"


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/", "/nowhere"])
async def test_inline_styles_have_the_nonce_of_their_response(assets: Path, path: str) -> None:
    app = create_app(Settings(site_password="sesame" if path == "/" else None), assets=assets)
    nonces = set()
    async with rest_client(app) as client:
        for _ in range(2):
            page = await client.get(path)
            (nonce,) = re.findall('<style nonce="([^"]{16})">', page.text)
            assert f"style-src 'self' 'nonce-{nonce}';" in page.headers["content-security-policy"]
            assert "style=" not in page.text
            nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.parametrize("host", ["lab.example", "10.0.0.5:8000", "[::1]:8000", "my_pc"])
def test_pages_may_open_websockets_to_their_own_host(host: str) -> None:
    assert f"connect-src 'self' ws://{host} wss://{host};" in content_policy(host, "n0nce")


@pytest.mark.parametrize("host", ["", "a; script-src *", "a b", "*", "a\n"])
def test_an_invalid_host_adds_nothing_to_the_policy(host: str) -> None:
    assert "connect-src 'self';" in content_policy(host, "n0nce")


@pytest.mark.anyio
async def test_only_the_playground_may_be_shown_in_frames_of_named_sites(assets: Path) -> None:
    settings = Settings(frame_ancestors="https://course.example, https://*.school.example:8443")
    async with rest_client(create_app(settings, assets=assets)) as client:
        page = (await client.get("/")).headers
        assert page["content-security-policy"].endswith(
            "; frame-ancestors 'self' https://course.example https://*.school.example:8443"
        )
        assert "x-frame-options" not in page
        for path in ("/nowhere", "/api/docs", "/static/js/app/main.js"):
            headers = (await client.get(path)).headers
            assert headers["content-security-policy"].endswith("; frame-ancestors 'self'"), path
            assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.anyio
@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "127.0.0.1", "[::1]:8000"])
async def test_other_programs_of_the_same_computer_may_show_the_playground(assets: Path, host: str) -> None:
    async with rest_client(create_app(Settings(), assets=assets)) as client:
        page = (await client.get("/", headers={"Host": host})).headers
        assert page["content-security-policy"].endswith(
            "; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*"
        )
        for path in ("/nowhere", "/api/docs"):
            assert (await client.get(path, headers={"Host": host})).headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("site", ["course.example", "https://a.example/path", "https://a; script-src *", "*"])
def test_a_frame_ancestor_is_a_site(site: str) -> None:
    with pytest.raises(ValidationError):
        Settings(frame_ancestors=(site,))
