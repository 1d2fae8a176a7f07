"""The sessions of learners: creating, finding and deleting them, and calling functions with them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np

from engine.config import TrainingConfig
from server.classroom.model.room import Member, Room
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_store import RoomStore
from server.limits.training_size import SizeLimits
from server.protocol import messages as wire
from server.runtime.connection import SessionUnavailable, UnknownSession
from server.runtime.room_sessions import RoomSessions
from server.sessions.commands import execute
from server.sessions.from_outside import discard_custom_values
from server.sessions.rules import FROZEN
from server.sessions.session import Session
from server.settings import Settings

T = TypeVar("T")


class LearnerSessions:
    """The sessions that belong to rooms. For the event loop only."""

    def __init__(
        self,
        room_sessions: RoomSessions,
        store: RoomStore,
        notifications: Notifications,
        settings: Settings,
        rooms: Mapping[str, Room],
    ) -> None:
        """Create it for all rooms of a server.

        Args:
            room_sessions: runs the sessions.
            store: stores the members.
            notifications: notifies the listeners of a member or room.
            settings: the server's settings.
            rooms: the open rooms by id.
        """
        self._room_sessions = room_sessions
        self._store = store
        self._notifications = notifications
        self._settings = settings
        self._rooms = rooms

    def create(self, room: Room, member: str) -> str:
        """Create the session of a member, given by id, with the room's start; return the session's id."""
        config = TrainingConfig.model_validate(room.start_for(member))
        return self._room_sessions.create(config, speed=room.start.speed)

    async def create_copy(self, config: TrainingConfig, parameters: list[float], buffers: list[float]) -> str:
        """Create a session with a copy of a network, which never changes; return its id.

        If `buffers` is empty, the layers' buffers are those of an untrained network.
        """
        session_id = self._room_sessions.create(
            config,
            parameters=np.array(parameters, np.float64),
            buffers=np.array(buffers, np.float64) if buffers else None,
        )
        self._room_sessions.set_rules(session_id, FROZEN)
        try:
            await self._room_sessions.submit(session_id, do_nothing)
        except BaseException:  # also if the caller was cancelled: nothing else knows the copy's id
            self.delete(session_id)
            raise
        return session_id

    async def run(self, room: Room, member: Member, work: Callable[[Session], T]) -> T:
        """Call a function with a member's session, and return its result; see `RoomSessions.submit`.

        If the session is lost, the member gets a new one first.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the function raised it.
        """
        member.stale = True
        session = member.session
        try:
            return await self._submit(session, work)
        except UnknownSession:
            if self._rooms.get(room.id) is not room or room.members.get(member.id) is not member:
                raise  # the member was removed meanwhile
            if member.session != session:  # another call has created a new one meanwhile
                return await self._room_sessions.submit(member.session, work)
            self._room_sessions.set_rules(session, None)
            member.session = self.create(room, member.id)
            self._room_sessions.set_rules(member.session, room.rules_for(member))
            self._store.put(member)
            self._notifications.notify(member.id, room.id)
            return await self._room_sessions.submit(member.session, work)

    async def _submit(self, session: str, work: Callable[[Session], T]) -> T:
        try:
            return await self._room_sessions.submit(session, work)
        except UnknownSession:
            if not await self._room_sessions.exists(session):
                raise
        return await self._room_sessions.submit(session, work)  # it left memory just then

    async def exists(self, session: str) -> bool:
        """Return whether a session exists; True also if that cannot be found out now."""
        try:
            return await self._room_sessions.exists(session)
        except SessionUnavailable:
            return True

    async def ensure_exists(self, room: Room, member: Member) -> None:
        """Give a member a new session if theirs is lost."""
        if not await self.exists(member.session):
            await self.run(room, member, do_nothing)

    def delete(self, session: str) -> None:
        """Delete a session and its rules, if it exists."""
        if session:
            self._room_sessions.delete(session)

    def check_config(self, changes: Mapping[str, Any]) -> TrainingConfig:
        """Return the config with some settings, and the defaults for the others.

        Raises:
            pydantic.ValidationError: a setting is not valid.
            server.errors.wire_errors.MessageError: the training is too large for this server.
        """
        config = TrainingConfig.model_validate(dict(changes))
        SizeLimits.of(self._settings).check(config)
        return config


def do_nothing(session: Session) -> None:
    """Do nothing: the call itself has the session created, and so saved."""
    del session


def reset_to_start(room: Room, member: Member, *, speed: bool = True) -> Callable[[Session], None]:
    """Return a function that resets a session to the start of its member, ignoring the session's rules.

    With `speed`, it also sets the speed of the start.
    """
    speeds = [wire.SetSpeed(epochs_per_second=room.start.speed)] if speed else []
    start = room.start_for(member.id)
    return partial(_restart, start=start, messages=[wire.Configure(changes=start), wire.Reset(), *speeds])


def _restart(session: Session, start: dict[str, Any], messages: Sequence[wire.AnyClientMessage]) -> None:
    discard_custom_values(session, start)
    execute_ignoring_rules(session, messages)


def execute_ignoring_rules(session: Session, messages: Sequence[wire.AnyClientMessage]) -> None:
    """Execute messages on a session one after another, ignoring its rules."""
    with session.ignoring_rules():
        for message in messages:
            execute(session, message)
