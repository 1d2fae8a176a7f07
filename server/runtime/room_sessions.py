"""The interface through which classrooms use the sessions of their learners, in any process of a cluster.

Functions that are called with a session may be sent to another process. So they must be module-level
functions, or `partial`s of them with picklable arguments, and they may run twice if a process is lost.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Protocol, TypeVar

from engine.arrays import Floats
from engine.config import TrainingConfig
from server.runtime.admission import ROOM_OWNER
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.rules import Rules
from server.sessions.session import Session

T = TypeVar("T")


class RoomSessions(Protocol):
    """The sessions of rooms. For the event loop only.

    Calls for one session are executed in the order in which they were made.
    """

    def create(
        self,
        config: TrainingConfig,
        *,
        parameters: Floats | None = None,
        buffers: Floats | None = None,
        speed: float | None = 60.0,
    ) -> str:
        """Register a session, and return its id; otherwise as `SessionManager.create`.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the training is too large. If
                another process refuses the session, the next `submit` raises it.
        """

    async def submit(self, session_id: str, work: Callable[[Session], T]) -> T:
        """Call a function with a session in its next turn, and return its result.

        Raises:
            UnknownSession: there is no such session.
            SessionUnavailable: the database, or the process that has the session, cannot be reached.
        """

    def read(
        self,
        session_id: str,
        work: Callable[[Session, T | None], T],
        before: T | None,
        *,
        stored: bool = False,
    ) -> Future[T | None] | None:
        """Call a function with a session and with its previous result; this does not count as use.

        Args:
            session_id: the session's id.
            work: the function. It must not change the session, and returns `before` itself if nothing has
                changed.
            before: its previous result for the session; None without one.
            stored: whether to read a copy of the stored session if the session is not in memory.

        Returns:
            the future of the result; None if the session is known not to be there. The future's result is
            None if that is found out later, and it is cancelled if the session's process is lost.
        """

    async def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored.

        Raises:
            SessionUnavailable: the process that has it cannot be reached.
        """

    def set_rules(self, session_id: str, rules: Rules | None) -> None:
        """Set the rules of a session, or None if it belongs to no room; see `wait_for_pending_calls`."""

    def delete(self, session_id: str) -> None:
        """Delete a session, if there is one, and its rules."""

    def reserve(self, count: int) -> None:
        """Keep up to half of the places, at most `count`, for the sessions of rooms."""

    async def wait_for_pending_calls(self, *session_ids: str) -> None:
        """Wait until the earlier calls for some sessions have been executed or have failed."""


class LocalRoomSessions:
    """Implements `RoomSessions` for the sessions of this process."""

    def __init__(self, session_manager: SessionManager) -> None:
        """Create it for the sessions of a manager."""
        self._session_manager = session_manager

    def create(
        self,
        config: TrainingConfig,
        *,
        parameters: Floats | None = None,
        buffers: Floats | None = None,
        speed: float | None = 60.0,
        session_id: str | None = None,
    ) -> str:
        """Register a session, and return its id, which is new unless one is given."""
        return self._session_manager.create(
            config,
            parameters=parameters,
            buffers=buffers,
            speed=speed,
            owner=ROOM_OWNER,
            session_id=session_id,
        )

    async def submit(self, session_id: str, work: Callable[[Session], T]) -> T:
        """Call a function with a session in its next turn, and return its result."""
        return await asyncio.wrap_future(self._session_manager.submit(session_id, work))

    def read(
        self,
        session_id: str,
        work: Callable[[Session, T | None], T],
        before: T | None,
        *,
        stored: bool = False,
    ) -> Future[T | None] | None:
        """Read a session; see `RoomSessions.read`."""
        call: Callable[[Session], T | None] = partial(_call_with_previous, work=work, before=before)
        future = self._session_manager.inspect(session_id, call)
        if future is None and stored:
            future = self._session_manager.inspect_stored(session_id, call)
        return future

    async def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored."""
        return self._session_manager.exists(session_id)

    def set_rules(self, session_id: str, rules: Rules | None) -> None:
        """Set the rules of a session, which are in force at once."""
        self._session_manager.set_rules(session_id, rules)

    def delete(self, session_id: str) -> None:
        """Delete a session, if there is one, and its rules."""
        with suppress(UnknownSession):
            self._session_manager.delete(session_id)
        self._session_manager.set_rules(session_id, None)

    def reserve(self, count: int) -> None:
        """Keep up to half of the places, at most `count`, for the sessions of rooms."""
        self._session_manager.reserve_for_rooms(count)

    async def wait_for_pending_calls(self, *session_ids: str) -> None:
        """Return at once: calls are executed immediately."""


def _call_with_previous(session: Session, *, work: Callable[[Session, T | None], T], before: T | None) -> T:
    return work(session, before)
