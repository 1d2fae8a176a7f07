"""Quotas of stored sessions for each address; beyond them the oldest are deleted, untouched ones first.

Addresses are never stored, so only sessions count that have left memory since the server started.
"""

from collections import defaultdict

from server.runtime.admission import ROOM_OWNER

_BASE_SIZE = 50_000
_SIZE_PER_PARAMETER = 24


def stored_size(parameters: int) -> int:
    """Return the estimated bytes in the database of a session with some number of weights and biases."""
    return _BASE_SIZE + parameters * _SIZE_PER_PARAMETER


class _AddressSessions:
    """The stored sessions of one address: sizes in bytes by id, the oldest first."""

    def __init__(self) -> None:
        self.untouched: dict[str, int] = {}
        self.touched: dict[str, int] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self.untouched) + len(self.touched)

    def add(self, session_id: str, size: int, *, touched: bool) -> None:
        self.discard(session_id)
        (self.touched if touched else self.untouched)[session_id] = size
        self.size += size

    def discard(self, session_id: str) -> None:
        self.size -= self.untouched.pop(session_id, 0) + self.touched.pop(session_id, 0)

    def pop_first(self) -> str:
        sessions = self.untouched or self.touched
        session_id = next(iter(sessions))
        self.discard(session_id)
        return session_id


class StoredSessionQuotas:
    """Counts the sessions that are stored but not in memory, by the address that created them."""

    def __init__(self, max_sessions: int, max_size: int) -> None:
        """Create it without sessions; the limits are those of one address: in sessions, and in bytes."""
        self._max_sessions = max_sessions
        self._max_size = max_size
        self._kept: defaultdict[str, _AddressSessions] = defaultdict(_AddressSessions)
        self._owners: dict[str, str] = {}

    def add(self, owner: str, session_id: str, size: int, *, touched: bool) -> list[str]:
        """Count a session that has left memory.

        Args:
            owner: the client network that created it; rooms and "" have no limit.
            session_id: its id.
            size: its estimated size in bytes.
            touched: whether it was ever changed or trained.

        Returns:
            the ids of the sessions to delete to be within the limits.
        """
        if owner in {ROOM_OWNER, ""}:
            return []
        kept = self._kept[owner]
        kept.add(session_id, size, touched=touched)
        self._owners[session_id] = owner
        gone = []
        while len(kept) > self._max_sessions or (kept.size > self._max_size and len(kept) > 1):
            gone.append(kept.pop_first())
            del self._owners[gone[-1]]
        return gone

    def discard(self, session_id: str) -> None:
        """Stop counting a session: it is in memory again, or deleted."""
        owner = self._owners.pop(session_id, None)
        if owner is not None:
            self._kept[owner].discard(session_id)
            if not len(self._kept[owner]):
                del self._kept[owner]
