"""What classrooms need of the sessions of their learners, wherever those run.

Functions for sessions may have to be sent to another process: they are functions of modules, or `partial`s of
them with plain arguments, and they may run twice if the process is lost in which they ran.
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

    What is asked for one session happens in the order in which it was asked.
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
            server.errors.wire_errors.MessageError: the server is full, or the training is too large. Where
                that is found out in another process, the next `submit` raises it.
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
        """Call a function with a session, without using it, and with what it returned before.

        It returns `before` itself if nothing has changed.

        Args:
            session_id: the session's id.
            work: the function, which must not change the session.
            before: its earlier result for the session.
            stored: whether a copy of the stored session is read if the session is not in memory.

        Returns:
            a future of the result. It is None, now or later, if the session is not there to be read, and
            the future is cancelled if that is not known, because another process is lost.
        """

    async def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored.

        Raises:
            SessionUnavailable: the process that has it cannot be reached.
        """

    def set_rules(self, session_id: str, rules: Rules | None) -> None:
        """Set the rules of a session; `settle` waits until they hold. None: it belongs to no room."""

    def delete(self, session_id: str) -> None:
        """Delete a session, if there is one, and its rules."""

    def reserve(self, count: int) -> None:
        """Keep up to half of the places, at most `count`, for the sessions of rooms."""

    async def settle(self, *session_ids: str) -> None:
        """Wait until what was asked for some sessions has happened, or has failed."""


class LocalRoomSessions:
    """The sessions of rooms where one process has all sessions."""

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
        """Call a function with a session and its earlier result; None if it is not there to be read."""
        call: Callable[[Session], T | None] = partial(_with_before, work=work, before=before)
        future = self._session_manager.inspect(session_id, call)
        if future is None and stored:
            future = self._session_manager.inspect_stored(session_id, call)
        return future

    async def exists(self, session_id: str) -> bool:
        """Return whether a session exists, in memory or stored."""
        return self._session_manager.exists(session_id)

    def set_rules(self, session_id: str, rules: Rules | None) -> None:
        """Set the rules of a session, which hold at once."""
        self._session_manager.set_rules(session_id, rules)

    def delete(self, session_id: str) -> None:
        """Delete a session, if there is one, and its rules."""
        with suppress(UnknownSession):
            self._session_manager.delete(session_id)
        self._session_manager.set_rules(session_id, None)

    def reserve(self, count: int) -> None:
        """Keep up to half of the places, at most `count`, for the sessions of rooms."""
        self._session_manager.reserve_for_rooms(count)

    async def settle(self, *session_ids: str) -> None:
        """Return at once."""


def _with_before(session: Session, *, work: Callable[[Session, T | None], T], before: T | None) -> T:
    return work(session, before)
