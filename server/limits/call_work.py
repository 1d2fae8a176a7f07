"""The extra work of some REST calls, for which clients are charged: parsing large bodies, large networks.

The calls of one address together have the rate of one page, and share the rate of all pages of that address.
"""

import asyncio
import time
from collections.abc import Callable

from server.limits.build_work import BUILD_RATE, PAGE_BUILD_RATE
from server.limits.rate_limits import BURST_SECONDS, AddressRateLimiter, TokenBucket

BODY_COST = 5.0
"""Milliseconds charged for each millisecond in which a large body is parsed and validated.

It keeps Python's global lock meanwhile, in long pieces, and what is then done with it takes as long again.
"""

BYTES_PER_MILLISECOND = 16_384
"""Bytes of a large body that are expected to be parsed and validated in a millisecond."""

MAX_CALL_WAIT = 3.0
"""Seconds that a call may wait for earlier work; it is refused if it had to wait longer."""


class CallWork:
    """Limits the work of each address: by its calls, and (in `builds`) by its calls and pages together."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it for addresses that have caused no work; `clock` returns seconds."""
        self.builds = AddressRateLimiter(BURST_SECONDS * BUILD_RATE, BUILD_RATE, clock)
        self._calls = AddressRateLimiter(BURST_SECONDS * PAGE_BUILD_RATE, PAGE_BUILD_RATE, clock)

    async def wait(self, address: str | None, work: float) -> float:
        """Wait until earlier work is paid, and charge `work` milliseconds.

        Returns:
            0 once the work may be done. If it would have to wait too long: at once, the seconds after which
            to try again; nothing is charged.
        """
        wait = max(bucket.debt() for bucket in self._buckets(address))
        if wait > MAX_CALL_WAIT:
            return wait
        self.charge(address, work)
        if wait:
            await asyncio.sleep(wait)
        return 0.0

    def charge(self, address: str | None, work: float) -> None:
        """Charge milliseconds of work; a negative number gives back what was charged too much."""
        for bucket in self._buckets(address):
            bucket.charge(work)

    def _buckets(self, address: str | None) -> tuple[TokenBucket, TokenBucket]:
        return self._calls.bucket(address), self.builds.bucket(address)


def expected_work(body: bytes, cost: float = BODY_COST) -> float:
    """Return the milliseconds to charge for a large body before it is known how long it takes."""
    return cost * len(body) / BYTES_PER_MILLISECOND
