"""Decides whether a new session may be created, and which session is evicted from memory for it."""

from collections import Counter
from collections.abc import Callable, Mapping

from server.errors import wire_errors
from server.limits.processes import Processes
from server.limits.quotas import Quota, client_network
from server.runtime.session_actor import SessionActor
from server.settings import Settings

ROOM_OWNER = "/rooms"
"""The owner of the sessions of rooms, in place of a client network. They count for no client."""


class Admission:
    """Keeps the number of sessions within the limits. The registry's lock must be held to use it."""

    def __init__(
        self,
        settings: Settings,
        actors: Mapping[str, SessionActor],
        *,
        remove: Callable[[SessionActor], None],
        clock: Callable[[], float],
    ) -> None:
        """Create it for a registry without sessions.

        Args:
            settings: the server's settings.
            actors: the sessions in memory, by session id; never changed here.
            remove: removes a session from memory; it must call `release`.
            clock: returns seconds.
        """
        self._settings = settings
        self._actors = actors
        self._remove = remove
        self._clock = clock
        self._processes = Processes()
        self._quota = Quota(settings.max_sessions, settings.max_sessions_per_address, self._processes)
        self._reserved = self._rooms_elsewhere = 0
        self._memory = 0
        self._memory_of: Counter[str] = Counter()

    @property
    def can_load(self) -> bool:
        """Whether a stored session may be loaded, using the reserve if necessary."""
        return not self._quota.reserve_used

    def reserve_for_rooms(self, count: int) -> None:
        """Keep up to half of the places, at most `set_memory`, for the sessions of learners in rooms."""
        self._reserved = min(count, self._settings.max_sessions // 2)

    def share(self, processes: int, elsewhere: int) -> None:
        """Share the limits with other processes, which have `elsewhere` sessions together; see `Quota`."""
        self._processes.count, self._quota.elsewhere = processes, elsewhere

    @property
    def in_rooms(self) -> int:
        """The number of sessions of rooms."""
        return self._quota.count_for(ROOM_OWNER)

    def share_rooms(self, elsewhere: int) -> None:
        """Set how many of the other processes' sessions belong to rooms."""
        self._rooms_elsewhere = elsewhere

    def is_full_for(self, address: str | None) -> bool:
        """Return whether a new session from an address would be refused."""
        owner = client_network(address)
        if self._quota.full_for(owner) and self._eviction_candidate(owner) is None:
            return True
        if self._visitors_full:
            return self._eviction_candidate(visitors=True) is None
        return self._quota.full and self._eviction_candidate() is None

    @property
    def _visitors_full(self) -> bool:
        """Whether sessions outside of rooms have all places that rooms do not use or reserve."""
        in_rooms = self.in_rooms + self._rooms_elsewhere
        taken = len(self._quota) - self.in_rooms + max(0, self._quota.elsewhere - self._rooms_elsewhere)
        return taken + max(self._reserved, in_rooms) >= self._settings.max_sessions

    def admit(self, owner: str, *, stored: bool, ref: int | None, memory: int = 0) -> None:
        """Count a new session, and evict others from memory if the limits require it.

        Args:
            owner: the client network whose quota the session counts towards. `ROOM_OWNER` may use the
                reserve, and the places that are reserved for rooms.
            stored: whether the session is loaded from the store and may use the reserve.
            ref: the `ref` of the client's message, repeated in an error.
            memory: the estimated size of a new session in bytes.

        Raises:
            server.errors.wire_errors.MessageError: the server or the owner's quota is full, and no
                session may be evicted.
        """
        settings, quota = self._settings, self._quota
        full = wire_errors.server_full(len(self._actors), settings.max_sessions, ref=ref)
        in_room = owner == ROOM_OWNER
        if quota.reserve_used or not (stored or in_room):
            if not in_room and quota.full_for(owner):
                self._evict(wire_errors.address_full(settings.max_sessions_per_address, ref=ref), owner)
            while quota.full:
                self._evict(full)
        elif quota.full and (first := self._eviction_candidate()) is not None:
            self._remove(first)
        while not in_room and self._reserved and self._visitors_full:
            self._evict(full, visitors=True)
        if not stored:
            self._make_room(owner, memory, ref)
        quota.acquire(owner)

    def _make_room(self, owner: str, memory: int, ref: int | None) -> None:
        """Evict sessions until `memory` more bytes fit into the limits of all sessions and of the owner's."""
        settings = self._settings
        full = wire_errors.server_full(len(self._actors), settings.max_sessions, ref=ref)
        while self._memory + memory > settings.max_session_memory / self._processes.count:
            self._evict(full)
        if owner in {ROOM_OWNER, ""}:
            return
        full = wire_errors.address_full(settings.max_sessions_per_address, ref=ref)
        limit = settings.max_session_memory_per_address / self._processes.count
        while self._memory_of[owner] + memory > limit:
            self._evict(full, owner)

    def check_growth(self, actor: SessionActor, memory: int) -> None:
        """Evict other sessions if one grows; raise `MessageError` if that does not free enough memory.

        Args:
            actor: the actor of the growing session, which is in use.
            memory: its estimated size in bytes after that.
        """
        growth = memory - actor.memory
        if growth <= 0:
            return
        try:
            self._make_room(actor.owner, growth, None)
        except wire_errors.MessageError:
            limit = self._settings.max_session_memory_per_address
            raise wire_errors.trainings_too_large(memory, limit) from None

    def set_memory(self, actor: SessionActor, memory: int) -> None:
        """Set the estimated size in bytes with which a session counts."""
        self._memory += memory - actor.memory
        self._memory_of[actor.owner] += memory - actor.memory
        actor.memory = memory

    def release(self, actor: SessionActor) -> None:
        """Stop counting a session."""
        self.set_memory(actor, 0)
        if not self._memory_of[actor.owner]:
            del self._memory_of[actor.owner]
        self._quota.release(actor.owner)

    def _evict(
        self, refusal: wire_errors.MessageError, owner: str | None = None, *, visitors: bool = False
    ) -> None:
        """Evict the session that `_eviction_candidate` returns; raise `refusal` if there is none."""
        first = self._eviction_candidate(owner, visitors=visitors)
        if first is None:
            raise refusal
        self._remove(first)

    def _eviction_candidate(self, owner: str | None = None, *, visitors: bool = False) -> SessionActor | None:
        """Return the session to evict next; None if none may be evicted.

        Sessions in use are never evicted. Sessions that their client replaced by another come first, then
        those unused for longest, if that is longer than the grace period.

        Args:
            owner: the client network whose sessions are considered; None for all.
            visitors: whether only sessions outside of rooms are considered.
        """
        left = [
            each
            for each in self._actors.values()
            if not each.users and owner in {None, each.owner} and not (visitors and each.owner == ROOM_OWNER)
        ]
        first = min(left, key=lambda actor: (not actor.replaced, actor.unused_since), default=None)
        latest = self._clock() - self._settings.session_grace
        return first if first and (first.replaced or first.unused_since <= latest) else None
