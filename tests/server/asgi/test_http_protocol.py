"""Connections that send nothing or too little, or read nothing, over real sockets."""

import asyncio
import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.asgi import http_protocol, websocket_protocol
from server.asgi.http_protocol import ConnectionLimiter, HttpProtocol
from server.settings import Settings
from tests.server.live import TIMEOUT, Live, eventually, running

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"


@pytest.fixture(scope="module")
def impatient(assets: Path) -> Iterator[Live]:
    with running(Settings(port=0, request_timeout=0.3, send_timeout=0.3), assets) as live:
        yield live


def connect(live: Live, sent: bytes = b"") -> socket.socket:
    """Return a connection on which some bytes were sent."""
    client = socket.create_connection(("127.0.0.1", live.port), timeout=TIMEOUT)
    client.sendall(sent)
    return client


def is_dropped(client: socket.socket) -> bool:
    """Wait until the server closes a connection; return whether it sent nothing before."""
    with client, suppress(ConnectionError):
        return client.recv(1) == b""
    return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ",
        b"POST /api/sessions HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\n{",
        b"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n",
    ],
)
async def test_an_incomplete_request_is_dropped(impatient: Live, sent: bytes) -> None:
    assert await asyncio.to_thread(is_dropped, connect(impatient, sent))
    await eventually(lambda: impatient.connections == impatient.tasks == 0)


async def test_a_request_sent_byte_by_byte_has_the_same_time_limit(impatient: Live) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", impatient.port)
    dropped = asyncio.create_task(reader.read())
    sent = 0
    for byte in b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1000:
        writer.write(bytes([byte]))
        sent += 1
        if (await asyncio.wait({dropped}, timeout=0.02))[0]:
            break
    with suppress(ConnectionError):
        assert await dropped == b""
    writer.close()
    assert sent < 250


async def test_a_response_that_is_never_read_is_aborted(impatient: Live) -> None:
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", impatient.port))
        request = b"GET /api/docs-assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: here\r\n\r\n"
        with suppress(ConnectionError):
            for _ in range(8):
                stalled.sendall(request)
        await eventually(lambda: impatient.connections == 0)


async def outlive_the_limit(live: Live) -> None:
    """Wait for the time limit of a request: a connection that sends nothing is dropped after it."""
    assert await asyncio.to_thread(is_dropped, connect(live))


async def test_time_limits_do_not_affect_ordinary_clients(impatient: Live) -> None:
    async with httpx.AsyncClient(base_url=impatient.url, timeout=TIMEOUT) as client:
        for _ in range(4):
            assert (await client.get("/api/health")).status_code == 200
            await outlive_the_limit(impatient)
    async with impatient.page() as page:
        await page.open()
        for _ in range(2):
            await outlive_the_limit(impatient)
        await page.send("step", unit="epoch")
        await page.frame(lambda frame: frame.epoch == 1)


async def test_a_client_that_does_not_read_pongs_is_dropped(
    impatient: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket_protocol, "MAX_UNREAD", 100_000)
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", impatient.port))
        request = f"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{KEY}"
        stalled.sendall(request.encode())
        stalled.settimeout(TIMEOUT)
        ping = b"\x89\xfd" + bytes(4) + bytes(125)

        def ping_until_dropped() -> None:
            with suppress(ConnectionError):
                while True:
                    stalled.sendall(ping * 400)

        await asyncio.to_thread(ping_until_dropped)
        await eventually(lambda: impatient.connections == 0)


async def test_silent_connections_are_limited_per_address(
    assets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "SPARE_CONNECTIONS", 3)
    settings = Settings(port=0, max_connections=4, max_connections_per_address=1, forwarded_allow_ips="")
    with running(settings, assets) as live, ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(connect(live))
        await eventually(lambda: live.connections == 5)
        assert await asyncio.to_thread(is_dropped, connect(live))
        stack.close()
        await eventually(lambda: live.connections == 0)
        async with live.page() as page:
            await page.open()


def test_connections_are_counted_by_address_except_for_proxies() -> None:
    limiter = ConnectionLimiter(
        Settings(max_connections=1000, max_connections_per_address=1, forwarded_allow_ips="192.0.2.0/24")
    )
    clients = [limiter.acquire("198.51.100.1") for _ in range(2 + http_protocol.SPARE_CONNECTIONS)]
    assert None not in clients
    assert limiter.acquire("198.51.100.1") is None
    assert limiter.acquire("198.51.100.2") is not None
    assert None not in [limiter.acquire("192.0.2.9") for _ in range(2 + http_protocol.SPARE_CONNECTIONS)]
    for client in clients:
        assert client is not None
        limiter.release(client)
    assert limiter.acquire("198.51.100.1") is not None
    assert len(limiter) == 4 + http_protocol.SPARE_CONNECTIONS


def test_the_overridden_methods_exist_in_uvicorn() -> None:
    for name in ("connection_made", "connection_lost", "data_received", "handle_websocket_upgrade"):
        assert name in vars(HttpProtocol)
        assert callable(getattr(H11Protocol, name))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts what Linux shows")
@pytest.mark.slow
async def test_a_thousand_connections_leak_no_descriptors_or_threads(live: Live) -> None:
    """Mix requests, pages, silent connections, and connections that end in the middle of a request."""

    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - only their number counts

    async def connect_once(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
        kind = number % 4
        if kind == 0:
            writer.write(b"GET /api/health HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
        elif kind == 1:
            writer.write(b"GET / HTTP/1.1\r\nHo")
        elif kind == 2:
            head = f"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{KEY}"
            writer.write(head.encode())
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
            text = b'{"type": "open", "version": 1}'
            writer.write(bytes([0x81, 0x80 | len(text)]) + struct.pack("4x") + text)
            await reader.read(1)
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()

    async def all_closed() -> None:
        await eventually(lambda: live.connections == live.tasks == len(live.app.state.connections) == 0)

    for number in range(8):
        await connect_once(number)
    await all_closed()
    before, threads = descriptors(), threading.active_count()
    for start in range(0, 1000, 50):
        await asyncio.gather(*(connect_once(number) for number in range(start, start + 50)))
    await all_closed()
    await eventually(lambda: descriptors() <= before + 2)
    assert threading.active_count() <= threads + 2
