"""The interface through which websockets and REST use sessions; classrooms use it through `room_sessions`.

`SessionManager` runs the sessions of one process. In a cluster each host has one.
"""

import math
import sys
import time
from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from server.errors import wire_errors
from server.limits.training_size import SizeLimits, points_in, validated_config
from server.metrics import Metrics
from server.protocol import messages as wire
from server.runtime.actor_registry import ActorRegistry
from server.runtime.connection import (
    Connection,
    IncomingMessage,
    Join,
    Leave,
    SessionUnavailable,
    UnknownSession,
)
from server.runtime.frame_rate import AdaptiveFrameClock, FrameRate
from server.runtime.outbox import Outbox
from server.runtime.scheduler import Scheduler
from server.runtime.session_calls import SessionCalls
from server.runtime.session_ids import SessionIds
from server.sessions.session import Session
from server.sessions.session_copy import SessionCopy
from server.sessions.trained_model import TrainedModel
from server.sessions.view_ids import is_view_id
from server.settings import Settings
from server.storage.session_store import SessionStore

__all__ = ["SessionManager", "SessionUnavailable", "UnknownSession"]

T = TypeVar("T")

SAVE_TIMEOUT = 2.0
"""Maximum seconds to save the sessions when the server stops."""


class SessionManager(SessionCalls):
    """The sessions of one process. Its methods may be called from any thread; none of them blocks for long.

    `frame_rate` decides how many frames per second each page gets.
    """

    def __init__(
        self,
        settings: Settings,
        scheduler: Scheduler,
        *,
        session_store: SessionStore | None = None,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
        session_ids: SessionIds | None = None,
    ) -> None:
        """Create a manager without sessions.

        Args:
            settings: the server's settings.
            scheduler: gives the sessions turns; `start` and `stop` start and end its threads.
            session_store: saves and loads sessions; None for sessions that live in memory only.
            metrics: counts epochs, frames and refusals.
            clock: returns seconds.
            session_ids: makes the ids of sessions; by default this process owns all sessions.
        """
        self.metrics = metrics or Metrics()
        self.clock = clock
        self.frame_rate = FrameRate(settings)
        self._settings = settings
        self._scheduler = scheduler
        registry = ActorRegistry(
            settings,
            scheduler,
            session_store,
            metrics=self.metrics,
            clock=clock,
            session_ids=session_ids or SessionIds(),
        )
        super().__init__(registry, session_store)
        self._switch_interval = sys.getswitchinterval()

    def start(self) -> None:
        """Start the threads, and shorten the switch interval of Python's global lock.

        With the default of 5 ms, the event loop would wait that long for a training thread.
        """
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(self._settings.switch_interval)
        if self._session_store is not None:
            self._session_store.start(
                lost=self._registry.request_full_records, present=self._registry.sessions_in_use
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop training, save all sessions and end the threads."""
        self._scheduler.stop()
        self._registry.save_all()
        if self._session_store is not None:
            self._session_store.stop(SAVE_TIMEOUT)
        sys.setswitchinterval(self._switch_interval)

    def __len__(self) -> int:
        """Return the number of sessions in memory."""
        return len(self._registry.actors)

    def share_limits(self, processes: int, elsewhere: int) -> None:
        """Share the limits on sessions with other processes, which have `elsewhere` sessions in memory."""
        with self._registry.lock:
            self._registry.admission.share(processes, elsewhere)
        self.frame_rate.share(elsewhere)

    def share_rooms(self, reserved: int, elsewhere: int) -> int:
        """Reserve places as `reserve_for_rooms`, and share them with other processes.

        Args:
            reserved: the number of places.
            elsewhere: how many sessions of rooms the other processes have in memory.

        Returns:
            how many sessions of rooms this process has in memory.
        """
        with self._registry.lock:
            self._registry.admission.reserve_for_rooms(reserved)
            self._registry.admission.share_rooms(elsewhere)
            return self._registry.admission.in_rooms

    def with_session_ids(self, work: Callable[[Collection[str]], T]) -> T:
        """Call a function with the ids of the sessions in memory, while none is added or removed."""
        with self._registry.lock:
            return work(self._registry.actors.keys())

    def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored."""
        return self._registry.exists(session_id)

    def can_resume(self, session_id: str) -> bool:
        """Return whether a client may resume a session: it is in memory, or can be loaded."""
        registry = self._registry
        with registry.lock:
            named = registry.views.find(session_id) or session_id
            return named in registry.actors or (registry.exists(named) and registry.admission.can_load)

    def is_full_for(self, address: str | None) -> bool:
        """Return whether a new session from an address would be refused."""
        with self._registry.lock:
            return self._registry.admission.is_full_for(address)

    def reserve_for_rooms(self, count: int) -> None:
        """Keep up to half of the places, at most `count`, for the sessions of learners in rooms."""
        with self._registry.lock:
            self._registry.admission.reserve_for_rooms(count)

    def connect(
        self,
        message: wire.Open,
        outbox: Outbox,
        before: Connection | None = None,
        *,
        address: str | None = None,
        may_change: bool = True,
    ) -> Connection:
        """Connect a client to the session named in its `open`, or to a new one; post `welcome` to the outbox.

        Args:
            message: the client's `open`.
            outbox: the client's outbox.
            before: the client's previous connection, if any; its frame clock is used again.
            address: the client's address.
            may_change: whether the client may change the session; a new one it always may.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the config is not accepted.
        """
        registry = self._registry
        config = validated_config(message)
        with registry.lock:
            actor = registry.find(message.session or "", ref=message.ref, address=address)
            resumed = actor is not None
            if message.resume_only and not resumed:
                raise wire_errors.no_such_session(message.session or "", ref=message.ref, field="session")
            if actor is None or actor.is_loading:
                SizeLimits.of(self._settings).check(config, ref=message.ref)
                create = partial(Session, config, speed=message.speed, playing=message.playing)
                if actor is None:
                    actor = registry.create(create, ref=message.ref, address=address, config=config)
                else:
                    actor.create = create
            if actor.users >= self._settings.max_pages_per_session:
                raise wire_errors.session_full(self._settings.max_pages_per_session, ref=message.ref)
            actor.users, actor.unused_since, actor.replaced = actor.users + 1, math.inf, False
        connection = Connection(
            actor,
            outbox,
            outbox.bind(),
            resumed=resumed,
            by_view=resumed and is_view_id(message.session or ""),
            may_change=may_change,
            frame_clock=AdaptiveFrameClock(self.frame_rate) if before is None else before.frame_clock,
            compresses=self.frame_rate.compression_for(address, able=message.packing),
        )
        actor.enqueue(Join(connection))
        self._wake(actor)
        return connection

    def receive(self, connection: Connection, message: wire.AnyClientMessage) -> None:
        """Pass a client's message to its session; replies go to the client's outbox."""
        connection.sent += 1
        connection.actor.enqueue(IncomingMessage(connection, message))
        self._wake(connection.actor)

    def wake(self, connection: Connection) -> None:
        """Have the frame made that the client could not receive before."""
        self._wake(connection.actor)

    def disconnect(self, connection: Connection, *, replaced: bool = False) -> None:
        """End a connection. The session stays in memory for a while.

        Args:
            connection: the connection.
            replaced: whether the client switched to another session. If this one is then not in use, it is
                paused and evicted first, or deleted if it was never changed or trained.
        """
        actor = connection.actor
        with self._registry.lock:
            actor.users -= 1
            if not actor.users:
                actor.unused_since = self.clock()
                actor.replaced = replaced and connection.may_change  # who only looked leaves it as it is
                sent_nothing = connection.sent == 1 or not connection.pending
                if replaced and not connection.resumed and sent_nothing and actor.is_untouched:
                    self.delete(actor.session_id)
        actor.enqueue(Leave(connection))
        self._wake(actor)

    def create(
        self,
        config: TrainingConfig,
        *,
        data: Dataset | None = None,
        parameters: Floats | None = None,
        pruned: Mask | None = None,
        buffers: Floats | None = None,
        speed: float | None = 60.0,
        playing: bool = False,
        owner: str | None = None,
        session_id: str | None = None,
    ) -> str:
        """Register a session without a client, and return its id.

        The first `submit` creates it, and fails if data or parameters do not fit the config.

        Args:
            config: the settings of its training.
            data: training and test points, instead of those of the config's dataset.
            parameters: initial weights and biases, instead of random ones.
            pruned: which of them L1 regularization keeps at 0.
            buffers: the layers' buffers (running statistics), flat.
            speed: epochs per second, None for as fast as possible.
            playing: whether it starts training immediately.
            owner: the address of the REST client, or `ROOMS`.
            session_id: its id, which no other session may have; by default a new one.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the training is too large.
        """
        create = partial(
            Session,
            config,
            speed=speed,
            playing=playing,
            data=data,
            parameters=parameters,
            pruned=pruned,
            buffers=buffers,
        )
        return self._register(create, config, owner, points=points_in(data), session_id=session_id)

    def create_copy(self, original: SessionCopy, *, owner: str | None = None) -> str:
        """Register a copy of a session, and return its id; raises as `create`."""
        return self._register(
            original.create, original.config, owner, points=original.points, rival=original.rival
        )

    def create_from_model(self, model: TrainedModel, *, owner: str | None = None) -> str:
        """Register a session that continues to train a model, and return its id; raises as `create`."""
        return self._register(model.create, model.config, owner, points=model.points)

    def _register(
        self,
        create: Callable[[], Session],
        config: TrainingConfig,
        owner: str | None,
        *,
        points: int = 0,
        rival: TrainingConfig | None = None,
        session_id: str | None = None,
    ) -> str:
        SizeLimits.of(self._settings).check(config, rival=rival)
        with self._registry.lock:
            actor = self._registry.create(
                create,
                ref=None,
                address=owner,
                config=config,
                points=points,
                rival=rival,
                session_id=session_id,
            )
            actor.unused_since = self.clock()
        return actor.session_id

    def delete(self, session_id: str) -> None:
        """Delete a session from memory and the store. Its connections are closed; pages open a new session.

        Raises:
            UnknownSession: there is no such session.
        """
        with self._registry.lock:
            if not self.exists(session_id):
                raise UnknownSession(session_id)
            actor = self._registry.actors.get(session_id)
            if actor is not None:
                self._registry.remove(actor)
            if self._session_store is not None:
                self._session_store.delete(session_id)
            self._registry.views.discard(session_id)
            self._registry.stored_quotas.discard(session_id)
