"""A real server for tests, uvicorn in a thread on a free port, and a client of the playground's websocket."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from server.app import create_app
from server.asgi.server import Server, listen
from server.settings import Settings
from tests.server.frame_reader import ReadFrame, read_frame

TIMEOUT = 60.0
"""Seconds after which a test that waits for something fails."""


alone = pytest.mark.skipif(
    bool(os.environ.get("TINKERNET_TEST_CLUSTER")),
    reason="looks into the application, or needs counted at once what a cluster counts twice a second",
)
"""Marks a test that cannot run where `running` starts a front and two hosts."""


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until a condition that another thread changes is true."""
    async with asyncio.timeout(TIMEOUT):
        while not condition():  # noqa: ASYNC110 - other threads set no event of this loop
            await asyncio.sleep(0.01)


class Live:
    """A server in a thread of this process."""

    def __init__(self, settings: Settings, assets: Path) -> None:
        self.app: FastAPI = create_app(settings, assets=assets)
        self.port = 0
        self._started = threading.Event()
        self._server = Server(self.app, settings, started=self._started.set)
        self._listener = listen("127.0.0.1", 0)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        """Return the number of TCP connections that uvicorn holds open."""
        return len(self._server.server_state.connections)

    @property
    def tasks(self) -> int:
        """Return the number of requests and websockets that the application is handling."""
        return len(self._server.server_state.tasks)

    def start(self) -> None:
        self.port = self._listener.getsockname()[1]
        self._thread.start()
        assert self._started.wait(TIMEOUT)

    def request_stop(self) -> None:
        self._server.should_exit = True

    def stop(self) -> None:
        """Stop the server and wait until it has ended; do nothing if it has ended already."""
        self.request_stop()
        self._thread.join(TIMEOUT)
        assert not self._thread.is_alive()
        self._listener.close()

    def page(self, **options: Any) -> AbstractAsyncContextManager["Page"]:
        return page(f"ws://127.0.0.1:{self.port}/ws", **options)


@contextmanager
def running(settings: Settings, assets: Path) -> Iterator[Live]:
    """Run a server during a `with` block, in a temporary data folder unless the settings name one.

    With the environment variable `TINKERNET_TEST_CLUSTER` it is a front and two hosts.

    The folder of the environment, which all tests of a process share, does not count: rooms that another test
    left there would take places.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if settings.database_url is None and settings.data_dir == Settings().data_dir:
            settings = settings.model_copy(update={"data_dir": Path(folder)})
        live: Live
        if os.environ.get("TINKERNET_TEST_CLUSTER"):
            from tests.server.cluster.hosts_here import LiveCluster  # noqa: PLC0415 - it imports this file

            live = LiveCluster(settings, assets)
        else:
            live = Live(settings, assets)
        live.start()
        try:
            yield live
        finally:
            live.stop()


class Page:
    """A client of the websocket, which acknowledges frames as the page does.

    Attributes:
        acknowledges: set to False to acknowledge no frames.
        state: the last `state` message.
        session: the id of the open session.
        resumed: whether the server found the session that `open` asked for.
        welcome: the last `welcome` message.
        epoch: the epoch of the last frame.
        parts: the last section of each tag.
        compressed_frames: the number of compressed frames received.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.acknowledges = True
        self.state: dict[str, Any] = {}
        self.session = ""
        self.resumed = False
        self.welcome: dict[str, Any] = {}
        self.epoch = 0.0
        self.parts: dict[int, Any] = {}
        self.compressed_frames = 0

    async def receive_for(self, seconds: float) -> list[Any]:
        """Return what arrives until nothing has arrived for some seconds."""
        received = []
        while True:
            try:
                async with asyncio.timeout(seconds):
                    received.append(await self.receive())
            except TimeoutError:
                return received

    async def receive_until_closed(self) -> list[Any]:
        """Return what arrives before the socket is closed."""
        received = []
        with suppress(ConnectionClosed):
            while True:
                received.append(await self.receive())
        return received

    async def close_code(self) -> int | None:
        """Read until the socket is closed, and return the code with which it was closed."""
        await self.receive_until_closed()
        return self.socket.close_code

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def open(self, **fields: Any) -> dict[str, Any]:
        """Open a session and return its first state."""
        await self.send("open", version=1, **fields)
        self.welcome = welcome = await self.message("welcome")
        self.session, self.resumed = welcome["session"], welcome["resumed"]
        return await self.message("state")

    async def receive(self) -> dict[str, Any] | ReadFrame:
        """Return the next message or frame, and update the attributes."""
        async with asyncio.timeout(TIMEOUT):
            received = await self.socket.recv()
        if isinstance(received, str):
            message: dict[str, Any] = json.loads(received)
            if message["type"] == "state":
                self.state = message
            return message
        frame = read_frame(received, self.parts)
        self.compressed_frames += received[2]
        assert frame.revision <= self.state["revision"], "a frame arrived before the state with its revision"
        self.epoch = frame.epoch
        if self.acknowledges:
            with suppress(ConnectionClosed):  # there may still be messages to read
                await self.send("ack", frame=frame.frame)
        return frame

    async def message(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind; skip others."""
        while True:
            received = await self.receive()
            if isinstance(received, dict) and received["type"] == kind:
                return received

    async def frame(self, wanted: Callable[[ReadFrame], bool] = lambda _: True) -> ReadFrame:
        """Return the next frame that satisfies a condition; skip others."""
        while True:
            received = await self.receive()
            if isinstance(received, ReadFrame) and wanted(received):
                return received

    async def error(self) -> dict[str, Any]:
        return await self.message("error")

    async def state_where(self, **wanted: Any) -> dict[str, Any]:
        """Return the next `state` message with these values; skip others."""
        while True:
            state = await self.message("state")
            if all(state[name] == value for name, value in wanted.items()):
                return state


@asynccontextmanager
async def page(url: str, *, origin: str | None = None, **options: Any) -> AsyncIterator[Page]:
    """Connect a client during an `async with` block."""
    async with connect(
        url, origin=None if origin is None else Origin(origin), max_size=None, compression=None, **options
    ) as socket:
        yield Page(socket)
