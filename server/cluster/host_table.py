"""The hosts with a stream to each, and their slots, as fronts and the host that has the rooms see them."""

import asyncio
import itertools
import json
import logging
import os
import time
from contextlib import suppress
from typing import Any

from server.cluster.directory import Directory, HostRecord, Placement
from server.cluster.slots import SESSION_SLOTS
from server.cluster.socket_passing import SocketSender
from server.cluster.stream import Endpoint, EntryKind, Stream, StreamChannel, encode_json
from server.logs import FailureLog
from server.storage.database import StorageError, StorageFailure

READ_INTERVAL = 0.25
"""Seconds between two reads of the directory."""

CONNECT_TIMEOUT = 1.0
"""Seconds within which a host must accept a stream."""

TAKEOVER_TIMEOUT = 6.0
"""Seconds that a request waits for the successor of a lost host."""

LOAD_LIFETIME = 1.0
"""Seconds after which a host's load in the directory includes the sessions that this front sent there."""

NEAR_FACTOR, NEAR_EXTRA = 1.25, 8
"""A host of this machine, which costs no forwarding, gets new sessions while it has at most so many times the
sessions of the one with the fewest, and so many more."""

log = logging.getLogger(__name__)


class NoHostError(Exception):
    """No host has the slot, and none took it over in time."""


class HostLink:
    """The connection to one host, which is restored as long as the host is in the directory."""

    def __init__(self, name: str, record: HostRecord) -> None:
        self.name = name
        self.record = record
        self.stream: Stream | None = None
        self.sender: SocketSender | None = None
        """Hands client connections over to the host; None if it is on another machine."""
        self.recent_sessions = 0
        """The number of sessions created there that the load in the directory may not include yet."""
        self._numbers = itertools.count(1)
        self._handshake: asyncio.Future[None] | None = None

    async def connect(self) -> None:
        """Open the stream.

        Raises:
            OSError: the host accepts no connections, or is not the one in the directory.
            TimeoutError: it does not answer.
        """
        loop, info = asyncio.get_running_loop(), self.record.info
        self._handshake = loop.create_future()
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, stream = await loop.create_connection(
                lambda: Stream(self._on_first_entry), info.address, info.port
            )
            stream.on_lost = self._on_early_loss
            stream.send(EntryKind.HELLO, 0, encode_json({"secret": info.secret}), urgent=True)
            try:
                await self._handshake
            except BaseException:
                stream.abort()
                raise
        self.stream = stream

    def _on_early_loss(self) -> None:
        if self._handshake is not None and not self._handshake.done():
            self._handshake.set_exception(ConnectionError("refused"))

    def _on_first_entry(self, stream: Stream, kind: EntryKind, number: int, payload: bytes) -> None:
        del stream, number
        if kind is EntryKind.HELLO and self._handshake is not None and not self._handshake.done():
            hello = json.loads(payload)
            if (hello["member"], hello["fence"]) == (self.name, self.record.fencing_token):
                if hello["sockets"] is not None:
                    with suppress(OSError):  # it is on another machine
                        self.sender = SocketSender(hello["sockets"])
                self._handshake.set_result(None)
            else:
                self._handshake.set_exception(ConnectionError("another host"))

    def on_disconnected(self) -> None:
        """Drop the stream, which is lost."""
        self.stream = None
        if self.sender is not None:
            self.sender.close()
            self.sender = None

    def open(
        self, slot: int | None, scope: dict[str, Any], endpoint: Endpoint, *, hands_over: bool = False
    ) -> StreamChannel:
        """Open a channel for a request or websocket; the host answers with `OPENED` or `MOVED`.

        Args:
            slot: the slot; None for a new session.
            scope: the scope, as `encode_scope` returns it.
            endpoint: receives the channel's entries.
            hands_over: whether the host is to wait for the client's connection, which `sender` passes.

        Raises:
            ConnectionError: the stream is lost.
        """
        channel = self.open_channel(endpoint)
        channel.send_control(
            EntryKind.OPEN, encode_json({"slot": slot, "scope": scope, "hands_over": hands_over})
        )
        return channel

    def open_channel(self, endpoint: Endpoint) -> StreamChannel:
        """Return a new channel on which nothing was sent.

        Raises:
            ConnectionError: the stream is lost.
        """
        if self.stream is None or self.stream.is_lost:
            raise ConnectionError(self.name)
        return self.stream.channel(next(self._numbers), endpoint)


class HostTable:
    """The hosts of the directory, with a link to each. For the event loop only."""

    def __init__(self, directory: Directory, machine: str) -> None:
        """Create it, empty, for a process on a machine with this name; `run` keeps it up to date."""
        self._directory = directory
        self._machine = machine
        self._placement = Placement({}, {})
        self.links: dict[str, HostLink] = {}
        self._changed = asyncio.Event()
        self._trouble = FailureLog(log, "the directory of the cluster")
        self._tasks: set[asyncio.Future[None]] = set()
        self._refreshing: asyncio.Future[None] | None = None
        self._load_reset = 0.0
        self.failure: StorageFailure | None = None
        """Why the directory cannot be read, None if it can."""

    @property
    def placement(self) -> Placement:
        """The directory as it was last read."""
        return self._placement

    @property
    def sessions(self) -> int:
        """The number of sessions that all hosts together have in memory."""
        return sum(record.load for record in self._placement.hosts.values())

    async def run(self) -> None:
        """Keep the table up to date, until cancelled; then close the streams."""
        try:
            while True:
                await self.refresh()
                await asyncio.sleep(READ_INTERVAL)
        finally:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()  # or they connect again
            for link in self.links.values():
                if link.stream is not None:
                    link.stream.close()
            await asyncio.gather(*tasks, return_exceptions=True)
            for link in self.links.values():
                link.on_disconnected()

    async def refresh(self) -> None:
        """Read the directory now; concurrent calls share one read."""
        if self._refreshing is None:
            self._refreshing = asyncio.ensure_future(self._refresh())
        await asyncio.shield(self._refreshing)

    async def _refresh(self) -> None:
        try:
            self._apply(await asyncio.to_thread(self._read_directory))
        except StorageError as problem:  # the table stays as it is
            self.failure = problem.failure
            self._trouble.record_failure(problem)
        else:
            self.failure = None
            self._trouble.record_success()
        finally:
            self._refreshing = None

    def _read_directory(self) -> Placement:
        self._directory.expel_expired()
        return self._directory.read()

    def _apply(self, placement: Placement) -> None:
        self._placement = placement
        now = time.monotonic()
        reset = now - self._load_reset >= LOAD_LIFETIME
        if reset:
            self._load_reset = now
        for name, link in list(self.links.items()):
            record = placement.hosts.get(name)
            if record is None or record.fencing_token != link.record.fencing_token:
                del self.links[name]
                if link.stream is not None:
                    link.stream.abort()  # nothing more of an expelled host reaches a client
            else:
                link.record = record
                link.recent_sessions = 0 if reset else link.recent_sessions
        for name, record in placement.hosts.items():
            if name not in self.links:
                link = self.links[name] = HostLink(name, record)
                self._start_task(self._keep_connected(link))
        self._notify_waiting()

    def _notify_waiting(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _start_task(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_connected(self, link: HostLink) -> None:
        """Connect to a host, again after each loss, as long as it is in the directory and may be alive."""
        while self.links.get(link.name) is link:
            try:
                await link.connect()
            except ConnectionRefusedError:
                await self._expel(link)
                return
            except (OSError, TimeoutError):
                if self._process_has_ended(link.record):
                    await self._expel(link)
                    return
                await asyncio.sleep(READ_INTERVAL)  # its lease expires unless it answers
                continue
            stream = link.stream
            assert stream is not None
            lost = asyncio.Event()
            stream.on_lost = lost.set
            self._notify_waiting()
            await lost.wait()
            link.on_disconnected()

    def _process_has_ended(self, record: HostRecord) -> bool:
        """Return whether a host's process has certainly ended."""
        if record.info.machine != self._machine:
            return False
        try:
            os.kill(record.info.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False

    async def _expel(self, link: HostLink) -> None:
        """Expel a host whose process has ended, unless it has left in the meantime."""
        await self.refresh()
        if self.links.get(link.name) is not link:
            return
        log.warning("the host %s is gone: others take its trainings over", link.name)
        try:
            await asyncio.to_thread(self._directory.expel, link.name)
        except StorageError as problem:
            self._trouble.record_failure(problem)
        await self.refresh()

    # -- finding a host

    async def wait_for_host(self, slot: int | None, deadline: float) -> HostLink:
        """Wait for a connected host, and return it.

        Args:
            slot: the host must have this slot; None for a new session: a host with few sessions, preferably
                on this machine.
            deadline: until when to wait, in the event loop's time.

        Raises:
            NoHostError: there is none in time.
        """
        loop = asyncio.get_running_loop()
        while True:
            link = self.connected_host(slot) if slot is not None else self._least_loaded()
            if link is not None:
                return link
            changed = self._changed
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                if loop.time() >= deadline:
                    raise NoHostError(slot) from None

    def connected_host(self, slot: int) -> HostLink | None:
        """Return the host of a slot; None if it has none, or the host is not connected."""
        link = self.links.get(self._placement.slots.get(slot, ""))
        return link if link is not None and link.stream is not None else None

    def accepting_hosts(self) -> list[HostLink]:
        """Return the connected hosts that accept new sessions."""
        slots = self._placement.slots
        names = {slots[each] for each in SESSION_SLOTS if each in slots}
        return [
            link
            for name, link in self.links.items()
            if link.stream is not None and name in names and not link.record.leaves
        ]

    def _least_loaded(self) -> HostLink | None:
        links = self.accepting_hosts()
        if not links:
            return None
        best = min(links, key=load_of)
        here = min((link for link in links if link.sender is not None), key=load_of, default=best)
        if load_of(here) <= NEAR_FACTOR * load_of(best) + NEAR_EXTRA:
            best = here
        best.recent_sessions += 1
        return best


def load_of(link: HostLink) -> int:
    """Return roughly how many sessions a host has in memory."""
    return link.record.load + link.recent_sessions
