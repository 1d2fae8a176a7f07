"""Counts behind limits of the whole cluster: sessions of rooms, running jobs and event streams.

Once a second the host that has the rooms fetches each other host's counts, and tells it the sum of the rest.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from fastapi import FastAPI

from server.cluster.forwarded_request import HostLostError
from server.cluster.host_table import HostLink, HostTable
from server.cluster.peer_calls import MovedError, PeerCalls
from server.jobs.registry import JobRegistry
from server.limits.quotas import Quota
from server.runtime.session_manager import SessionManager

EXCHANGE_INTERVAL = 1.0
"""Seconds between two exchanges."""


class Counts(NamedTuple):
    """The counts of one host, or the sum of several."""

    in_rooms: int = 0
    """The number of sessions of rooms in memory."""
    jobs: Counter[str] = Counter()  # noqa: RUF012 - never changed
    """The number of running jobs by the client network that started them."""
    event_streams: int = 0
    """The number of open event streams."""

    def plus(self, other: "Counts") -> "Counts":
        """Return the sum of both."""
        return Counts(
            self.in_rooms + other.in_rooms,
            self.jobs + other.jobs,
            self.event_streams + other.event_streams,
        )


class HostCounts:
    """The counts of this host. Its method may be called from any thread."""

    def __init__(self, app: FastAPI) -> None:
        """Create it for this host's application."""
        self._session_manager: SessionManager = app.state.session_manager
        self._jobs: JobRegistry = app.state.jobs
        self._event_streams: Quota = app.state.event_streams

    def share(self, reserved: int, elsewhere: Counts) -> Counts:
        """Set the counts of all other hosts and the places reserved for rooms; return this host's counts."""
        self._event_streams.elsewhere = elsewhere.event_streams
        return Counts(
            self._session_manager.share_rooms(reserved, elsewhere.in_rooms),
            self._jobs.share(elsewhere.jobs),
            len(self._event_streams),
        )


class SharedCounts:
    """The counts of all hosts, kept by the one that has the rooms. For the event loop only.

    Attributes:
        reserved: the number of places reserved for sessions of rooms.
    """

    def __init__(self, table: HostTable, calls_to: Callable[[HostLink], PeerCalls], *, name: str) -> None:
        """Create it for the host `name`; `calls_to` returns what calls another host."""
        self.reserved = 0
        self._table = table
        self._calls_to = calls_to
        self._name = name
        self._counts: dict[str, Counts] = {}

    async def exchange(self, here: HostCounts) -> None:
        """Tell each host the sum of the others' counts, and fetch its own."""
        others = {name: link for name, link in self._table.links.items() if name != self._name}
        for gone in self._counts.keys() - others.keys():
            del self._counts[gone]
        self._counts[self._name] = here.share(self.reserved, self._total_without(self._name))
        await asyncio.gather(*(self._exchange_with(link) for link in others.values()))

    async def _exchange_with(self, link: HostLink) -> None:
        try:
            async with asyncio.timeout(EXCHANGE_INTERVAL):
                counts = await self._calls_to(link).call(
                    "share", self.reserved, self._total_without(link.name)
                )
        except (HostLostError, MovedError, ConnectionError, TimeoutError):  # the next round tries again
            return
        self._counts[link.name] = counts

    def _total_without(self, name: str) -> Counts:
        together = Counts()
        for each, counts in self._counts.items():
            if each != name:
                together = together.plus(counts)
        return together
