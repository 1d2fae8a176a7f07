"""How many sessions of one address the database keeps; the oldest that nobody touched go first.

Addresses are never stored, so that only sessions are counted that left memory since the server started.
"""

from collections import defaultdict

from server.runtime.admission import ROOM_OWNER

_BASE_SIZE = 50_000
_SIZE_PER_PARAMETER = 24


def stored_size(parameters: int) -> int:
    """Return about how many bytes a session with so many weights and biases takes in the database."""
    return _BASE_SIZE + parameters * _SIZE_PER_PARAMETER


class _Kept:
    """The stored sessions of one address: their sizes by their ids, the oldest first."""

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


class KeptSessions:
    """The sessions that are stored but not in memory, by the addresses that began them."""

    def __init__(self, max_sessions: int, max_size: int) -> None:
        """Create it without sessions; the limits are those of one address, in sessions and bytes."""
        self._max_sessions = max_sessions
        self._max_size = max_size
        self._kept: defaultdict[str, _Kept] = defaultdict(_Kept)
        self._owners: dict[str, str] = {}

    def add(self, owner: str, session_id: str, size: int, *, touched: bool) -> list[str]:
        """Count a session that has left memory.

        Args:
            owner: the client network that began it; rooms and "" have no limit.
            session_id: its id.
            size: about how many bytes it takes.
            touched: whether somebody changed or trained it.

        Returns:
            the ids of the sessions to delete, so that the others are within the limits.
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
        """Count a session no longer: it is in memory again, or deleted."""
        owner = self._owners.pop(session_id, None)
        if owner is not None:
            self._kept[owner].discard(session_id)
            if not len(self._kept[owner]):
                del self._kept[owner]
