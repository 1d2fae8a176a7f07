"""All rooms of this server: found by id, code or seat, kept in the database, and ended.

Everything here belongs to the event loop.
"""

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from engine.config import TrainingConfig
from server.classroom import errors
from server.classroom.model import join_codes, nicknames
from server.classroom.model.room import Member, Nicknames, Room
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_store import RoomStore
from server.classroom.service.verification import Verifier
from server.jobs.worker_pool import WorkerPool
from server.limits.rate_limits import AddressRateLimiter
from server.limits.training_size import SizeLimits
from server.protocol import messages as wire
from server.runtime.session_manager import SessionManager, UnknownSession
from server.sessions.commands import execute
from server.sessions.rules import FROZEN
from server.sessions.session import Session
from server.settings import Settings

GUESSES = 60
"""Wrong codes that an address may try at once: a school shares one."""

GUESS_EVERY = 2.0
"""Seconds after which it may try once more."""

T = TypeVar("T")


class RoomManager:
    """The rooms."""

    def __init__(
        self,
        session_manager: SessionManager,
        worker_pool: WorkerPool,
        store: RoomStore,
        settings: Settings,
        *,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Begin without rooms; `start` reads those that are kept.

        Args:
            session_manager: has the trainings.
            worker_pool: trains what is verified.
            store: keeps the rooms.
            settings: the server's.
            wall: seconds of Unix time.
        """
        self.session_manager = session_manager
        self.store = store
        self.settings = settings
        self.wall = wall
        self.rooms: dict[str, Room] = {}
        self.notifications = Notifications()
        self.guesses = AddressRateLimiter(GUESSES, 1 / GUESS_EVERY)
        self.verifier = Verifier(
            worker_pool, store, self.notifications, max_epochs=settings.max_epochs_per_call
        )
        self._codes: dict[str, str] = {}
        self._tokens: dict[str, tuple[str, str]] = {}
        self._loaded = False
        self._making = asyncio.Lock()

    # -- finding

    def room(self, identity: str, key: str) -> Room:
        """Return a teacher's room.

        Raises:
            ProblemError: there is none, or the key is not its key.
        """
        room = self.rooms.get(identity)
        if room is None:
            raise errors.no_such_room()
        if not hmac.compare_digest(join_codes.digest(key), room.key_hash):
            raise errors.not_your_room()
        return room

    def by_code(self, code: str) -> Room | None:
        """Return the room that has a code."""
        return self.rooms.get(self._codes.get(join_codes.read_code(code), ""))

    def at_seat(self, token: str | None) -> tuple[Room, Member] | None:
        """Return the seat that a cookie stands for."""
        found = self._tokens.get(join_codes.digest(token)) if token else None
        if found is None:
            return None
        room = self.rooms.get(found[0])
        member = None if room is None else room.members.get(found[1])
        return None if room is None or member is None else (room, member)

    # -- coming and going of the whole

    async def start(self) -> None:
        """Read the rooms that are kept."""
        await self._load()

    async def _load(self) -> None:
        found = await self.store.load()
        if found is None:
            return
        self._loaded = True
        for room in found:
            if room.id in self.rooms:
                continue
            self.rooms[room.id] = room
            if room.ends <= self.wall():
                continue
            if room.code in self._codes:
                room.code = join_codes.new_code(self._codes)
            self._codes[room.code] = room.id
            for member in room.members.values():
                if member.token_hash:
                    self._tokens[member.token_hash] = (room.id, member.id)
            self.apply_rules(room)
            for member in room.members.values():
                self.verifier.start(room, member)
        await self.tidy()

    async def stop(self) -> None:
        """Keep what is new."""
        self.keep_times()
        await self.store.close()

    def keep_times(self) -> None:
        """Keep how long learners were there."""
        for room in self.rooms.values():
            self.store.put(*(member for member in room.members.values() if member.online))

    async def tidy(self) -> None:
        """End rooms whose time has come, and write what could not be written before."""
        if not self._loaded:
            await self._load()
        for room in [room for room in self.rooms.values() if room.ends <= self.wall()]:
            await self.end(room)
        await self.store.flush()

    # -- rooms

    async def create(
        self, *, name: str, language: str, approval: bool, nicknames: Nicknames, config: Mapping[str, Any]
    ) -> tuple[Room, str]:
        """Open a room; return it, and its key.

        Raises:
            ProblemError: there are as many as there may be.
        """
        if len(self.rooms) >= self.settings.max_rooms and not await self._give_way():
            raise errors.rooms_full(self.settings.max_rooms)
        key, now = join_codes.new_secret(), self.wall()
        room = Room(
            id=join_codes.new_name(),
            key_hash=join_codes.digest(key),
            name=name,
            code=join_codes.new_code(self._codes),
            language=language,
            created=now,
            ends=now + self.settings.room_lifetime,
            approval=approval,
            nicknames=nicknames,
            fresh_seed=secrets.randbelow(2**32),
        )
        room.start.config = dict(config)
        self.rooms[room.id] = room
        self._codes[room.code] = room.id
        await self.changed(room)
        return room, key

    async def _give_way(self) -> bool:
        """End the oldest room that nobody is in, learner or teacher; return whether there was one."""
        empty = [
            room for room in self.rooms.values() if not (room.members or self.notifications.wanted(room.id))
        ]
        for room in sorted(empty, key=lambda room: room.created)[:1]:
            await self.end(room)
        return bool(empty)

    async def renew_code(self, room: Room) -> None:
        """Give a room another code; the old one is none any more."""
        del self._codes[room.code]
        room.code = join_codes.new_code(self._codes)
        self._codes[room.code] = room.id
        await self.changed(room)

    async def end(self, room: Room) -> None:
        """Remove a room with all that belongs to it; learners are told."""
        self.rooms.pop(room.id, None)
        if self._codes.get(room.code) == room.id:
            del self._codes[room.code]
        for member in room.members.values():
            self._tokens.pop(member.token_hash, None)
            self.verifier.stop(member)
        for session in room.sessions():
            self.forget(session)
        self.store.remove_room(room.id, room.members)
        await self.store.flush()
        self.notifications.tell(room.id, *room.members)

    async def changed(self, room: Room, *members: Member) -> None:
        """Keep a room and some of its members as they are now, and tell all whom that concerns."""
        if room.id in self.rooms:
            self.store.put(room, *(member for member in members if member.id in room.members))
            await self.store.flush()
        self.notifications.tell(room.id, *room.members)

    def apply_rules(self, room: Room) -> None:
        """Have the host hold the trainings to what the room allows."""
        for member in room.members.values():
            self.session_manager.set_rules(member.session, room.rules_for(member))
        for session in room.copies():
            self.session_manager.set_rules(session, FROZEN)

    # -- seats

    async def join(self, room: Room, nickname: str | None) -> tuple[Member, str]:
        """Take a seat; return it and what its cookie holds.

        Raises:
            ProblemError: the room is full, or the nickname is taken or missing.
            server.errors.wire_errors.MessageError: the server is full.
        """
        async with self._making:  # two that come at once must not have one nickname
            if len(room.members) >= self.settings.max_seats:
                raise errors.room_full(self.settings.max_seats)
            if room.nicknames == "generated" or nickname is None:
                taken = {nicknames.same(each.nickname) for each in room.members.values()}
                nickname = nicknames.drawn(room.language, taken)
            elif room.has_nickname(nickname):
                raise errors.nickname_taken(nickname)
            token, now, identity = join_codes.new_secret(), self.wall(), join_codes.new_name()
            member = Member(
                id=identity,
                room=room.id,
                nickname=nickname,
                token_hash=join_codes.digest(token),
                session=self._begin(room, identity),
                joined=now,
                waiting=room.approval,
                idle_since=now,
            )
            room.members[member.id] = member
            self._tokens[member.token_hash] = (room.id, member.id)
            self.session_manager.set_rules(member.session, room.rules_for(member))
            await self.order(room, member, lambda _: None)  # makes it, and so has it kept
            if self.rooms.get(room.id) is not room:  # ended meanwhile
                self.forget(member.session)
                raise errors.no_such_room()
            await self.changed(room, member)
        return member, token

    async def leave(self, room: Room, member: Member) -> None:
        """Give a seat up; what was done at it stays in the results."""
        self._tokens.pop(member.token_hash, None)
        member.token_hash = ""
        member.help = False
        await self.changed(room, member)

    async def remove(self, room: Room, member: Member) -> None:
        """Remove a learner with all that is theirs."""
        room.members.pop(member.id, None)
        self._tokens.pop(member.token_hash, None)
        self.forget(member.session)
        self.verifier.stop(member)
        if member.hand_in is not None:
            self.forget(member.hand_in.session)
        if room.shown == member.id:
            self.forget_copy(room)
        self.store.remove_seat(member.id)
        await self.changed(room)
        self.notifications.tell(member.id)

    def forget_hand_in(self, member: Member) -> None:
        """Remove what a member handed in."""
        if member.hand_in is not None:
            self.verifier.stop(member)
            self.forget(member.hand_in.session)
            member.hand_in = None
            self.store.remove_hand_in(member.id)

    def forget_copy(self, room: Room) -> None:
        """Show nobody's network any more."""
        if room.shown_session:
            self.forget(room.shown_session)
        room.shown = room.shown_session = None

    # -- trainings

    async def order(self, room: Room, member: Member, work: Callable[[Session], T]) -> T:
        """Have something done with a member's training; one that is lost begins anew.

        Raises:
            server.errors.wire_errors.MessageError: the server is full, or the training refused.
        """
        member.stale = True
        session = member.session
        try:
            return await asyncio.wrap_future(self.session_manager.submit(session, work))
        except UnknownSession:
            if self.rooms.get(room.id) is not room or room.members.get(member.id) is not member:
                raise  # removed meanwhile
            if member.session != session:  # somebody else has begun it anew
                return await asyncio.wrap_future(self.session_manager.submit(member.session, work))
            self.session_manager.set_rules(session, None)
            member.session = self._begin(room, member.id)
            self.session_manager.set_rules(member.session, room.rules_for(member))
            self.store.put(member)
            self.notifications.tell(member.id, room.id)
            return await asyncio.wrap_future(self.session_manager.submit(member.session, work))

    async def ensure(self, room: Room, member: Member) -> None:
        """Have a member's training be there: one that is lost begins anew."""
        if not self.session_manager.exists(member.session):
            await self.order(room, member, lambda _: None)

    async def copied(self, config: TrainingConfig, parameters: list[float]) -> str:
        """Return a new training that is a network as it was, and stays so."""
        identity = self.session_manager.create(config, parameters=parameters)
        self.session_manager.set_rules(identity, FROZEN)
        await asyncio.wrap_future(self.session_manager.submit(identity, lambda _: None))
        return identity

    def checked(self, config: Mapping[str, Any]) -> TrainingConfig:
        """Return settings as a config, with the defaults for what is left out.

        Raises:
            pydantic.ValidationError: a setting is wrong.
            server.errors.wire_errors.MessageError: it is too large for this server.
        """
        found = TrainingConfig.model_validate(dict(config))
        SizeLimits.of(self.settings).check(found)
        return found

    def _begin(self, room: Room, member: str) -> str:
        config = TrainingConfig.model_validate(room.start_for(member))
        return self.session_manager.create(config, speed=room.start.speed)

    def forget(self, session: str) -> None:
        """Remove a training."""
        self.session_manager.set_rules(session, None)
        try:
            self.session_manager.delete(session)
        except UnknownSession:
            return


def to_start(room: Room, member: Member, *, speed: bool = True) -> Callable[[Session], None]:
    """Return the order that brings a training back to where its member began, in the teacher's name."""
    changes, pace = room.start_for(member.id), room.start.speed

    def work(session: Session) -> None:
        with session.ignoring_rules():
            execute(session, wire.Configure(changes=changes))
            execute(session, wire.Reset())
            if speed:
                execute(session, wire.SetSpeed(epochs_per_second=pace))

    return work
