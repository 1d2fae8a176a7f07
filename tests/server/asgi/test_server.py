import asyncio
import contextlib
import os
import signal
import socket
import struct
import threading
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from server.app import create_app
from server.asgi.server import Server, allow_many_sockets, listen
from server.asgi.websocket_protocol import WebSocketProtocol
from server.protocol.messages import MAX_MESSAGE_BYTES
from server.settings import Settings
from tests.server.live import TIMEOUT, eventually, running
from tests.support.process import running_server

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
HEAVY = b'{"hidden_layers": [64, 64, 64, 64]}'
OPEN = b'{"type": "open", "version": 1, "playing": true, "speed": null, "config": %s}' % HEAVY + b" " * 60
ACK = b'{"type": "ack", "frame": %d}' + b" " * 110


def test_uvicorn_is_configured_for_streaming(assets: Path) -> None:
    settings = Settings(shutdown_timeout=2)
    config = Server(create_app(settings, assets=assets), settings).config
    assert config.ws is WebSocketProtocol
    assert (config.ws_max_size, config.ws_per_message_deflate) == (MAX_MESSAGE_BYTES, False)
    assert config.timeout_graceful_shutdown == 2


def test_a_port_can_be_reused_at_once_but_not_while_in_use() -> None:
    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", port)
    first.close()
    listen("127.0.0.1", port).close()


async def test_the_server_stops_despite_slow_or_silent_clients(assets: Path) -> None:
    threads = threading.active_count()
    with running(Settings(port=0, shutdown_timeout=1), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=None, config={"hidden_layers": [64] * 16})
            with socket.create_connection(("127.0.0.1", live.port)):  # sends nothing
                live.request_stop()
                await asyncio.to_thread(live.stop)
                with contextlib.suppress(ConnectionClosed):
                    while True:
                        await page.receive()
    assert threading.active_count() <= threads + 2  # asyncio.to_thread keeps its own


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
async def test_a_signal_ends_the_process_in_time_despite_clients_that_do_not_read() -> None:
    with running_server("--shutdown-timeout", "2") as server, contextlib.ExitStack() as stack:
        process = server.process
        assert process is not None
        for _ in range(5):
            stalled = stack.enter_context(socket.socket())
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stalled.connect(("127.0.0.1", server.port))
            head = f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\n"
            stalled.sendall(f"{head}Connection: Upgrade\r\n{KEY}".encode())
            assert await asyncio.to_thread(stalled.recv, 12) == b"HTTP/1.1 101"
            for message in (OPEN, *(ACK % number for number in range(1, 200))):
                size = struct.pack(">BBH", 0x81, 0x80 | 126, len(message))
                stalled.sendall(size + bytes(4) + message)
        began = asyncio.get_running_loop().time()
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, TIMEOUT)
        assert asyncio.get_running_loop().time() - began < 2 + 6  # with a margin for a busy machine
        assert "Traceback" not in "".join(server.printed)


async def test_a_stopping_server_is_not_ready(assets: Path) -> None:
    with running(Settings(port=0), assets) as live:
        async with httpx.AsyncClient(base_url=live.url, timeout=TIMEOUT) as client:
            assert (await client.get("/api/ready")).json() == {"status": "ready", "full": False}
            await live.app.state.connections.close_all(0.1)
            answer = await client.get("/api/ready")
            assert (answer.status_code, answer.json()["code"]) == (503, "closing")


def test_the_limit_of_open_files_is_raised_to_the_maximum() -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    allow_many_sockets()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert soft == hard == before[1]


async def test_closed_connections_are_cleaned_up(assets: Path) -> None:
    with running(Settings(port=0), assets) as live:
        for _ in range(3):
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(20):
                    page = await stack.enter_async_context(live.page())
                    await page.send("open", version=1)
        async with live.page() as page:
            await page.open()
            await eventually(lambda: len(live.app.state.connections) == 1)
            await eventually(lambda: live.connections == live.tasks == 1)
