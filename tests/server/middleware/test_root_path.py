"""The site under a path of another host, behind a small reverse proxy."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.middleware.credentials import ACCESS_COOKIE
from server.settings import Settings
from tests.server.live import TIMEOUT, Live, page, running
from tests.server.rest_client import rest_client

pytestmark = [pytest.mark.anyio, pytest.mark.medium]


@asynccontextmanager
async def proxy(port: int, *, strips: bool) -> AsyncIterator[int]:
    """Run a reverse proxy for `/lab/` in front of a port, configured as nginx might be; yield its port."""

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, rest = head.split("\r\n", 1)
        method, target, version = first.split(" ")
        if strips:
            target = target.removeprefix("/lab") or "/"
        added = "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n"
        if "upgrade" not in rest.lower():
            added += "Connection: close\r\n"
        there, here = await asyncio.open_connection("127.0.0.1", port)
        here.write(f"{method} {target} {version}\r\n{added}{rest}".encode("latin-1"))
        await asyncio.gather(pipe(reader, here), pipe(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture(scope="module")
def under_lab(assets: Path) -> Iterator[Live]:
    with running(Settings(port=0, root_path="/lab/", site_password="sesame"), assets) as live:
        yield live


@pytest.mark.parametrize("strips", [True, False])
async def test_everything_works_under_a_path(under_lab: Live, strips: bool) -> None:
    async with proxy(under_lab.port, strips=strips) as port, httpx.AsyncClient(timeout=TIMEOUT) as client:
        site = f"http://127.0.0.1:{port}"
        response = await client.post(f"{site}/lab/?lang=zh", data={"password": "sesame"})
        assert (response.status_code, response.headers["location"]) == (303, "/lab/?lang=zh")
        cookie = response.headers["set-cookie"]
        assert "Path=/lab/" in cookie
        assert "Secure" in cookie, "the proxy forwards https"
        cookies = {"Cookie": cookie.split(";")[0]}
        assert cookie.startswith(ACCESS_COOKIE)
        html = (await client.get(f"{site}/lab/", headers=cookies)).text
        for name in re.findall(r'href="(static/[^"]+)"', html):
            assert (await client.get(f"{site}/lab/{name}", headers=cookies)).status_code == 200
        assert (await client.get(f"{site}/lab/api/health")).json()["status"] == "ok"
        described = (await client.get(f"{site}/lab/api/openapi.json", headers=cookies)).json()
        assert described["servers"] == [{"url": "/lab"}]
        docs = (await client.get(f"{site}/lab/api/docs", headers=cookies)).text
        for name in re.findall(r'(?:src|href)="([^"]+)"', docs):
            assert (await client.get(f"{site}/lab/api/{name}", headers=cookies)).status_code == 200
        missing = await client.get(f"{site}/lab/nowhere", headers=cookies)
        assert '<a href="/lab/">' in missing.text
        assert (await client.get(f"{site}/lab/api/nowhere", headers=cookies)).json()["code"] == "not_found"
        origin = f"https://127.0.0.1:{port}"
        async with page(
            f"ws://127.0.0.1:{port}/lab/ws", origin=origin, additional_headers=cookies
        ) as client_page:
            await client_page.open(playing=True, speed=None)
            await client_page.frame()


async def test_the_root_path_without_a_slash_redirects_to_the_page(assets: Path) -> None:
    async with rest_client(create_app(Settings(root_path="/lab"), assets=assets)) as client:
        answer = await client.get("/lab?lang=zh")
        assert (answer.status_code, answer.headers["location"]) == (308, "/lab/?lang=zh")
        assert (await client.get("/lab/")).status_code == 200
        assert (await client.get("/labour")).status_code == 404
        assert (await client.get("/lab/lab/api/health")).status_code == 404


async def test_forwarded_headers_count_only_from_trusted_proxies(assets: Path) -> None:
    forwarded = {"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https"}
    for trusted, secure in (("127.0.0.1", True), ("192.0.2.0/24", False)):
        settings = Settings(port=0, site_password="sesame", forwarded_allow_ips=trusted)
        with running(settings, assets) as live:
            async with httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT) as client:
                response = await client.post("/", data={"password": "sesame"}, headers=forwarded)
                assert ("Secure" in response.headers["set-cookie"]) is secure
