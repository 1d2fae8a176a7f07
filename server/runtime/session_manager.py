"""Many sessions on a few threads: who is there, who may come, who must go.

`SessionManager` is all that the websocket and REST know of the training. Another host, with its sessions in
other processes or on other machines, would have to offer the same few methods.
"""

import logging
import math
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from pydantic import ValidationError

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.limits import quotas, training_size
from server.metrics import Metrics
from server.protocol import messages as wire
from server.runtime.checkpointer import Checkpointer
from server.runtime.frame_rate import AdaptiveFrameClock, FrameRate
from server.runtime.outbox import Outbox
from server.runtime.scheduler import ScheduledTask, Scheduler
from server.runtime.session_actor import (
    Connection,
    IncomingMessage,
    Join,
    Leave,
    SessionActor,
    SessionCall,
    UnknownSession,
)
from server.sessions.record_codec import UnreadableRecord
from server.sessions.rules import Rules
from server.sessions.session import Data, Session
from server.sessions.session_record import restore
from server.settings import Settings
from server.storage.session_store import Found, SessionStore

__all__ = ["SessionManager", "UnknownSession"]

_SAVE_WITHIN = 2.0
"""Seconds that the last sessions have to be saved in when the server stops."""

T = TypeVar("T")

log = logging.getLogger(__name__)


class SessionManager:
    """The sessions of one process. Its methods may be called from any thread; none of them takes long."""

    def __init__(
        self,
        settings: Settings,
        scheduler: Scheduler,
        *,
        session_store: SessionStore | None = None,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without sessions.

        Args:
            settings: the server's.
            scheduler: gives the sessions turns; `start` and `stop` start and end its threads.
            session_store: saves sessions and brings them back; None: they live in memory only.
            metrics: count what is done.
            clock: seconds.
        """
        self.metrics = metrics or Metrics()
        self.clock = clock
        self.frame_rate = FrameRate(settings)
        self._keeper = session_store
        self._settings = settings
        self._scheduler = scheduler
        self._lock = threading.RLock()  # a course that ends with its session gives it up
        self._tasks: dict[str, ScheduledTask] = {}
        self._actors: dict[str, SessionActor] = {}
        self._rules: dict[str, Rules] = {}
        self._owners = quotas.Quota(settings.max_sessions, settings.max_sessions_per_address)
        self._switch_interval = sys.getswitchinterval()

    def start(self) -> None:
        """Start the threads.

        The interpreter hands its lock on sooner from now on: with the usual 5 ms, the event loop would wait
        that long behind each training thread.
        """
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(self._settings.switch_interval)
        if self._keeper is not None:
            self._keeper.start(lost=self._record_again, present=self._attended)
        self._scheduler.start()

    def stop(self) -> None:
        """Stop training, save all sessions and end the threads."""
        self._scheduler.stop()
        for actor in list(self._actors.values()):
            actor.save()
            actor.close()  # nobody would answer its orders
        if self._keeper is not None:
            self._keeper.stop(_SAVE_WITHIN)
        sys.setswitchinterval(self._switch_interval)

    def __len__(self) -> int:
        """Return how many sessions there are."""
        return len(self._actors)

    def exists(self, identity: str) -> bool:
        """Return whether there is such a session."""
        return identity in self._actors or (self._keeper is not None and identity in self._keeper)

    def can_resume(self, identity: str) -> bool:
        """Return whether whoever comes back to a session finds room: it is in memory, or fits beside."""
        with self._lock:
            return identity in self._actors or (self.exists(identity) and not self._owners.reserve_used)

    def is_full_for(self, address: str | None) -> bool:
        """Return whether a new session from an address would be refused."""
        owner = quotas.client_network(address)
        with self._lock:
            if self._owners.full_for(owner) and self._oldest(owner) is None:
                return True
            return self._owners.full and self._oldest() is None

    def connect(
        self,
        message: wire.Open,
        outbox: Outbox,
        before: Connection | None = None,
        *,
        address: str | None = None,
    ) -> Connection:
        """Seat a client at the session that it names, or at a new one. The welcome comes by mail.

        Args:
            message: what the client said.
            outbox: the client's.
            before: the seat that the client had until now, if any: its frames keep to one rate.
            address: the client's.

        Raises:
            MessageError: the config is not valid or too large, or the server is full.
        """
        try:
            config = TrainingConfig().changed(message.config or {})
        except ValidationError as problem:
            raise wire_errors.MessageError(wire_errors.invalid(problem, ref=message.ref)) from None
        with self._lock:
            actor = self._find(message.session or "", ref=message.ref, address=address)
            resumed = actor is not None
            if actor is None or actor.absent:
                training_size.SizeLimits.of(self._settings).check(config, ref=message.ref)
                make = partial(Session, config, speed=message.speed, playing=message.playing)
                if actor is None:
                    actor = self._create(make, ref=message.ref, address=address)
                else:
                    actor.make_instead(make)
            actor.attended += 1
            actor.left_at, actor.replaced = math.inf, False
        frames = AdaptiveFrameClock(self.frame_rate) if before is None else before.frames
        compresses = self.frame_rate.compression_for(address, able=message.packing)
        seat = Connection(actor, outbox, outbox.bind(), resumed=resumed, frames=frames, compresses=compresses)
        actor.put(Join(seat))
        self._wake(actor)
        return seat

    def receive(self, seat: Connection, message: wire.AnyClientMessage) -> None:
        """Pass a client's message on. Answers come by mail."""
        seat.sent += 1
        seat.actor.put(IncomingMessage(seat, message))
        self._wake(seat.actor)

    def wake(self, seat: Connection) -> None:
        """Have a frame made that could not be taken before."""
        self._wake(seat.actor)

    def disconnect(self, seat: Connection, *, replaced: bool = False) -> None:
        """Give a seat up. The session stays for a while.

        Args:
            seat: the seat.
            replaced: whether the client took another: what nobody else looks at then pauses at once, and is
            the first to give way.
        """
        actor = seat.actor
        with self._lock:
            actor.attended -= 1
            if not actor.attended:
                actor.left_at, actor.replaced = self.clock(), replaced
        actor.put(Leave(seat))
        self._wake(actor)

    # -- programs

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
        """Make a place for a session that nobody looks at, and return its id.

        The first order begins it, and fails if data or parameters do not fit the config.

        Args:
            config: its settings.
            data: points of its own.
            parameters: first weights and biases of its own.
            speed: epochs a second, None for as many as can be had.
            playing: whether it trains at once.
            owner: the address that asked for it.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or network or data are too large.
        """
        training_size.SizeLimits.of(self._settings).check(config)
        make = partial(Session, config, speed=speed, playing=playing, data=data, parameters=parameters)
        with self._lock:
            actor = self._create(make, ref=None, address=owner)
            actor.left_at = self.clock()
        return actor.identity

    def submit(self, identity: str, work: Callable[[Session], T]) -> Future[T]:
        """Have something done with a session, in its next turn; this counts as attention.

        All who look on get the new state, if there is one, before the future has its result. An order that
        is not begun may be cancelled.

        Args:
            identity: the session's id.
            work: what to do; it must be short, for all that the same thread serves wait meanwhile.

        Raises:
            UnknownSession: there is none. The future raises it too, if the session goes meanwhile.
        """
        future: Future[T] = Future()
        with self._lock:
            actor = self._attend(identity, 0)
            actor.put(SessionCall(work, future))
        self._wake(actor)
        return future

    def inspect(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Have a look at a session that is in memory, in its next turn; this is no attention.

        Args:
            identity: the session's id.
            work: as with `order`; it changes nothing.

        Returns:
            what came of it, in time; None if there is no such session in memory.
        """
        future: Future[T] = Future()
        with self._lock:
            actor = self._actors.get(identity)
            if actor is None or actor.absent:
                return None
            actor.put(SessionCall(work, future))
        self._wake(actor)
        return future

    def inspect_stored(self, identity: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Have a look at a session that is kept and not in memory, as it was when it left; it stays away.

        Args:
            identity: the session's id.
            work: as with `order`, on a session of its own.

        Returns:
            what came of it, in time; None if there is no such session but in memory.
        """
        with self._lock:
            session_store = self._keeper
            if session_store is None or identity in self._actors or identity not in session_store:
                return None
        future: Future[T] = Future()

        def look(found: Found | None) -> None:
            try:
                if found is None:
                    raise UnknownSession(identity)
                future.set_result(work(restore(found.record)))
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is for who asked
                future.set_exception(problem)

        session_store.fetch(identity, look)
        return future

    def set_rules(self, identity: str, rules: Rules | None) -> None:
        """Say what a classroom forbids a session, or that it belongs to none any more.

        It need not be in memory: what is said holds whenever it comes there.
        """
        with self._lock:
            if rules is None:
                self._rules.pop(identity, None)
            else:
                self._rules[identity] = rules
            actor = self._actors.get(identity)
            if actor is None:
                return
            actor.rules = rules
            actor.put(SessionCall(lambda session: session.set_rules(rules), Future()))
        self._wake(actor)

    def has_rules(self, identity: str) -> bool:
        """Return whether a session belongs to a classroom."""
        return identity in self._rules

    def retain(self, identity: str) -> None:
        """Keep a session attended until `release`, as a page would.

        Raises:
            UnknownSession: there is none.
        """
        with self._lock:
            self._attend(identity, 1)

    def release(self, identity: str) -> None:
        """Give up what `hold` took."""
        with self._lock:
            actor = self._actors.get(identity)
            if actor is None:
                return
            self._attend(identity, -1)
        self._wake(actor)

    def delete(self, identity: str) -> None:
        """Forget a session at once. Pages that look at it are closed; they come back with one of their own.

        Raises:
            UnknownSession: there is none.
        """
        with self._lock:
            if not self.exists(identity):
                raise UnknownSession(identity)
            actor = self._actors.get(identity)
            if actor is not None:
                self._forget(actor)
            if self._keeper is not None:
                self._keeper.delete(identity)

    def _attend(self, identity: str, more: int) -> SessionActor:
        """Return a session's actor, attended by so many more from now on (with the lock held)."""
        actor = self._find(identity)
        if actor is None:
            raise UnknownSession(identity)
        actor.attended += more
        actor.replaced = False
        actor.left_at = math.inf if actor.attended else self.clock()
        return actor

    # -- coming and going

    def _find(
        self, identity: str, *, ref: int | None = None, address: str | None = None
    ) -> SessionActor | None:
        """Return a session's actor (with the lock held); one that is stored is brought, absent until then.

        Raises:
            server.errors.wire_errors.MessageError: it is stored, and the server is full.
        """
        actor = self._actors.get(identity)
        if actor is None and self._keeper is not None and identity in self._keeper:
            make = partial(_none, identity)
            actor = self._create(make, ref=ref, address=address, identity=identity)
            actor.absent = True
            actor.left_at = self.clock()
            self._keeper.fetch(identity, partial(self._bring, actor))
        return actor

    def _bring(self, actor: SessionActor, found: Found | None) -> None:
        """Give an actor its session (on the keeper's thread)."""
        session = None
        if found is not None:
            try:
                session = restore(found.record)
            except UnreadableRecord as problem:
                log.error("session %s is stored in a way that cannot be read: %s", actor.identity, problem)
        with self._lock:
            if session is None and self._actors.get(actor.identity) is actor:
                # What is stored under the old name stays as it is, and may be readable another time.
                task = self._tasks.pop(actor.identity)
                del self._actors[actor.identity]
                self._name(actor, secrets.token_urlsafe(16), task)
            if found is not None and actor.checkpoints is not None:
                actor.checkpoints.place.created = found.created
            actor.bring(session)
        self._wake(actor)

    def _name(self, actor: SessionActor, identity: str, task: ScheduledTask) -> None:
        actor.identity = identity
        actor.rules = self._rules.get(identity)
        self._actors[identity], self._tasks[identity] = actor, task
        if self._keeper is not None:
            place = self._keeper.place(identity)
            every = self._settings.checkpoint_every
            actor.checkpoints = Checkpointer(self._keeper, place, every=every)

    def _record_again(self, identities: Iterable[str]) -> None:
        """Have sessions recorded as a whole: what is stored of them is lost."""
        for identity in identities:
            actor = self._actors.get(identity)
            if actor is not None and actor.checkpoints is not None:
                actor.checkpoints.again()
                self._wake(actor)

    def _attended(self) -> list[str]:
        with self._lock:
            return [actor.identity for actor in self._actors.values() if actor.attended]

    def _create(
        self,
        make: Callable[[], Session],
        *,
        ref: int | None,
        address: str | None,
        identity: str | None = None,
    ) -> SessionActor:
        """Make room for a session and begin it, or one that is stored (with the lock held)."""
        owner = quotas.client_network(address)
        if identity is None or self._owners.reserve_used:
            if self._owners.full_for(owner):
                self._evict(wire_errors.address_full(self._settings.max_sessions_per_address, ref=ref), owner)
            while self._owners.full:
                self._evict(wire_errors.server_full(len(self._actors), self._settings.max_sessions, ref=ref))
        elif self._owners.full and (oldest := self._oldest()) is not None:
            self._forget(oldest)
        identity = identity or secrets.token_urlsafe(16)
        actor = SessionActor(
            identity,
            make,
            self._settings,
            clock=self.clock,
            retire=self._retire,
            owner=owner,
            metrics=self.metrics,
        )
        self._name(actor, identity, ScheduledTask(actor))
        self._owners.acquire(owner)
        return actor

    def _evict(self, refusal: wire_errors.MessageError, owner: str | None = None) -> None:
        """Remove the session that is the first to give way, or refuse (with the lock held)."""
        oldest = self._oldest(owner)
        if oldest is None:
            raise refusal
        self._forget(oldest)

    def _oldest(self, owner: str | None = None) -> SessionActor | None:
        """Return the session that was left longest ago, those replaced first; None if none may give way.

        Args:
            owner: whose sessions, by default everybody's.
        """
        left = [a for a in self._actors.values() if not a.attended and owner in {None, a.owner}]
        oldest = min(left, key=lambda actor: (not actor.replaced, actor.left_at), default=None)
        latest = self.clock() - self._settings.session_grace
        return oldest if oldest and (oldest.replaced or oldest.left_at <= latest) else None

    def _retire(self, actor: SessionActor) -> bool:
        """Remove a session that nobody comes back to; return whether it is gone."""
        with self._lock:
            gone = not actor.attended and not actor.waited_for
            if gone:
                self._forget(actor)
            return gone

    def _forget(self, actor: SessionActor) -> None:
        if self._actors.pop(actor.identity, None) is not None:
            self._owners.release(actor.owner)
        task = self._tasks.pop(actor.identity, None)
        if task is not None:
            self._scheduler.remove(task)
        actor.close()

    def _wake(self, actor: SessionActor) -> None:
        task = self._tasks.get(actor.identity)
        if task is not None:
            self._scheduler.wake(task)


def _none(identity: str) -> Session:
    """Make no session: there was one, and it cannot be had."""
    raise UnknownSession(identity)
