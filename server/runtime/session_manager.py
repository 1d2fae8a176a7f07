"""The interface through which the websockets, REST and the classroom use sessions.

`SessionManager` runs the sessions of one process. To run them in other processes or on other machines,
replace it by a class with the same methods.
"""

import math
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.limits.training_size import SizeLimits, validated_config
from server.metrics import Metrics
from server.protocol import messages as wire
from server.runtime.actor_registry import ActorRegistry
from server.runtime.connection import (
    ConnectedActor,
    Connection,
    IncomingMessage,
    Join,
    Leave,
    SessionCall,
    SessionUnavailable,
    UnknownSession,
)
from server.runtime.frame_rate import AdaptiveFrameClock, FrameRate
from server.runtime.outbox import Outbox
from server.runtime.scheduler import Scheduler
from server.sessions.rules import Rules
from server.sessions.session import Data, Session
from server.sessions.session_record import restore
from server.sessions.view_ids import is_view_id
from server.settings import Settings
from server.storage.session_store import SessionStore
from server.storage.stored_session import LoadedSession, LoadResult

__all__ = ["SessionManager", "SessionUnavailable", "UnknownSession"]

SAVE_TIMEOUT = 2.0
"""Most seconds to save the sessions when the server stops."""

T = TypeVar("T")


class SessionManager:
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
    ) -> None:
        """Create a manager without sessions.

        Args:
            settings: the server's settings.
            scheduler: gives the sessions turns; `start` and `stop` start and end its threads.
            session_store: saves and loads sessions; None for sessions that live in memory only.
            metrics: counts epochs, frames and refusals.
            clock: returns seconds.
        """
        self.metrics = metrics or Metrics()
        self.clock = clock
        self.frame_rate = FrameRate(settings)
        self._settings = settings
        self._scheduler = scheduler
        self._session_store = session_store
        self._registry = ActorRegistry(settings, scheduler, session_store, metrics=self.metrics, clock=clock)
        self._switch_interval = sys.getswitchinterval()

    def start(self) -> None:
        """Start the threads, and shorten the switch interval of Python's global lock.

        With the default of 5 ms, the event loop would wait that long for a training thread.
        """
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(self._settings.switch_interval)
        if self._session_store is not None:
            self._session_store.start(lost=self._registry.record_again, present=self._registry.attended)
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

    def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored."""
        return self._registry.exists(session_id)

    def can_resume(self, session_id: str) -> bool:
        """Return whether a client may resume a session: it is in memory, or can be loaded."""
        registry = self._registry
        with registry.lock:
            loadable = registry.exists(session_id) and registry.admission.can_load
            return loadable or session_id in registry.actors

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
    ) -> Connection:
        """Connect a client to the session named in its `open`, or to a new one; post `welcome` to the outbox.

        Args:
            message: the client's `open`.
            outbox: the client's outbox.
            before: the client's previous connection, if any; its frame clock is used again.
            address: the client's address.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the config is not accepted.
        """
        registry = self._registry
        config = validated_config(message)
        with registry.lock:
            actor = registry.find(message.session or "", ref=message.ref, address=address)
            resumed = actor is not None
            if actor is None or actor.absent:
                SizeLimits.of(self._settings).check(config, ref=message.ref)
                create = partial(Session, config, speed=message.speed, playing=message.playing)
                if actor is None:
                    actor = registry.create(create, ref=message.ref, address=address, config=config)
                else:
                    actor.create = create
            if actor.attended >= self._settings.max_pages_per_session:
                raise wire_errors.session_full(self._settings.max_pages_per_session, ref=message.ref)
            actor.attended, actor.left_at, actor.replaced = actor.attended + 1, math.inf, False
        connection = Connection(
            actor,
            outbox,
            outbox.bind(),
            resumed=resumed,
            looks_only=resumed and is_view_id(message.session or ""),
            frame_clock=AdaptiveFrameClock(self.frame_rate) if before is None else before.frame_clock,
            compresses=self.frame_rate.compression_for(address, able=message.packing),
        )
        actor.put(Join(connection))
        self._wake(actor)
        return connection

    def receive(self, connection: Connection, message: wire.AnyClientMessage) -> None:
        """Pass a client's message to its session; replies go to the client's outbox."""
        connection.sent += 1
        connection.actor.put(IncomingMessage(connection, message))
        self._wake(connection.actor)

    def wake(self, connection: Connection) -> None:
        """Have a frame made that the client could not receive before."""
        self._wake(connection.actor)

    def disconnect(self, connection: Connection, *, replaced: bool = False) -> None:
        """End a connection. The session stays in memory for a while.

        Args:
            connection: the connection.
            replaced: whether the client changed to another session; then this one, if it is not in use,
                pauses and is evicted first, or is deleted if nothing was done in it.
        """
        actor = connection.actor
        with self._registry.lock:
            actor.attended -= 1
            if not actor.attended:
                actor.left_at, actor.replaced = self.clock(), replaced
                if replaced and not connection.resumed and actor.is_untouched:
                    self.delete(actor.session_id)
        actor.put(Leave(connection))
        self._wake(actor)

    def create(
        self,
        config: TrainingConfig,
        *,
        data: Data | None = None,
        parameters: Sequence[float] | None = None,
        speed: float | None = 60.0,
        playing: bool = False,
        owner: str | None = None,
    ) -> str:
        """Register a session without a client, and return its id.

        The first `submit` creates it, and fails if data or parameters do not fit the config.

        Args:
            config: the settings of its training.
            data: training and test points, instead of those of the config's dataset.
            parameters: initial weights and biases, instead of random ones.
            speed: epochs per second, None for as fast as possible.
            playing: whether it starts training immediately.
            owner: the address of the REST client, or `ROOMS`.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the training is too large.
        """
        SizeLimits.of(self._settings).check(config)
        create = partial(Session, config, speed=speed, playing=playing, data=data, parameters=parameters)
        with self._registry.lock:
            actor = self._registry.create(create, ref=None, address=owner, config=config)
            actor.left_at = self.clock()
        return actor.session_id

    def submit(self, session_id: str, work: Callable[[Session], T]) -> Future[T]:
        """Call a function with a session in its next turn; this counts as use of the session.

        If the function changes the session, all clients get the new state before the future gets its result.
        A call that has not started can be cancelled.

        Args:
            session_id: the session's id.
            work: the function; it must be fast, because other sessions wait for the thread.

        Raises:
            UnknownSession: there is no such session. The future gets it if the session is removed meanwhile,
                and `SessionUnavailable` if the database cannot be read.
        """
        future: Future[T] = Future()
        with self._registry.lock:
            actor = self._registry.attend(session_id, 0)
            actor.put(SessionCall(work, future))
        self._wake(actor)
        return future

    def inspect(self, session_id: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Call a function as `submit` does, but without using the session, which it must not change.

        Returns:
            a future of the result, None if the session is not in memory.
        """
        future: Future[T] = Future()
        with self._registry.lock:
            actor = self._registry.actors.get(session_id)
            if actor is None or actor.absent:
                return None
            actor.put(SessionCall(work, future))
        self._wake(actor)
        return future

    def inspect_stored(self, session_id: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Call a function with a copy of a stored session that is not in memory.

        Args:
            session_id: the session's id.
            work: the function; it runs on the store's thread.

        Returns:
            a future of the result, None if the session is in memory or not stored.
        """
        with self._registry.lock:
            store = self._session_store
            if store is None or session_id in self._registry.actors or session_id not in store:
                return None
        future: Future[T] = Future()

        def done(loaded: LoadResult) -> None:
            try:
                if not isinstance(loaded, LoadedSession):
                    raise UnknownSession(session_id) if loaded is None else SessionUnavailable(session_id)
                future.set_result(work(restore(loaded.record)))
            except Exception as problem:  # noqa: BLE001 - every exception is passed to the caller
                future.set_exception(problem)

        store.fetch(session_id, done)
        return future

    def set_rules(self, session_id: str, rules: Rules | None) -> None:
        """Set the rules of a session, in memory or not; None if it does not belong to a classroom."""
        with self._registry.lock:
            if rules is None:
                self._registry.rules.pop(session_id, None)
            else:
                self._registry.rules[session_id] = rules
            actor = self._registry.actors.get(session_id)
            if actor is None:
                return
            actor.rules = rules
            actor.put(SessionCall(lambda session: session.set_rules(rules), Future()))
        self._wake(actor)

    def rules_of(self, session_id: str) -> Rules | None:
        """Return the rules of a session, None if it does not belong to a classroom."""
        return self._registry.rules.get(session_id)

    def retain(self, session_id: str) -> None:
        """Count one more user of a session until `release`, so that it stays in memory.

        Raises:
            UnknownSession: there is no such session.
        """
        with self._registry.lock:
            self._registry.attend(session_id, 1)

    def release(self, session_id: str) -> None:
        """Undo one `retain`; does nothing if the session is not in memory."""
        with self._registry.lock:
            actor = self._registry.actors.get(session_id)
            if actor is None:
                return
            self._registry.attend(session_id, -1)
        self._wake(actor)

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

    def _wake(self, actor: ConnectedActor) -> None:
        self._registry.wake(actor.session_id)
