"""Rate limits: a token bucket, for one client or for each address.

Times are in seconds of the caller's clock; a clock that goes back adds no tokens.
"""

import time
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from server.limits.processes import ALONE, Processes
from server.limits.quotas import client_network

BURST_SECONDS = 2.0
"""Seconds whose tokens fill a bucket."""

TOLERANCE_SECONDS = 2.0
"""A sender may exceed its rate by the messages of this many seconds before messages are refused, and by twice
as many before it is disconnected."""

MESSAGE_UNIT = 4096
"""Characters of a message that cost its sender one message of its rate more."""

MAX_ADDRESSES = 10_000
"""Maximum number of buckets that `AddressRateLimiter` keeps; beyond it, full ones or else all are removed."""


class TokenBucket:
    """A bucket that holds up to `capacity` tokens and gains `rate` tokens per second. It starts full."""

    __slots__ = ("_clock", "_tokens", "_updated", "capacity", "rate")

    def __init__(self, capacity: float, rate: float, clock: Callable[[], float]) -> None:
        self.capacity = capacity
        self.rate = rate
        self._clock = clock
        self._tokens = capacity
        self._updated = clock()

    def refill(self) -> float:
        """Add the tokens gained since the last call; return the number of tokens."""
        now = self._clock()
        gained = max(0.0, now - self._updated) * self.rate
        self._updated = now
        self._tokens = min(self.capacity, self._tokens + gained)
        return self._tokens

    def acquire(self) -> float:
        """Remove a token and return 0; if there is none, return the seconds until there is one."""
        tokens = self.refill()
        if tokens < 1:
            return (1 - tokens) / self.rate
        self._tokens = tokens - 1
        return 0.0

    def spend(self, tokens: float = 1) -> float:
        """Remove tokens, below 0 if necessary; return the seconds until the number is at least 0 again.

        Call `refill` first.
        """
        self._tokens -= tokens
        return max(0.0, -self._tokens / self.rate)

    def charge(self, tokens: float) -> float:
        """Refill and remove tokens, below 0 if necessary; return the seconds until the debt is paid."""
        self.refill()
        return self.spend(tokens)

    def debt(self) -> float:
        """Return the seconds until the number of tokens is at least 0 again; 0 if it is."""
        return max(0.0, -self.refill() / self.rate)

    def refund(self) -> None:
        """Add one token back."""
        self._tokens = min(self.capacity, self.refill() + 1)


class AddressRateLimiter:
    """One token bucket for each client address (IPv6: for each /64 network)."""

    def __init__(
        self,
        capacity: float,
        rate: float,
        clock: Callable[[], float] = time.monotonic,
        processes: Processes = ALONE,
    ) -> None:
        """Create it with full buckets.

        Args:
            capacity: the maximum number of uses by one address at once.
            rate: further uses per second.
            clock: returns seconds.
            processes: the processes that share both limits; each allows its part.
        """
        self._capacity = capacity
        self._rate = rate
        self._clock = clock
        self._processes = processes
        self._parts = processes.count
        self._buckets: dict[str, TokenBucket] = {}

    def __len__(self) -> int:
        return len(self._buckets)

    def acquire(self, address: str | None) -> float:
        """Count one use and return 0; if the rate is exceeded, only return the seconds to wait."""
        return self.bucket(address).acquire()

    def charge(self, address: str | None, tokens: float) -> float:
        """Count uses even beyond the limit; return the seconds until the debt is paid."""
        return self.bucket(address).charge(tokens)

    def bucket(self, address: str | None) -> TokenBucket:
        """Return the bucket of an address."""
        if self._parts != self._processes.count:
            self._apply_share()
        client = client_network(address)
        bucket = self._buckets.get(client)
        if bucket is None:
            self._evict_buckets()
            bucket = self._buckets[client] = TokenBucket(*self._share_of_limit(), self._clock)
        return bucket

    def _share_of_limit(self) -> tuple[float, float]:
        """Return this process's part of the capacity and of the rate."""
        return max(1.0, self._capacity / self._parts), self._rate / self._parts

    def _apply_share(self) -> None:
        """Set this process's present part of the limits in all buckets."""
        self._parts = self._processes.count
        for bucket in self._buckets.values():
            bucket.refill()
            bucket.capacity, bucket.rate = self._share_of_limit()
            bucket.refill()

    def refund(self, address: str | None) -> None:
        """Undo the count of an address's last use."""
        bucket = self._buckets.get(client_network(address))
        if bucket is not None:
            bucket.refund()

    def _evict_buckets(self) -> None:
        """Remove full buckets when there are too many, and all buckets if that is not enough."""
        if len(self._buckets) >= MAX_ADDRESSES:
            self._buckets = {
                client: bucket
                for client, bucket in self._buckets.items()
                if bucket.refill() < bucket.capacity
            }
            if len(self._buckets) >= MAX_ADDRESSES:
                self._buckets.clear()


class AddressRates(NamedTuple):
    """The buckets that all websockets of one address share."""

    messages: TokenBucket
    """A token is a message of up to `MESSAGE_UNIT` characters."""
    builds: TokenBucket
    """A token is a millisecond of work, as `server.limits.build_work` counts it."""


class Verdict(Enum):
    """The result of the rate limit for one message."""

    ACCEPTED = "accepted"
    DELAYED = "delayed"
    """Accepted; the next one is not read before the wait is over."""
    REFUSED = "refused"
    """Answered with the error `too_fast`."""
    FLOOD = "flood"
    """The client is disconnected."""


class MessageRateLimiter:
    """Limits the messages of one websocket: beyond the rate they are delayed, then refused; see `Verdict`."""

    def __init__(self, rate: float, clock: Callable[[], float]) -> None:
        """Create it for `rate` messages a second."""
        self._bucket = TokenBucket(BURST_SECONDS * rate, rate, clock)
        self._tolerated = TOLERANCE_SECONDS * rate
        self._excess = 0

    def judge(self, size: int = 0) -> tuple[Verdict, float]:
        """Return the verdict on a message received now, and the seconds to wait before reading the next.

        Args:
            size: its characters or bytes; a large message costs as much as many small ones.
        """
        bucket, cost = self._bucket, 1 + size // MESSAGE_UNIT
        tokens = bucket.refill()
        if tokens >= bucket.capacity / 2:
            self._excess = 0
        if tokens >= 1:
            bucket.spend(cost)
            return Verdict.ACCEPTED, 0.0
        self._excess += 1
        if self._excess > 2 * self._tolerated:
            return Verdict.FLOOD, 0.0
        if self._excess > self._tolerated:
            return Verdict.REFUSED, 0.0
        return Verdict.DELAYED, bucket.spend(cost)
