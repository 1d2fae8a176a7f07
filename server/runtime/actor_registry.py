"""The sessions in memory: finds, loads, creates and removes their actors."""

import logging
import math
import secrets
import threading
from collections.abc import Callable, Iterable
from functools import partial

from server.limits.quotas import client_network
from server.metrics import Metrics
from server.runtime.admission import Admission
from server.runtime.checkpointer import Checkpointer
from server.runtime.connection import UnknownSession
from server.runtime.scheduler import ScheduledTask, Scheduler
from server.runtime.session_actor import SessionActor
from server.sessions.record_codec import UnreadableRecord
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.sessions.session_record import restore
from server.settings import Settings
from server.storage.session_store import SessionStore
from server.storage.stored_session import LoadedSession

log = logging.getLogger(__name__)


class ActorRegistry:
    """The actors of one process, by the ids of their sessions.

    Attributes:
        lock: to be held for every method that says so.
        actors: the sessions in memory; only this class changes it.
        rules: what classrooms forbid sessions, in memory or not.
        stopped: whether actors get no more turns; set by `save_all`.
        admission: keeps the number of sessions within the limits.
    """

    def __init__(
        self,
        settings: Settings,
        scheduler: Scheduler,
        session_store: SessionStore | None,
        *,
        metrics: Metrics,
        clock: Callable[[], float],
    ) -> None:
        """Create it without sessions; the arguments are as for `SessionManager`."""
        self.lock = threading.RLock()  # a run that ends with its session releases it, on the same thread
        self.actors: dict[str, SessionActor] = {}
        self.rules: dict[str, Rules] = {}
        self.stopped = False
        self.admission = Admission(settings, self.actors, remove=self.remove, clock=clock)
        self._settings = settings
        self._scheduler = scheduler
        self._session_store = session_store
        self._metrics = metrics
        self._clock = clock
        self._tasks: dict[str, ScheduledTask] = {}

    def exists(self, session_id: str) -> bool:
        """Return whether there is such a session, in memory or stored."""
        return session_id in self.actors or self.is_stored(session_id)

    def is_stored(self, session_id: str) -> bool:
        """Return whether the store may have such a session."""
        return self._session_store is not None and session_id in self._session_store

    def find(
        self, session_id: str, *, ref: int | None = None, address: str | None = None
    ) -> SessionActor | None:
        """Return a session's actor, None if there is no such session (with the lock held).

        A stored session is loaded; its actor is absent until then.

        Raises:
            server.errors.wire_errors.MessageError: the session is stored, and the server is full.
        """
        actor = self.actors.get(session_id)
        if actor is None and self._session_store is not None and session_id in self._session_store:
            actor = self.create(
                partial(_raise_unknown, session_id), ref=ref, address=address, session_id=session_id
            )
            actor.absent = True
            actor.left_at = self._clock()
            self._session_store.fetch(session_id, partial(self._finish_loading, actor))
        return actor

    def attend(self, session_id: str, change: int) -> SessionActor:
        """Return a session's actor, and change the number of its users (with the lock held).

        Raises:
            UnknownSession: there is no such session.
        """
        actor = self.find(session_id)
        if actor is None:
            raise UnknownSession(session_id)
        actor.attended += change
        actor.replaced = False
        actor.left_at = math.inf if actor.attended else self._clock()
        return actor

    def create(
        self,
        create: Callable[[], Session],
        *,
        ref: int | None,
        address: str | None,
        session_id: str | None = None,
    ) -> SessionActor:
        """Create an actor (with the lock held).

        Args:
            create: creates its session, in its first turn.
            ref: for the error.
            address: the client's; its network counts for the session.
            session_id: the id of a stored session; None for a new one.

        Raises:
            server.errors.wire_errors.MessageError: the server is full.
        """
        owner = client_network(address)
        self.admission.admit(owner, stored=session_id is not None, ref=ref)
        session_id = session_id or secrets.token_urlsafe(16)
        actor = SessionActor(
            session_id,
            create,
            self._settings,
            clock=self._clock,
            retire=self._retire,
            owner=owner,
            metrics=self._metrics,
        )
        self._register(actor, session_id, ScheduledTask(actor))
        return actor

    def remove(self, actor: SessionActor) -> None:
        """Remove a session from memory (with the lock held); what is stored of it stays."""
        if self.actors.pop(actor.session_id, None) is not None:
            self.admission.release(actor.owner)
        task = self._tasks.pop(actor.session_id, None)
        if task is not None:
            self._scheduler.remove(task)
        actor.close()

    def wake(self, session_id: str) -> None:
        """Give a session's actor a turn soon."""
        task = self._tasks.get(session_id)
        if task is not None:
            self._scheduler.wake(task)

    def record_again(self, session_ids: Iterable[str]) -> None:
        """Have whole sessions recorded again, because what is stored of them is lost.

        When the server stops, no turn would do it any more: then they are recorded at once.
        """
        for session_id in session_ids:
            actor = self.actors.get(session_id)
            if actor is None or actor.checkpointer is None:
                continue
            actor.checkpointer.record_everything()
            with self.lock:
                if self.stopped:
                    actor.save()
            self.wake(session_id)

    def save_all(self) -> None:
        """Record everything that is new and close all actors; the scheduler must have stopped."""
        with self.lock:
            self.stopped = True
            for actor in list(self.actors.values()):
                actor.save()
                actor.close()  # or its calls would never be answered

    def attended(self) -> list[str]:
        """Return the ids of the sessions that are in use."""
        with self.lock:
            return [actor.session_id for actor in self.actors.values() if actor.attended]

    def _finish_loading(self, actor: SessionActor, loaded: LoadedSession | None) -> None:
        """Give an actor its session (on the store's thread)."""
        session = None
        if loaded is not None:
            try:
                session = restore(loaded.record)
            except UnreadableRecord as problem:
                log.error("session %s is stored in a way that cannot be read: %s", actor.session_id, problem)
        with self.lock:
            if session is None and self.actors.get(actor.session_id) is actor:
                # The new session gets another id: the stored one stays, and may be readable another time.
                task = self._tasks.pop(actor.session_id)
                del self.actors[actor.session_id]
                self._register(actor, secrets.token_urlsafe(16), task)
            if loaded is not None and actor.checkpointer is not None:
                actor.checkpointer.stored.created = loaded.created
            actor.finish_loading(session)
        self.wake(actor.session_id)

    def _register(self, actor: SessionActor, session_id: str, task: ScheduledTask) -> None:
        actor.session_id = session_id
        actor.rules = self.rules.get(session_id)
        self.actors[session_id], self._tasks[session_id] = actor, task
        if self._session_store is not None:
            stored = self._session_store.track(session_id)
            interval = self._settings.checkpoint_every
            actor.checkpointer = Checkpointer(self._session_store, stored, interval=interval)

    def _retire(self, actor: SessionActor) -> bool:
        """Remove a session whose lifetime is over; return whether it is removed."""
        with self.lock:
            unused = not actor.attended and not actor.has_events
            if unused:
                self.remove(actor)
            return unused


def _raise_unknown(session_id: str) -> Session:
    """Stand in for a session that is being loaded; raise `UnknownSession` if it cannot be loaded."""
    raise UnknownSession(session_id)
