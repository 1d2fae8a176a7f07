"""A session actor without a scheduler: tests call its turns and set its clock."""

import asyncio
import json
import math
from typing import Any

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.runtime.connection import Connection, IncomingMessage, Join, Leave
from server.runtime.outbox import Outbox, OutgoingBatch
from server.runtime.pacing import FrameClock
from server.runtime.session_actor import SessionActor
from server.sessions.session import Session
from server.settings import Settings
from tests.server.frame_reader import ReadFrame, read_frame


class Clock:
    """A clock that advances by one tick at each reading, so that time slices end."""

    def __init__(self, tick: float) -> None:
        self.now = 1000.0
        self._tick = tick

    def __call__(self) -> float:
        self.now += self._tick
        return self.now


class ActorHarness:
    """An actor with a clock, a session and clients."""

    def __init__(
        self, *, playing: bool = False, speed: float | None = 60.0, tick: float = 4e-5, **settings: Any
    ) -> None:
        self.clock = Clock(tick)
        self.settings = Settings(**settings)
        self.retired = False
        config = TrainingConfig().changed({"hidden_layers": [2]})
        self.session = Session(config, playing=playing, speed=speed)
        self.actor = SessionActor("id", self.make, self.settings, clock=self.clock, retire=self.retire)

    def make(self) -> Session:
        return self.session

    def retire(self, _: SessionActor) -> bool:
        self.retired = True
        return True

    def join(self) -> Connection:
        outbox = Outbox(asyncio.get_running_loop(), self.clock)
        frames = FrameClock(self.settings.frame_rate)
        connection = Connection(self.actor, outbox, outbox.bind(), resumed=False, frame_clock=frames)
        self.actor.unused_since = math.inf
        self.actor.enqueue(Join(connection))
        return connection

    def leave(self, connection: Connection) -> None:
        self.actor.unused_since = self.clock.now
        self.actor.enqueue(Leave(connection))

    def say(self, connection: Connection, message: wire.AnyClientMessage) -> None:
        connection.sent += 1
        self.actor.enqueue(IncomingMessage(connection, message))

    def turn(self, *, urgent: bool = False, queue_length: int = 0) -> float | None:
        return self.actor.turn(urgent=urgent, queue_length=queue_length)

    def run(self, seconds: float, *connections: Connection) -> list[ReadFrame]:
        """Advance the clock, with a turn whenever one is due; return all frames, acknowledged at once."""
        end = self.clock.now + seconds
        frames = []
        due: float | None = self.clock.now
        while due is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            due = self.turn()
            for connection in connections:
                frames += take_frame(connection)
        self.clock.now = max(end, self.clock.now)
        return frames


def take_frame(connection: Connection) -> list[ReadFrame]:
    """Take and acknowledge the frame of a connection; return it in a list, empty if there is none."""
    batch, _ = connection.outbox.take_batch()
    if batch.frame is None:
        return []
    frame = read_frame(batch.frame)
    connection.outbox.acknowledge(frame.frame)
    return [frame]


def message_types(batch: OutgoingBatch) -> list[str]:
    """Return the types of the messages of a batch."""
    return [json.loads(text)["type"] for text in batch.messages]
