"""The slots of this host, which determine the sessions that it may load."""

import threading
from collections.abc import Collection

from server.cluster.slots import HOME_SLOTS, SESSION_SLOTS, new_session_id, slot_of
from server.runtime.session_ids import SessionIds

_SESSIONS = frozenset(SESSION_SLOTS)


class HostSlots(SessionIds):
    """A host's slots. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owned: frozenset[int] = frozenset()

    @property
    def owned(self) -> frozenset[int]:
        """The current slots."""
        return self._owned

    @property
    def accepts_new_sessions(self) -> bool:
        """Whether new sessions may be begun here."""
        return not self._owned.isdisjoint(_SESSIONS)

    def add(self, slots: Collection[int]) -> None:
        """Add slots."""
        with self._lock:
            self._owned |= frozenset(slots)

    def remove(self, slots: Collection[int]) -> None:
        """Remove slots."""
        with self._lock:
            self._owned -= frozenset(slots)

    def new_id(self) -> str:
        """Return the id of a new session or job in one of the slots."""
        owned = self._owned
        return new_session_id((owned & _SESSIONS) or owned)

    def owns(self, session_id: str) -> bool:
        """Return whether a session is in one of the slots."""
        return slot_of(session_id) in self._owned

    @property
    def is_home(self) -> bool:
        """Whether classrooms, and what the clock starts, are this host's work."""
        return HOME_SLOTS[0] in self._owned
