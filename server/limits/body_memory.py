"""Limits the bytes of request bodies in memory at the same time, in total and for each address."""

from collections import Counter
from enum import Enum

from server.limits.processes import ALONE, Processes

FREE_BYTES = 8192
"""Bytes of each body that are not counted, so that usual calls are never refused."""


class BodyFit(Enum):
    """Whether further bytes of a body may be kept."""

    FITS = "fits"
    SERVER_FULL = "server_full"
    ADDRESS_FULL = "address_full"


class BodyMemory:
    """Counts the bytes of bodies from their arrival until their requests have been answered."""

    def __init__(
        self, limit: int, limit_per_client: int, *, largest: int = 0, processes: Processes = ALONE
    ) -> None:
        """Create it without bodies.

        Args:
            limit: the most bytes in total.
            limit_per_client: the most bytes of one client network.
            largest: the bytes of the largest body, which always fits alone.
            processes: the processes that share the limits; each allows its part.
        """
        self._limit = limit
        self._limit_per_client = limit_per_client
        self._largest = largest
        self._processes = processes
        self._total = 0
        self._per_client: Counter[str] = Counter()

    @property
    def used(self) -> int:
        """The bytes that are counted now."""
        return self._total

    @property
    def limit(self) -> int:
        """The most bytes in total."""
        return max(self._largest, int(self._limit / self._processes.count))

    @property
    def limit_per_client(self) -> int:
        """The most bytes of one client network."""
        return max(self._largest, int(self._limit_per_client / self._processes.count))

    def acquire(self, client: str, size: int) -> BodyFit:
        """Count bytes of one client network, if they fit."""
        if self._total + size > self.limit:
            return BodyFit.SERVER_FULL
        if self._per_client[client] + size > self.limit_per_client:
            return BodyFit.ADDRESS_FULL
        self._total += size
        self._per_client[client] += size
        return BodyFit.FITS

    def release(self, client: str, size: int) -> None:
        """Stop counting bytes."""
        self._total -= size
        self._per_client[client] -= size
        if self._per_client[client] <= 0:
            del self._per_client[client]
