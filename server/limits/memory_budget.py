"""Limits the memory of running work, in total and for each client network."""

import threading
from collections import Counter


class MemoryBudget:
    """Counts the bytes of running work. Work that does not fit waits; nothing is refused.

    A client without running work may always start some, so that no work waits forever.
    """

    def __init__(self, limit: float, limit_per_client: float) -> None:
        """Create it without running work; the limits are bytes."""
        self._limit = limit
        self._limit_per_client = limit_per_client
        self._lock = threading.Lock()
        self._per_client: Counter[str] = Counter()
        self._total = 0

    @property
    def used(self) -> int:
        """The bytes of all running work."""
        return self._total

    def begin(self, client: str, size: int) -> bool:
        """Count work of some bytes if it fits into the budget; return whether it does."""
        with self._lock:
            own = self._per_client[client]
            fits = self._total + size <= self._limit and own + size <= self._limit_per_client
            if own and not fits:
                return False
            self._total += size
            self._per_client[client] += size
            return True

    def end(self, client: str, size: int) -> None:
        """Stop counting work that has ended."""
        with self._lock:
            self._total -= size
            self._per_client[client] -= size
            if self._per_client[client] <= 0:
                del self._per_client[client]
