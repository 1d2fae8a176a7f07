"""What makes a host the home of all rooms: how they reach the sessions of their learners on other hosts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import URL
from starlette.websockets import WebSocket

from server.cluster.directory import Directory, Lease
from server.cluster.host_slots import HostSlots
from server.cluster.host_table import HostTable
from server.cluster.projected_relay import ProjectedRelay
from server.cluster.shared_counts import HostCounts
from server.cluster.spread_sessions import SpreadSessions
from server.cluster.stored_rules import RulesWriter, StoredRules
from server.runtime.room_sessions import RoomSessions
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database
from server.storage.kept_limits import KeptLimits
from server.websocket.lifecycle import SocketHandler

OpenDatabase = Callable[[str | URL, KeptLimits], Database]


class Home:
    """The part of a host that it needs while it has the rooms. For the event loop only."""

    def __init__(
        self,
        settings: Settings,
        url: str | URL,
        slots: HostSlots,
        *,
        open_database: OpenDatabase,
        name: str,
        machine: str,
    ) -> None:
        """Create it for a host; `running` runs it once the host has the rooms.

        Args:
            settings: the server's settings.
            url: the database's.
            slots: the host's slots.
            open_database: makes databases of the host, which refuse everything once it is expelled.
            name: the host's name.
            machine: the name of its machine.
        """
        self._settings = settings
        self._url = url
        self._slots = slots
        self._name = name
        self._machine = machine
        self._open_database = open_database
        self.table: HostTable
        self._sessions: SpreadSessions

    def room_sessions(self, session_manager: SessionManager) -> RoomSessions:
        """Return how the rooms reach the sessions of their learners, given those of this host."""
        self.table = HostTable(Directory(Database(self._url, shared=True)), self._machine)
        rules = RulesWriter(StoredRules(self._open_database(self._url, KeptLimits())))
        self._sessions = SpreadSessions(
            session_manager, self._slots, self.table, rules, self._settings, name=self._name
        )
        return self._sessions

    def relay(self, websocket: WebSocket, find: Callable[[str], str | None]) -> SocketHandler:
        """Return what serves a projector's websocket; see `ProjectedRelay`."""
        return ProjectedRelay(websocket, self._settings, self.table, find)

    @asynccontextmanager
    async def running(self, lease: Lease, counts: HostCounts) -> AsyncIterator[None]:
        """Look after the other hosts within an `async with` block, in which the rooms run.

        Args:
            lease: the host's.
            counts: what the host has that limits of the whole count.
        """
        self._sessions.fence = lease.fence
        await self.table.refresh()
        tasks = [asyncio.create_task(self.table.run()), asyncio.create_task(self._sessions.run(counts))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
