"""What limits of the whole count besides all sessions: those of rooms, running jobs, streams of events.

The host that has the rooms tells each other one, once a second, what all others have.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from fastapi import FastAPI

from server.cluster.forwarded_call import HostLostError
from server.cluster.host_table import HostLink, HostTable
from server.cluster.peer_calls import MovedError, PeerCalls
from server.jobs.registry import JobRegistry
from server.limits.quotas import Quota
from server.runtime.session_manager import SessionManager

SHARE_INTERVAL = 1.0
"""Seconds between two exchanges."""


class Counts(NamedTuple):
    """What one host has, or several together."""

    in_rooms: int = 0
    """Sessions of rooms in memory."""
    jobs: Counter[str] = Counter()  # noqa: RUF012 - never changed
    """Running jobs by the client network that started them."""
    event_streams: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the counts of both."""
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
        """Note what all other hosts have, and how many places are reserved for rooms; return this host's."""
        self._event_streams.elsewhere = elsewhere.event_streams
        return Counts(
            self._session_manager.share_rooms(reserved, elsewhere.in_rooms),
            self._jobs.share(elsewhere.jobs),
            len(self._event_streams),
        )


class SharedCounts:
    """The counts of all hosts, at the one that has the rooms. For the event loop only.

    Attributes:
        reserved: places that are reserved for rooms.
    """

    def __init__(self, table: HostTable, calls_to: Callable[[HostLink], PeerCalls], *, name: str) -> None:
        """Create it for a host with a name, and for how it calls the others."""
        self.reserved = 0
        self._table = table
        self._calls_to = calls_to
        self._name = name
        self._counts: dict[str, Counts] = {}

    async def exchange(self, here: HostCounts) -> None:
        """Tell each host what the others have, and ask for its own counts."""
        others = {name: link for name, link in self._table.links.items() if name != self._name}
        for gone in self._counts.keys() - others.keys():
            del self._counts[gone]
        self._counts[self._name] = here.share(self.reserved, self._without(self._name))
        await asyncio.gather(*(self._exchange_with(link) for link in others.values()))

    async def _exchange_with(self, link: HostLink) -> None:
        try:
            async with asyncio.timeout(SHARE_INTERVAL):
                told = await self._calls_to(link).call("share", self.reserved, self._without(link.name))
        except (HostLostError, MovedError, ConnectionError, TimeoutError):  # it is asked again
            return
        self._counts[link.name] = told

    def _without(self, name: str) -> Counts:
        together = Counts()
        for each, counts in self._counts.items():
            if each != name:
                together = together.plus(counts)
        return together
