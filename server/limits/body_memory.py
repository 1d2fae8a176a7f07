"""A bound on the bytes of request bodies that are there at the same time, in total and for each address."""

from collections import Counter
from enum import Enum

FREE_BYTES = 8192
"""Bytes of each body that are not counted, so that usual calls are never refused."""


class BodyFit(Enum):
    """Whether further bytes of a body may be kept."""

    FITS = "fits"
    SERVER_FULL = "server_full"
    ADDRESS_FULL = "address_full"


class BodyMemory:
    """Counts the bytes of bodies from their arrival until their requests have been answered."""

    def __init__(self, limit: int, limit_per_client: int) -> None:
        """Create it without bodies; the limits are bytes."""
        self.limit = limit
        self.limit_per_client = limit_per_client
        self._total = 0
        self._per_client: Counter[str] = Counter()

    @property
    def used(self) -> int:
        """The bytes that are counted now."""
        return self._total

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
