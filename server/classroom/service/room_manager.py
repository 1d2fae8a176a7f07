"""All rooms of this server: finding, creating, changing, saving and ending them.

Everything here runs on the event loop.
"""

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from server.classroom import errors
from server.classroom.model import join_codes, nicknames
from server.classroom.model.lesson_record import LessonRecord
from server.classroom.model.room import Member, NicknameMode, Room
from server.classroom.model.task import NO_TASK
from server.classroom.service.learner_sessions import LearnerSessions, do_nothing
from server.classroom.service.notifications import Notifications
from server.classroom.service.room_lifetimes import RoomLifetimes
from server.classroom.service.room_operations import RoomOperations
from server.classroom.service.room_store import RoomStore
from server.classroom.service.teacher_keys import TeacherKeys
from server.classroom.service.verification import Verifier
from server.jobs.worker_pool import WorkerPool
from server.runtime.room_sessions import RoomSessions
from server.sessions.rules import FROZEN
from server.settings import Settings

T = TypeVar("T")


class RoomManager:
    """The rooms of a server."""

    def __init__(
        self,
        room_sessions: RoomSessions,
        worker_pool: WorkerPool,
        store: RoomStore,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Create a manager without rooms; `start` reads the stored ones.

        Args:
            room_sessions: runs the learners' sessions.
            worker_pool: trains the fresh runs of verifications.
            store: saves the rooms.
            settings: the server's settings.
            clock: returns seconds of Unix time.
        """
        self.room_sessions = room_sessions
        self.store = store
        self.settings = settings
        self.clock = clock
        self.rooms: dict[str, Room] = {}
        self.notifications = Notifications()
        self.verifier = Verifier(
            worker_pool, store, self.notifications, max_epochs=settings.max_epochs_per_call
        )
        self.sessions = LearnerSessions(room_sessions, store, self.notifications, settings, self.rooms)
        self.teacher_keys = TeacherKeys(settings)
        self.operations = RoomOperations(self.rooms, store)
        self._codes: dict[str, str] = {}
        self._tokens: dict[str, tuple[str, str]] = {}
        self._loaded = False
        self._lifetimes = RoomLifetimes(settings.room_lifetime, clock)
        store.rooms = self.rooms.values

    # -- finding

    @property
    def loaded(self) -> bool:
        """Whether the stored rooms were read, or there are none; before, an unknown room may be stored."""
        return self._loaded or self.store.is_absent

    def get_room(self, room_id: str, key: str) -> Room:
        """Return the room with an id.

        Raises:
            ProblemError: there is none, `key` is neither its teacher's nor a `TeacherKey`, or the rooms
                cannot be read now.
        """
        room = self.rooms.get(room_id)
        if room is None:
            raise errors.no_such_room() if self.loaded else errors.unavailable()
        own = hmac.compare_digest(join_codes.digest(key), room.key_hash)
        if not own and not self.teacher_keys.accepts(key):
            raise errors.not_your_room()
        return room

    def find_by_code(self, code: str) -> Room | None:
        """Return the room with a join code, None if there is none."""
        return self.rooms.get(self._codes.get(join_codes.normalize_code(code), ""))

    def find_by_token(self, token: str | None) -> tuple[Room, Member] | None:
        """Return room and member for the secret of a seat's cookie; None if there is no such seat.

        Raises:
            ProblemError: there may be one, and the rooms cannot be read now.
        """
        found = self._tokens.get(join_codes.digest(token)) if token else None
        if found is None:
            if token and not self.loaded:
                raise errors.unavailable()
            return None
        room = self.rooms.get(found[0])
        member = None if room is None else room.members.get(found[1])
        return None if room is None or member is None else (room, member)

    # -- start and stop

    async def start(self) -> None:
        """Read the stored rooms."""
        await self._load()

    async def _load(self) -> None:
        found = await self.store.load()
        if found is None:
            return
        self._loaded = True
        clock_was_set = self._lifetimes.set_ends(found)
        for room in found:
            if room.id in self.rooms:
                continue
            self.rooms[room.id] = room
            if clock_was_set:
                self.store.put(room)
            if room.code in self._codes:
                room.code = join_codes.new_code(self._codes)
            self._codes[room.code] = room.id
            for member in room.members.values():
                if member.token_hash:
                    self._tokens[member.token_hash] = (room.id, member.id)
            self._set_rules(room)
            for member in room.members.values():
                self.verifier.start(room, member)
        self._reserve_places()
        await self.run_maintenance()

    async def stop(self) -> None:
        """Save what has changed, and close the store."""
        self.save_times()
        await self.store.close()

    def save_times(self) -> None:
        """Queue the times that connected learners have spent and rooms were seen, to be saved."""
        for room in self.rooms.values():
            self.store.put(*(member for member in room.members.values() if member.online))
            if self._lifetimes.mark_seen(room):
                self.store.put(room)

    async def run_maintenance(self) -> None:
        """End rooms whose lifetime is over, and retry writes that failed before."""
        if self._lifetimes.follow_wall_clock(self.rooms.values()):
            self.store.put(*self.rooms.values())
            self.notifications.notify(*self.rooms)
        if not self._loaded:
            await self._load()
        for room in self._lifetimes.expired(self.rooms.values()):
            await self.end(room)
        await self.store.flush()

    # -- rooms

    async def create(
        self,
        *,
        name: str,
        language: str,
        approval: bool,
        nicknames: NicknameMode,
        config: Mapping[str, Any],
        opened_by: str = "",
        prepared: bool = False,
    ) -> tuple[Room, str]:
        """Create a room; return it and its teacher's key. Call `enforce_room_limits` before."""
        key, now = join_codes.new_secret(), self.clock()
        room = Room(
            id=join_codes.new_id(),
            key_hash=join_codes.digest(key),
            name=name,
            code=join_codes.new_code(self._codes),
            language=language,
            created=now,
            ends=now + self.settings.room_lifetime,
            seen=now,
            opened_by=opened_by,
            prepared=prepared,
            approval=approval,
            nicknames=nicknames,
            task_key=NO_TASK,
            fresh_seed=secrets.randbelow(2**32),
        )
        room.start.config = dict(config)
        self.rooms[room.id] = room
        self._codes[room.code] = room.id
        self._reserve_places()
        await self.save_and_notify(room)
        return room, key

    def _reserve_places(self) -> None:
        """Reserve places for the sessions of learners as long as there is a room."""
        self.room_sessions.reserve(self.settings.reserved_for_rooms if self.rooms else 0)

    async def renew_code(self, room: Room) -> None:
        """Give a room another join code; the old one is no longer valid."""
        del self._codes[room.code]
        room.code = join_codes.new_code(self._codes)
        self._codes[room.code] = room.id
        room.prepared = True
        await self.save_and_notify(room)

    async def end(self, room: Room) -> None:
        """Remove a room with its members and sessions, and notify its listeners."""
        async with self.operations.end(room) as is_open:
            if not is_open:
                return
            del self.rooms[room.id]
            self._reserve_places()
            if self._codes.get(room.code) == room.id:
                del self._codes[room.code]
            for member in room.members.values():
                self._tokens.pop(member.token_hash, None)
                self.verifier.stop(member)
            for session in room.sessions():
                self.sessions.delete(session)
            self.store.remove_room(room)
        await self.store.flush()
        self.notifications.notify(room.id, *room.members)

    async def save_and_notify(self, room: Room, *members: Member) -> None:
        """Save a room and some of its members as they are now, and notify all its listeners."""
        self.queue_and_notify(room, *members)
        await self.store.flush()

    def queue_and_notify(self, room: Room, *members: Member) -> None:
        """Queue the changes that `save_and_notify` writes at once; an operation writes them at its end."""
        if self.rooms.get(room.id) is room:
            self._lifetimes.mark_seen(room)
            self.store.put(room, *(each for each in members if room.members.get(each.id) is each))
        self.notifications.notify(room.id, *room.members)

    async def apply_rules(self, room: Room) -> None:
        """Set the rules of all sessions of a room, if it has not ended, and wait until they are in force."""
        if self.rooms.get(room.id) is room:
            self._set_rules(room)
            await self.room_sessions.wait_for_pending_calls(*room.sessions())

    def _set_rules(self, room: Room) -> None:
        for member in room.members.values():
            self.room_sessions.set_rules(member.session, room.rules_for(member))
        for session in room.copies():
            self.room_sessions.set_rules(session, FROZEN)

    # -- members

    async def join(self, room: Room, nickname: str | None) -> tuple[Member, str]:
        """Add a learner to a room; return the member and the secret for the seat's cookie.

        Raises:
            ProblemError: the room is full or has ended, or the nickname is taken.
            server.errors.wire_errors.MessageError: the server is full.
        """
        member, token = self._create_seat(room, nickname)
        try:
            await self.sessions.run(room, member, do_nothing)  # creates it, and so saves it
        except Exception:
            if room.members.pop(member.id, None) is not None:
                self._tokens.pop(member.token_hash, None)
                self.sessions.delete(member.session)
            raise
        if self.rooms.get(room.id) is not room:  # it was ended meanwhile
            self.sessions.delete(member.session)
            raise errors.no_such_room()
        await self.save_and_notify(room, member)
        return member, token

    def _create_seat(self, room: Room, nickname: str | None) -> tuple[Member, str]:
        """Create a seat with a new session. This does not yield to other tasks, so nicknames stay unique.

        Raises:
            ProblemError: the room is full, or the nickname is taken.
            server.errors.wire_errors.MessageError: the server is full.
        """
        if len(room.members) >= self.settings.max_seats:
            raise errors.room_full(self.settings.max_seats)
        if room.nicknames == "generated" or nickname is None:
            taken = {nicknames.comparison_key(each.nickname) for each in room.members.values()}
            nickname = nicknames.random_nickname(room.language, taken)
        elif room.has_nickname(nickname):
            raise errors.nickname_taken(nickname)
        token, now, member_id = join_codes.new_secret(), self.clock(), join_codes.new_id()
        member = Member(
            id=member_id,
            room=room.id,
            nickname=nickname,
            token_hash=join_codes.digest(token),
            session=self.sessions.create(room, member_id),
            joined=now,
            waiting=room.approval,
            lesson=LessonRecord(lesson=room.task_lesson, since=now) if room.task_lesson else None,
            idle_since=now,
        )
        room.members[member.id] = member
        self._tokens[member.token_hash] = (room.id, member.id)
        self.room_sessions.set_rules(member.session, room.rules_for(member))
        return member, token

    def has_member(self, room: Room, member: Member) -> bool:
        """Return whether a room is still open and a member is still in it."""
        return self.rooms.get(room.id) is room and room.members.get(member.id) is member

    async def leave(self, room: Room, member: Member) -> None:
        """Release a member's seat. Their work stays in the results."""
        self._tokens.pop(member.token_hash, None)
        member.token_hash = ""
        member.help = False
        if self.has_member(room, member):
            self.room_sessions.set_rules(member.session, room.rules_for(member))
        await self.save_and_notify(room, member)
        await self.room_sessions.wait_for_pending_calls(member.session)

    async def remove(self, room: Room, member: Member) -> None:
        """Remove a member with their session and attempts."""
        self.queue_removal(room, member)
        await self.store.flush()
        await self.room_sessions.wait_for_pending_calls(member.session)

    def queue_removal(self, room: Room, member: Member) -> None:
        """Do the same, but have it saved by the next flush, as within an operation."""
        room.members.pop(member.id, None)
        self._tokens.pop(member.token_hash, None)
        self.sessions.delete(member.session)
        self.verifier.stop(member)
        for attempt in member.attempts:
            self.sessions.delete(attempt.session)
        if room.shown == member.id:
            self.stop_showing(room)
        self.store.remove_seat(member)
        self.queue_and_notify(room)
        self.notifications.notify(member.id)

    def stop_showing(self, room: Room) -> None:
        """Stop showing a member's network to everybody."""
        if room.shown_session:
            self.sessions.delete(room.shown_session)
        room.shown = room.shown_session = None
