import asyncio
import contextlib
import socket
import threading
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from server.app import create_app
from server.protocol import LARGEST_MESSAGE
from server.serving import Server, listen
from server.settings import Settings
from server.uvicorn_protocol import WebSocketProtocol
from tests.server.live import eventually, running

pytestmark = pytest.mark.anyio


def test_uvicorn_is_set_up_for_streams(assets: Path) -> None:
    settings = Settings(shutdown_timeout=2)
    config = Server(create_app(settings, assets=assets), settings).config
    assert config.ws is WebSocketProtocol
    assert (config.ws_max_size, config.ws_per_message_deflate) == (LARGEST_MESSAGE, False)
    assert config.timeout_graceful_shutdown == 2


def test_a_listener_is_free_to_use_again_at_once() -> None:
    first = listen("127.0.0.1", 0)
    port = first.getsockname()[1]
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", port)
    first.close()
    listen("127.0.0.1", port).close()


async def test_the_server_stops_though_clients_are_slow_or_silent(assets: Path) -> None:
    threads = threading.active_count()
    with running(Settings(port=0, shutdown_timeout=1), assets) as live:
        async with live.page() as page:
            await page.open(playing=True, speed=None, config={"hidden_layers": [64] * 16})
            with socket.create_connection(("127.0.0.1", live.port)):  # says nothing at all
                live.ask_to_stop()
                await asyncio.to_thread(live.stop)
                with contextlib.suppress(ConnectionClosed):
                    while True:
                        await page.receive()
    assert threading.active_count() <= threads + 2  # asyncio.to_thread keeps its own


async def test_many_connects_leave_nothing_behind(assets: Path) -> None:
    with running(Settings(port=0), assets) as live:
        for _ in range(3):
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(20):
                    page = await stack.enter_async_context(live.page())
                    await page.send("open", version=1)
        async with live.page() as page:
            await page.open()
            await eventually(lambda: len(live.app.state.clients) == 1)
            await eventually(lambda: live.connections == live.tasks == 1)
