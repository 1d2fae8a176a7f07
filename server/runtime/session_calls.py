"""Calls into sessions from other threads: running functions with a session, setting rules, counting users."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

from server.runtime.actor_registry import ActorRegistry
from server.runtime.connection import ConnectedActor, SessionCall, SessionUnavailable, UnknownSession
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.sessions.session_record import restore_record
from server.storage.session_store import SessionStore
from server.storage.stored_session import LoadedSession, LoadResult

T = TypeVar("T")


class SessionCalls:
    """The part of `SessionManager` that REST and classrooms use; any thread may call its methods."""

    def __init__(self, registry: ActorRegistry, session_store: SessionStore | None) -> None:
        """Create it for the sessions in memory (`registry`) and the stored ones (`session_store`)."""
        self._registry = registry
        self._session_store = session_store

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
            actor = self._registry.add_users(session_id, 0)
            actor.enqueue(SessionCall(work, future))
        self._wake(actor)
        return future

    def inspect(self, session_id: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Call a function as `submit` does, without counting as use; it must not change the session.

        Returns:
            the future of the result; None if the session is not in memory.
        """
        future: Future[T] = Future()
        with self._registry.lock:
            actor = self._registry.actors.get(session_id)
            if actor is None or actor.is_loading:
                return None
            actor.enqueue(SessionCall(work, future))
        self._wake(actor)
        return future

    def inspect_stored(self, session_id: str, work: Callable[[Session], T]) -> Future[T] | None:
        """Call a function with a copy of a stored session that is not in memory.

        Args:
            session_id: the session's id.
            work: the function; it runs on the store's thread.

        Returns:
            the future of the result; None if the session is in memory or not stored.
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
                future.set_result(work(restore_record(loaded.record)))
            except Exception as problem:  # noqa: BLE001 - every exception is passed to the caller
                future.set_exception(problem)

        store.fetch(session_id, done)
        return future

    def work_size_of(self, session_id: str) -> int | None:
        """Return the `work_size` of a session's network, None if it is not in memory."""
        registry = self._registry
        actor = registry.actors.get(registry.views.find(session_id) or session_id)
        return None if actor is None or actor.is_loading else actor.work_size

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
            actor.enqueue(SessionCall(lambda session: session.set_rules(rules), Future()))
        self._wake(actor)

    def replace_rules(self, rules: Mapping[str, Rules], is_adopted: Callable[[str], bool]) -> None:
        """Replace the rules of the sessions that this process takes over from another one.

        Args:
            rules: rules by session id; those of other sessions are ignored.
            is_adopted: returns whether a session is taken over; none of these is in memory.
        """
        with self._registry.lock:
            own = self._registry.rules
            for session_id in [each for each in own if is_adopted(each)]:
                del own[session_id]
            own.update({each: found for each, found in rules.items() if is_adopted(each)})

    def rules_of(self, session_id: str) -> Rules | None:
        """Return the rules of a session, None if it does not belong to a classroom."""
        return self._registry.rules.get(session_id)

    def retain(self, session_id: str) -> None:
        """Add a user to a session, which stays in memory until `release`.

        Raises:
            UnknownSession: there is no such session.
        """
        with self._registry.lock:
            self._registry.add_users(session_id, 1)

    def release(self, session_id: str) -> None:
        """Undo one `retain`; does nothing if the session is not in memory."""
        with self._registry.lock:
            actor = self._registry.actors.get(session_id)
            if actor is None:
                return
            self._registry.add_users(session_id, -1)
        self._wake(actor)

    def _wake(self, actor: ConnectedActor) -> None:
        self._registry.wake(actor.session_id)
