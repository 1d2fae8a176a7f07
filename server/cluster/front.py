"""A front among the others: it registers itself, shares limits with them, and exchanges metrics."""

import asyncio
import hmac
import json
import logging
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import CollectorRegistry
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from server.cluster.directory import RENEWAL_INTERVAL, HostRecord, ProcessInfo
from server.cluster.front_directory import FrontDirectory, FrontRecord
from server.cluster.host_queries import HostResponse, query
from server.cluster.host_table import HostLink
from server.cluster.hosted_request import HostedRequest, decode_scope
from server.cluster.stream import EntryKind, Stream, encode_json
from server.limits.processes import Processes
from server.limits.quotas import Quota
from server.logs import FailureLog
from server.metrics import Metrics
from server.storage.database import StorageError
from server.version import VERSION

log = logging.getLogger(__name__)


class Front:
    """The front of this process. For the event loop only.

    Attributes:
        name: its name in the directory of fronts, new for each process.
        metrics: those of this process.
        processes: counts the fronts that share the limits.
        pages: counts this front's websockets.
        connections: counts this front's TCP connections.
    """

    def __init__(self, directory: FrontDirectory, *, address: str, machine: str, name: str = "") -> None:
        """Create it.

        Args:
            directory: the directory of fronts, whose table exists.
            address: the address of this machine at which other fronts reach it.
            machine: a name that all hosts and fronts of this machine share.
            name: its name; by default a new one.
        """
        self.name = name or f"{machine}-front-{secrets.token_hex(4)}"
        self.metrics = Metrics()
        self.processes = Processes()
        self.pages = self.connections = Quota(0, 0)
        self._directory = directory
        self._info = ProcessInfo(address, 0, secrets.token_urlsafe(32), machine, os.getpid(), VERSION)
        self._all: Mapping[str, FrontRecord] = {}
        self._streams: set[Stream] = set()
        self._server: asyncio.Server
        self._trouble = FailureLog(log, "the directory of the cluster's fronts")

    @property
    def all_fronts(self) -> Mapping[str, FrontRecord]:
        """All fronts by name, as the directory was last read, with this front's current counts."""
        return {**self._all, self.name: self._record()}

    async def start(self) -> None:
        """Accept streams of other fronts, and register in the directory.

        Raises:
            OSError: the address is not this machine's.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._new_stream, self._info.address, 0)
        self._info = self._info._replace(port=self._server.sockets[0].getsockname()[1])
        await self._renew()

    async def run(self) -> None:
        """Renew the registration until cancelled, then remove it."""
        try:
            while True:
                await asyncio.sleep(RENEWAL_INTERVAL)
                await self._renew()
        finally:
            self._server.close()
            for stream in list(self._streams):
                stream.abort()
            with suppress(StorageError):  # else the others find that its lease has expired
                await asyncio.to_thread(self._directory.leave, self.name)

    def _record(self) -> FrontRecord:
        return FrontRecord(self._info, len(self.pages), len(self.connections))

    async def _renew(self) -> None:
        try:
            self._all = await asyncio.to_thread(self._directory.renew, self.name, self._record())
        except StorageError as problem:  # they stay as they were
            self._trouble.record_failure(problem)
            return
        self._trouble.record_success()
        others = [record for name, record in self._all.items() if name != self.name]
        self.processes.count = len(others) + 1
        self.pages.elsewhere = sum(record.pages for record in others)
        self.connections.elsewhere = sum(record.connections for record in others)

    # -- requests between fronts

    async def query_others(self, scope: Scope) -> list[HostResponse]:
        """Return the responses of all other fronts to a request; see `query_hosts`."""
        others = [(name, record) for name, record in self._all.items() if name != self.name]
        answers = await asyncio.gather(*(_query_front(name, record.info, scope) for name, record in others))
        return [answer for answer in answers if answer is not None]

    def _new_stream(self) -> Stream:
        stream = Stream(self._on_first_entry)
        self._streams.add(stream)
        stream.on_lost = lambda: self._streams.discard(stream)
        return stream

    def _on_first_entry(self, stream: Stream, kind: EntryKind, number: int, payload: bytes) -> None:
        """Handle an entry of a number without a channel: the handshake, or a new request."""
        if kind is EntryKind.HELLO:
            secret = str(json.loads(payload).get("secret", ""))
            if not hmac.compare_digest(secret.encode(), self._info.secret.encode()):
                stream.abort()
                return
            stream.is_authenticated = True
            stream.send(
                EntryKind.HELLO,
                0,
                encode_json({"member": self.name, "fence": 0, "sockets": None}),
                urgent=True,
            )
        elif not stream.is_authenticated:
            stream.abort()
        elif kind is EntryKind.OPEN:
            stream.send(EntryKind.OPENED, number, b"", urgent=True)
            scope = decode_scope(json.loads(payload)["scope"])
            HostedRequest(_metrics_of(self.metrics.registry), stream, number, scope)


def _metrics_of(registry: CollectorRegistry) -> ASGIApp:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)(scope, receive, send)

    return answer


async def _query_front(name: str, about: ProcessInfo, scope: Scope) -> HostResponse | None:
    link = HostLink(name, HostRecord(0, about, 0, leaves=False))
    try:
        await link.connect()
    except (OSError, TimeoutError):  # it has ended, or hangs
        return None
    try:
        return await query(link, dict(scope))
    finally:
        if link.stream is not None:
            link.stream.close()
        link.on_disconnected()
