"""Quotas: the largest number of something in total and for each client address."""

import ipaddress
import math
from collections import Counter

from server.limits.processes import ALONE, Processes

RESERVE = 0.1
"""Additional capacity, as a fraction of the limit, reserved for sessions that a client resumes."""


def client_network(address: str | None) -> str:
    """Return the key under which an address is counted.

    IPv4 addresses count individually, IPv6 addresses by their /64 network, the usual size of one household's
    network. A string that is not an IP address is returned unchanged, None as "".
    """
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Quota:
    """Counts uses in total and for each client network. The network "" counts only in the total.

    The caller checks the limits before it acquires; `acquire` itself never fails.
    """

    def __init__(self, limit: int, limit_per_client: int, processes: Processes = ALONE) -> None:
        """Create it without uses.

        Args:
            limit: the largest number in total.
            limit_per_client: the largest number for each client network.
            processes: the processes that share the limits; for totals counted together see `elsewhere`.
        """
        self._limit = limit
        self._limit_per_client = limit_per_client
        self._count = 0
        self.elsewhere = 0
        """The uses that other processes count. A client may have its part in each."""
        self._processes = processes
        self._per_client: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._count

    @property
    def full(self) -> bool:
        """Whether the limit for all clients together is reached."""
        return self._count + self.elsewhere >= self._limit

    @property
    def reserve_used(self) -> bool:
        """Whether both the limit and the reserve above it are used up."""
        return self._count + self.elsewhere >= self._limit + math.ceil(RESERVE * self._limit)

    def count_for(self, client: str) -> int:
        """Return the number of uses by one client network (from `client_network`)."""
        return self._per_client[client]

    def full_for(self, client: str) -> bool:
        """Return whether one client network (from `client_network`) has reached its limit."""
        return bool(client) and self._per_client[client] >= math.ceil(
            self._limit_per_client / self._processes.count
        )

    def acquire(self, client: str) -> None:
        """Count one more."""
        self._count += 1
        self._per_client[client] += 1

    def release(self, client: str) -> None:
        """Count one less."""
        self._count -= 1
        self._per_client[client] -= 1
        if not self._per_client[client]:
            del self._per_client[client]
