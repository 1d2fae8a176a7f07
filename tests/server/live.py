"""A real server for the tests: uvicorn in a thread, on a free port, and clients that speak the protocol."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from server.app import create_app
from server.asgi.server import Server, listen
from server.settings import Settings
from tests.server.frame_reader import ReadFrame, read_frame

PATIENCE = 60.0
"""Seconds after which a test that waits for something has failed."""


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - other threads set no event of this loop
            await asyncio.sleep(0.01)


class Live:
    """A running server."""

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
        """Return how many connections uvicorn holds, served or not."""
        return len(self._server.server_state.connections)

    @property
    def tasks(self) -> int:
        """Return how many connections the application is serving."""
        return len(self._server.server_state.tasks)

    def start(self) -> None:
        self.port = self._listener.getsockname()[1]
        self._thread.start()
        assert self._started.wait(PATIENCE)

    def ask_to_stop(self) -> None:
        self._server.should_exit = True

    def stop(self) -> None:
        """Stop, and wait for the end; a second time does nothing."""
        self.ask_to_stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self._listener.close()

    def page(self, **options: Any) -> AbstractAsyncContextManager["Page"]:
        return page(f"ws://127.0.0.1:{self.port}/ws", **options)


@contextmanager
def running(settings: Settings, assets: Path) -> Iterator[Live]:
    """Run a server for the time of a `with` block, with a data folder of its own unless one is set."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if not {"data_dir", "database_url"} & settings.model_fields_set:
            settings = settings.model_copy(update={"data_dir": Path(folder)})
        live = Live(settings, assets)
        live.start()
        try:
            yield live
        finally:
            live.stop()


class Page:
    """A client that acknowledges what it is sent, unless told not to."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.acknowledges = True
        self.state: dict[str, Any] = {}
        self.session = ""
        self.resumed = False
        self.epoch = 0.0
        self.parts: dict[int, Any] = {}
        self.packed = 0

    async def nothing(self, seconds: float) -> list[Any]:
        """Return what arrives within some seconds, hopefully nothing."""
        received = []
        while True:
            try:
                async with asyncio.timeout(seconds):
                    received.append(await self.receive())
            except TimeoutError:
                return received

    async def nothing_but_the_end(self) -> list[Any]:
        """Return what arrives before the socket is closed, hopefully nothing."""
        received = []
        with suppress(ConnectionClosed):
            while True:
                received.append(await self.receive())
        return received

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def open(self, **fields: Any) -> dict[str, Any]:
        """Open a session and return its first state."""
        await self.send("open", version=1, **fields)
        welcome = await self.message("welcome")
        self.session, self.resumed = welcome["session"], welcome["resumed"]
        return await self.message("state")

    async def receive(self) -> dict[str, Any] | ReadFrame:
        """Return the next message or frame, and note what it says."""
        async with asyncio.timeout(PATIENCE):
            received = await self.socket.recv()
        if isinstance(received, str):
            message: dict[str, Any] = json.loads(received)
            if message["type"] == "state":
                self.state = message
            return message
        frame = read_frame(received, self.parts)
        self.packed += received[2]
        assert frame.revision <= self.state["revision"], "a frame came before the state of its revision"
        self.epoch = frame.epoch
        if self.acknowledges:
            with suppress(ConnectionClosed):  # there may be more to read all the same
                await self.send("ack", frame=frame.frame)
        return frame

    async def message(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind; what comes before it is noted only."""
        while True:
            received = await self.receive()
            if isinstance(received, dict) and received["type"] == kind:
                return received

    async def frame(self, wanted: Callable[[ReadFrame], bool] = lambda _: True) -> ReadFrame:
        """Return the next frame that is as wanted."""
        while True:
            received = await self.receive()
            if isinstance(received, ReadFrame) and wanted(received):
                return received

    async def error(self) -> dict[str, Any]:
        return await self.message("error")

    async def state_where(self, **wanted: Any) -> dict[str, Any]:
        """Return the next state that has these values."""
        while True:
            state = await self.message("state")
            if all(state[name] == value for name, value in wanted.items()):
                return state


@asynccontextmanager
async def page(url: str, *, origin: str | None = None, **options: Any) -> AsyncIterator[Page]:
    """Connect a client for the time of an `async with` block."""
    async with connect(
        url, origin=None if origin is None else Origin(origin), max_size=None, compression=None, **options
    ) as socket:
        yield Page(socket)
