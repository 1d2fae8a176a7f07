"""The sessions in memory: finds, loads, creates and removes their actors."""

import logging
import math
import threading
from collections.abc import Callable, Iterable
from functools import partial

from engine.config import TrainingConfig
from server.errors import wire_errors
from server.limits.quotas import client_network
from server.limits.training_size import memory_of, parameters_of, points_in, work_size
from server.metrics import Metrics
from server.runtime.admission import ROOM_OWNER, Admission
from server.runtime.checkpointer import Checkpointer
from server.runtime.connection import SessionUnavailable, UnknownSession
from server.runtime.scheduler import ScheduledTask, Scheduler
from server.runtime.session_actor import SessionActor
from server.runtime.session_ids import SessionIds
from server.runtime.stored_session_quotas import StoredSessionQuotas, stored_size
from server.sessions.record_codec import MissingDataError, UnreadableRecord
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.sessions.session_record import restore_record
from server.sessions.view_ids import ViewIndex, is_view_id
from server.settings import Settings
from server.storage.session_store import SessionStore
from server.storage.stored_session import LoadedSession, LoadResult

log = logging.getLogger(__name__)


class ActorRegistry:
    """The actors of one process, by the ids of their sessions.

    Attributes:
        lock: must be held while a method is called that says "with the lock held".
        actors: the actors of the sessions in memory, by session id; only this class changes it.
        rules: the restrictions that classrooms impose, by session id, for sessions in memory or not.
        views: finds sessions by their view ids.
        stopped: whether actors get no more turns; set by `save_all`.
        admission: keeps the number of sessions in memory within the limits.
        kept: keeps the stored sessions of each address within their quota.
    """

    def __init__(
        self,
        settings: Settings,
        scheduler: Scheduler,
        session_store: SessionStore | None,
        *,
        metrics: Metrics,
        clock: Callable[[], float],
        session_ids: SessionIds,
    ) -> None:
        """Create an empty registry; the arguments are those of `SessionManager`."""
        self.lock = (
            threading.RLock()
        )  # reentrant: closing an actor ends its run, whose callback may call `release` on the same thread
        self.actors: dict[str, SessionActor] = {}
        self.rules: dict[str, Rules] = {}
        self.views = ViewIndex() if session_store is None else session_store.views
        self.stopped = False
        self.admission = Admission(settings, self.actors, remove=self.remove, clock=clock)
        self.stored_quotas = StoredSessionQuotas(
            settings.max_kept_sessions_per_address, settings.max_kept_bytes_per_address
        )
        self._settings = settings
        self._scheduler = scheduler
        self._session_store = session_store
        self._metrics = metrics
        self._clock = clock
        self._ids = session_ids
        self._tasks: dict[str, ScheduledTask] = {}

    def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored."""
        session_id = self.views.find(session_id) or session_id
        return session_id in self.actors or self.is_stored(session_id)

    def is_stored(self, session_id: str) -> bool:
        """Return whether the store may have a session; True for any id until the database has been opened."""
        return self._session_store is not None and session_id in self._session_store

    def find(
        self, session_id: str, *, ref: int | None = None, address: str | None = None
    ) -> SessionActor | None:
        """Return a session's actor by its id or view id; None if there is none (with the lock held).

        If the session is only stored, loading starts; `is_loading` is set until it is finished.

        Raises:
            server.errors.wire_errors.MessageError: the session must be loaded, and the server is full; a view
                id cannot be looked up while the database cannot be read; or another process may have it.
        """
        named, session_id = session_id, self.views.find(session_id) or session_id
        if named == session_id and is_view_id(named) and self.is_stored(named):  # the database is unread
            raise wire_errors.MessageError(wire_errors.unavailable())
        actor = self.actors.get(session_id)
        if actor is None and session_id and not self._ids.owns(session_id):
            raise wire_errors.MessageError(wire_errors.unavailable())
        if actor is None and self._session_store is not None and session_id in self._session_store:
            actor = self.create(
                partial(_session_unavailable, session_id), ref=ref, address=address, session_id=session_id
            )
            actor.is_loading = True
            actor.unused_since = self._clock()
            self._session_store.fetch(session_id, partial(self._finish_loading, actor))
        return actor

    def add_users(self, session_id: str, change: int) -> SessionActor:
        """Add `change`, which may be negative or 0, to a session's `users`; return its actor (lock held).

        Raises:
            UnknownSession: there is no such session.
        """
        actor = self.find(session_id)
        if actor is None:
            raise UnknownSession(session_id)
        actor.users += change
        actor.replaced = False
        actor.unused_since = math.inf if actor.users else self._clock()
        return actor

    def create(
        self,
        create: Callable[[], Session],
        *,
        ref: int | None,
        address: str | None,
        session_id: str | None = None,
        config: TrainingConfig | None = None,
        points: int = 0,
        rival: TrainingConfig | None = None,
    ) -> SessionActor:
        """Create an actor (with the lock held).

        Args:
            create: creates the session; called in the actor's first turn.
            ref: the `ref` of the client's message, repeated in an error.
            address: the client's address; the session counts towards the quota of its network.
                `ROOM_OWNER` for a new session of a room; a stored one has rules.
            session_id: the id of a stored session, or of a new one; by default a new id.
            config: the settings of a new session, for the size limits; None for a stored one.
            points: the number of its points, if they do not follow from the config.
            rival: the settings of its rival, if it has one.

        Raises:
            server.errors.wire_errors.MessageError: the server is full.
        """
        owner = ROOM_OWNER if session_id in self.rules else client_network(address)
        memory = 0 if config is None else memory_of(config, points, rival)
        self.admission.admit(owner, stored=config is None, ref=ref, memory=memory)
        session_id = session_id or self._ids.new_id()
        actor = SessionActor(
            session_id,
            create,
            self._settings,
            clock=self._clock,
            retire=self._remove_expired,
            owner=owner,
            metrics=self._metrics,
        )
        self.admission.set_memory(actor, memory)
        actor.reserve_memory = self._reserve_memory
        if config is not None:
            actor.expected_parameters, actor.expected_work = parameters_of(config), work_size(config)
        self._register(actor, session_id, ScheduledTask(actor))
        return actor

    def remove(self, actor: SessionActor, failure: Exception | None = None) -> None:
        """Remove a session from memory, but not from the store (with the lock held).

        Args:
            actor: the session's actor.
            failure: the reason, if the session could not be loaded.
        """
        if self.actors.get(actor.session_id) is actor:
            del self.actors[actor.session_id]
            self.admission.release(actor)
            task = self._tasks.pop(actor.session_id, None)
            if task is not None:
                self._scheduler.remove(task)
            if failure is None:
                self._apply_stored_quota(actor)
        actor.close(failure)

    def _apply_stored_quota(self, actor: SessionActor) -> None:
        """Count a stored session that has left memory; delete those of its address beyond the quota."""
        if self._session_store is None:
            return
        size, touched = stored_size(actor.parameters), not actor.is_untouched
        for gone in self.stored_quotas.add(actor.owner, actor.session_id, size, touched=touched):
            self._session_store.delete(gone)
            self.views.discard(gone)

    def wake(self, session_id: str) -> None:
        """Give a session's actor a turn soon."""
        task = self._tasks.get(session_id)
        if task is not None:
            self._scheduler.wake(task)

    def request_full_records(self, session_ids: Iterable[str]) -> None:
        """Have complete records of sessions saved, because their stored records are lost.

        They are recorded in the next turns of the sessions; after `save_all`, which ends all turns, at once.
        """
        for session_id in session_ids:
            actor = self.actors.get(session_id)
            if actor is None or actor.checkpointer is None:
                continue
            actor.checkpointer.request_full_record()
            with self.lock:
                if self.stopped:
                    actor.save()
            self.wake(session_id)

    def save_all(self) -> None:
        """Record all unsaved changes and close all actors; the scheduler must have stopped."""
        with self.lock:
            self.stopped = True
            for actor in list(self.actors.values()):
                actor.save()
                actor.close()  # ends its pending calls with an error

    def sessions_in_use(self) -> list[str]:
        """Return the ids of the sessions in use."""
        with self.lock:
            return [actor.session_id for actor in self.actors.values() if actor.users]

    def _finish_loading(self, actor: SessionActor, loaded: LoadResult) -> None:
        """Set an actor's loaded session (on the store's thread).

        If the session is unavailable, its actor is removed, so that the next call tries to load it again.
        """
        session, missing = None, False
        if isinstance(loaded, LoadedSession):
            try:
                session = restore_record(loaded.record)
            except MissingDataError as problem:
                missing = True
                log.error("session %s cannot be loaded: %s", actor.session_id, problem)
            except UnreadableRecord as problem:
                log.error("session %s is stored in a way that cannot be read: %s", actor.session_id, problem)
        with self.lock:
            if missing or (loaded is not None and not isinstance(loaded, LoadedSession)):
                self.remove(actor, SessionUnavailable(actor.session_id))
                return
            if session is None and self.actors.get(actor.session_id) is actor:
                # The new session gets another id, so that the stored record is kept and may be read later.
                task = self._tasks.pop(actor.session_id)
                del self.actors[actor.session_id]
                self._register(actor, self._ids.new_id(), task)
            if isinstance(loaded, LoadedSession) and actor.checkpointer is not None:
                actor.checkpointer.stored.created = loaded.created
            if session is not None and actor.session_id in self.actors:
                given, rival = points_in(session.trainer.overrides.data), session.race.config
                self.admission.set_memory(actor, memory_of(session.config, given, rival))
            actor.finish_loading(session)
        self.wake(actor.session_id)

    def _register(self, actor: SessionActor, session_id: str, task: ScheduledTask) -> None:
        actor.session_id = session_id
        actor.rules = self.rules.get(session_id)
        self.views.add((session_id,))
        self.stored_quotas.discard(session_id)
        self.actors[session_id], self._tasks[session_id] = actor, task
        if self._session_store is not None:
            stored = self._session_store.track(session_id)
            interval = self._settings.checkpoint_every
            actor.checkpointer = Checkpointer(self._session_store, stored, interval=interval)

    def _reserve_memory(self, actor: SessionActor, memory: int) -> None:
        """Count the bytes of a growing session (on its own thread); raise `MessageError` beyond a limit."""
        with self.lock:
            if self.actors.get(actor.session_id) is actor:
                self.admission.check_growth(actor, memory)
                self.admission.set_memory(actor, memory)

    def _remove_expired(self, actor: SessionActor) -> bool:
        """Remove a session whose lifetime has ended, unless it is in use; return whether it was removed."""
        with self.lock:
            unused = not actor.users and not actor.has_events
            if unused:
                self.remove(actor)
            return unused


def _session_unavailable(session_id: str) -> Session:
    """Raise `UnknownSession`: the factory of an actor whose stored session could not be loaded."""
    raise UnknownSession(session_id)
