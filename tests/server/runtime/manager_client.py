"""A client of a session manager, without a socket, and managers for it."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from server.protocol import messages as wire
from server.runtime.connection import Connection
from server.runtime.outbox import Outbox
from server.runtime.scheduler import Scheduler
from server.runtime.session_manager import SessionManager
from server.sessions.session import Session
from server.settings import Settings
from tests.server.frame_reader import ReadFrame, read_frame
from tests.server.live import TIMEOUT

SMALL = {"hidden_layers": [2]}


class Client:
    """A client of a session manager, without a socket."""

    def __init__(self, session_manager: SessionManager) -> None:
        self.session_manager = session_manager
        self.outbox = Outbox(asyncio.get_running_loop(), session_manager.clock)
        self.messages: list[dict[str, Any]] = []
        self.frames: list[ReadFrame] = []
        self.connection: Connection | None = None

    def open(self, *, address: str | None = None, **fields: Any) -> None:
        message = wire.Open(version=1, **fields)
        self.connection = self.session_manager.connect(message, self.outbox, address=address)

    def say(self, message: wire.AnyClientMessage) -> None:
        assert self.connection is not None
        self.session_manager.receive(self.connection, message)

    def leave(self) -> None:
        assert self.connection is not None
        self.session_manager.disconnect(self.connection)

    async def receive(self) -> None:
        """Wait for the next batch and take it; acknowledge its frame."""
        async with asyncio.timeout(TIMEOUT):
            await self.outbox.batch_ready.wait()
        mail, wanted = self.outbox.take_batch()
        self.messages += [json.loads(text) for text in mail.messages]
        if mail.frame is not None:
            frame = read_frame(mail.frame)
            self.frames.append(frame)
            wanted = self.outbox.acknowledge(frame.frame) or wanted
        if wanted and self.connection is not None:
            self.session_manager.wake(self.connection)

    async def frame(self, min_epoch: int = 0) -> ReadFrame:
        """Return the next frame of at least an epoch."""
        self.frames.clear()
        while not self.frames or self.frames[-1].epoch < min_epoch:
            await self.receive()
        return self.frames[-1]

    async def answer(self) -> dict[str, Any]:
        """Return the next state or error after those that were received."""
        self.messages.clear()
        while not any(message["type"] in {"state", "error"} for message in self.messages):
            await self.receive()
        return next(message for message in self.messages if message["type"] in {"state", "error"})

    async def welcome(self) -> str:
        while not any(message["type"] == "welcome" for message in self.messages):
            await self.receive()
        return str(self.messages[0]["session"])


def create_manager(settings: Settings, **options: Any) -> SessionManager:
    """Return a session manager with its own scheduler."""
    scheduler = Scheduler(settings.threads or 2, clock=options.get("clock", time.monotonic))
    return SessionManager(settings, scheduler, **options)


def start_manager(**settings: Any) -> SessionManager:
    session_manager = create_manager(Settings(**settings))
    session_manager.start()
    return session_manager


def epoch(session: Session) -> int:
    return session.trainer.epoch


async def run_in_session(
    session_manager: SessionManager, session_id: str, work: Callable[[Session], Any]
) -> Any:
    async with asyncio.timeout(TIMEOUT):
        return await asyncio.wrap_future(session_manager.submit(session_id, work))
