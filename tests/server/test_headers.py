from pathlib import Path

import pytest

from server.app import create_app
from server.headers import content_policy
from server.settings import Settings
from tests.server.rest import calling


@pytest.mark.anyio
async def test_every_answer_carries_them(assets: Path) -> None:
    async with calling(create_app(Settings(), assets=assets)) as client:
        for path in ("/", "/api/health", "/static/js/main.js", "/nowhere", "/api/docs"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "connect-src 'self' ws://here wss://here;" in headers["content-security-policy"]


@pytest.mark.parametrize("host", ["lab.example", "10.0.0.5:8000", "[::1]:8000", "my_pc"])
def test_pages_may_open_websockets_to_their_own_host(host: str) -> None:
    assert f"connect-src 'self' ws://{host} wss://{host};" in content_policy(host)


@pytest.mark.parametrize("host", ["", "a; script-src *", "a b", "*", "a\n"])
def test_a_strange_host_adds_nothing(host: str) -> None:
    assert "connect-src 'self';" in content_policy(host)
