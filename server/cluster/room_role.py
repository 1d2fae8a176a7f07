"""The extra work of the host that has the classrooms: reaching their learners' sessions on other hosts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy import URL
from starlette.websockets import WebSocket

from server.cluster.directory import Directory, Lease
from server.cluster.distributed_sessions import DistributedSessions
from server.cluster.host_slots import HostSlots
from server.cluster.host_table import HostTable
from server.cluster.projected_relay import ProjectedRelay
from server.cluster.shared_counts import HostCounts
from server.cluster.stored_rules import RulesWriter, StoredRules
from server.runtime.room_sessions import RoomSessions
from server.runtime.session_manager import SessionManager
from server.settings import Settings
from server.storage.database import Database
from server.storage.storage_quotas import StorageQuotas
from server.websocket.lifecycle import SocketHandler

OpenDatabase = Callable[[str | URL, StorageQuotas], Database]


class RoomRole:
    """What a host needs while it has the home slots, and so the classrooms. For the event loop only."""

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
        """Create it for a host; `while_active` starts it once the host has the home slots.

        Args:
            settings: the server's settings.
            url: the database's URL.
            slots: the host's slots.
            open_database: returns a database whose transactions fail once the host is expelled.
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
        self._sessions: DistributedSessions

    def room_sessions(self, session_manager: SessionManager) -> RoomSessions:
        """Return what classrooms use to reach sessions on all hosts, given this host's session manager."""
        self.table = HostTable(Directory(Database(self._url, shared=True)), self._machine)
        rules = RulesWriter(StoredRules(self._open_database(self._url, StorageQuotas())))
        self._sessions = DistributedSessions(
            session_manager, self._slots, self.table, rules, self._settings, name=self._name
        )
        return self._sessions

    def projector_socket(self, websocket: WebSocket, find: Callable[[str], str | None]) -> SocketHandler:
        """Return the handler of a projector's websocket; for `find` see `ProjectedRelay`."""
        return ProjectedRelay(websocket, self._settings, self.table, find)

    @asynccontextmanager
    async def while_active(self, lease: Lease, counts: HostCounts) -> AsyncIterator[None]:
        """Keep in contact with the other hosts within an `async with` block, in which classrooms run.

        Args:
            lease: the host's lease.
            counts: the host's counts for limits of the whole cluster.
        """
        self._sessions.fencing_token = lease.fencing_token
        await self.table.refresh()
        tasks = [asyncio.create_task(self.table.run()), asyncio.create_task(self._sessions.run(counts))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
