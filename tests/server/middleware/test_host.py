import asyncio
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from server.app import create_app
from server.middleware.host import is_local_name, matches, name_in
from server.settings import Settings
from tests.server.live import TIMEOUT, Live
from tests.server.rest_client import problem_of, rest_client

OWN = [
    *("localhost", "localhost:8000", "LOCALHOST.", "127.0.0.1:8000", "192.168.1.5", "[::1]:8000"),
    *("[fe80::1%25eth0]:8000", "tinkernet:8000", "raspberrypi.local", "lab.localhost:8000", "pc.lan"),
]
FOREIGN = [
    *("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "1.2.3"),
    *("", "local.example", "a b", "evil.example/localhost", "localhost@evil.example", "[::1].evil.example"),
]


@pytest.mark.medium
@pytest.mark.anyio
async def test_addresses_and_local_names_pass_and_others_are_refused(tmp_path: Path, assets: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/t.db")
    async with rest_client(create_app(settings, assets=assets)) as client:
        for host in OWN:
            answer = await client.post("/api/sessions", headers={"Host": host, "Origin": f"http://{host}"})
            assert (host, answer.status_code) == (host, 201)
            assert "%" in host or answer.headers["location"].startswith(f"http://{host}/")
        for host in FOREIGN:
            headers = {"Host": host, "Origin": f"http://{host}"}
            for answer in (
                await client.post("/api/sessions", headers=headers),
                await client.get("/", headers=headers),
            ):
                problem = problem_of(answer)
                assert (host, problem["status"], problem["code"]) == (host, 421, "foreign_host")
                assert "location" not in answer.headers
        for path in ("/api/health", "/api/ready"):
            assert (await client.get(path, headers={"Host": FOREIGN[0]})).status_code == 200


@pytest.mark.medium
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        ({"public_url": "https://lab.example/net"}, "lab.example", 200),
        ({"public_url": "https://lab.example/net"}, "www.lab.example", 421),
        ({"allowed_hosts": "a.example, *.school.example"}, "a.example:8000", 200),
        ({"allowed_hosts": "a.example, *.school.example"}, "Net.School.example", 200),
        ({"allowed_hosts": "a.example, *.school.example"}, "school.example", 421),
        ({"allowed_hosts": "*"}, "any.example", 200),
        ({"host": "lab.example"}, "lab.example:8000", 200),
    ],
)
async def test_names_that_the_settings_tell_pass(
    tmp_path: Path, assets: Path, settings: dict[str, Any], host: str, status: int
) -> None:
    told = Settings(database_url=f"sqlite:///{tmp_path}/t.db", **settings)
    async with rest_client(create_app(told, assets=assets)) as client:
        assert (await client.get("/api/catalogue", headers={"Host": host})).status_code == status


@pytest.mark.anyio
async def test_the_machines_own_full_name_passes(
    tmp_path: Path, assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "pc7")
    monkeypatch.setattr("server.middleware.host._full_name", lambda: "pc7.school.example")
    settings = Settings(database_url=f"sqlite:///{tmp_path}/t.db")
    async with rest_client(create_app(settings, assets=assets)) as client:
        for host, status in (("pc7.school.example", 200), ("pc7.evil.example", 421)):
            assert (await client.get("/api/catalogue", headers={"Host": host})).status_code == status


@pytest.mark.anyio
@pytest.mark.parametrize(("host", "status"), [("evil.example", b"421"), ("localhost", b"101")])
async def test_a_websocket_by_a_foreign_name_is_refused(live: Live, host: str, status: bytes) -> None:
    address = urlsplit(live.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    writer.write(f"{head}Connection: Upgrade\r\n{key}\r\n".encode())
    async with asyncio.timeout(TIMEOUT):
        line = await reader.readline()
    writer.close()
    assert line.split()[1] == status


def test_names_are_read_without_their_port() -> None:
    assert [name_in(host) for host in ("A.b:80", "[::1]:8", "a_b", "a:b", "a:1:2", "é")] == [
        *("a.b", "[::1]", "a_b", None, None, None)
    ]
    assert not is_local_name("")
    assert not matches("a.example", ["*.a.example", "b.example"])
