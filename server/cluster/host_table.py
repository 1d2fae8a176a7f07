"""The hosts, a stream to each, and which has which slot, as fronts and the home of rooms see it."""

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
from server.cluster.stream import Endpoint, EntryKind, Stream, StreamChannel, encode
from server.logs import RepeatedTrouble
from server.storage.database import StorageError, StorageFailure

READ_INTERVAL = 0.25
"""Seconds between two looks into the directory."""

CONNECT_TIMEOUT = 1.0
"""Seconds in which a host must take a stream."""

TAKEOVER_TIMEOUT = 6.0
"""Seconds that a request waits for the heir of a host that is gone."""

LOAD_LIFETIME = 1.0
"""Seconds after which the load that a host tells includes what this front has sent there."""

NEAR_FACTOR, NEAR_EXTRA = 1.25, 8
"""A host of this machine, which costs no forwarding, gets new sessions while it has at most so many times the
sessions of the one with the fewest, and so many more."""

log = logging.getLogger(__name__)


class NoHostError(Exception):
    """No host has the slot, and none took it over in time."""


class HostLink:
    """The stream to one host, which is made again as long as the host is in the directory."""

    def __init__(self, name: str, member: HostRecord) -> None:
        self.name = name
        self.member = member
        self.stream: Stream | None = None
        self.sender: SocketSender | None = None
        """Passes connections on to the host; None where it is on another machine."""
        self.newly_sent = 0
        """Sessions that were begun there, and that the load in the directory may not include."""
        self._numbers = itertools.count(1)
        self._welcomed: asyncio.Future[None] | None = None

    async def connect(self) -> None:
        """Connect.

        Raises:
            OSError: the host does not take connections, or is not the one of the directory.
            TimeoutError: it does not answer.
        """
        loop, about = asyncio.get_running_loop(), self.member.about
        self._welcomed = loop.create_future()
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, stream = await loop.create_connection(
                lambda: Stream(self._on_first_entry), about.address, about.port
            )
            stream.on_lost = self._on_early_loss
            stream.send(EntryKind.HELLO, 0, encode({"secret": about.secret}), urgent=True)
            try:
                await self._welcomed
            except BaseException:
                stream.abort()
                raise
        self.stream = stream

    def _on_early_loss(self) -> None:
        if self._welcomed is not None and not self._welcomed.done():
            self._welcomed.set_exception(ConnectionError("refused"))

    def _on_first_entry(self, stream: Stream, kind: EntryKind, number: int, payload: bytes) -> None:
        del stream, number
        if kind is EntryKind.HELLO and self._welcomed is not None and not self._welcomed.done():
            told = json.loads(payload)
            if (told["member"], told["fence"]) == (self.name, self.member.fence):
                if told["sockets"] is not None:
                    with suppress(OSError):  # it is on another machine
                        self.sender = SocketSender(told["sockets"])
                self._welcomed.set_result(None)
            else:
                self._welcomed.set_exception(ConnectionError("another host"))

    def disconnected(self) -> None:
        """Note that the stream is lost."""
        self.stream = None
        if self.sender is not None:
            self.sender.close()
            self.sender = None

    def open(
        self, slot: int | None, scope: dict[str, Any], endpoint: Endpoint, *, hands_over: bool = False
    ) -> StreamChannel:
        """Begin a request or websocket on the host; its first entry tells whether the host takes it.

        With `hands_over`, the host waits for the client's connection, which `sender` passes on.

        Raises:
            ConnectionError: the stream is lost.
        """
        channel = self.open_channel(endpoint)
        channel.tell(EntryKind.OPEN, encode({"slot": slot, "scope": scope, "hands_over": hands_over}))
        return channel

    def open_channel(self, endpoint: Endpoint) -> StreamChannel:
        """Return a new channel, on which nothing has been said; raises as `open`."""
        if self.stream is None or self.stream.is_lost:
            raise ConnectionError(self.name)
        return self.stream.channel(next(self._numbers), endpoint)


class HostTable:
    """The hosts. For the event loop only."""

    def __init__(self, directory: Directory, machine: str) -> None:
        """Create it; `run` keeps it up to date."""
        self._directory = directory
        self._machine = machine
        self._placement = Placement({}, {})
        self.links: dict[str, HostLink] = {}
        self._changed = asyncio.Event()
        self._trouble = RepeatedTrouble(log, "the directory of the cluster")
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
        """The number of sessions in memory of all hosts."""
        return sum(member.load for member in self._placement.members.values())

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
                link.disconnected()

    async def refresh(self) -> None:
        """Read the directory now. Calls at the same time share one look."""
        if self._refreshing is None:
            self._refreshing = asyncio.ensure_future(self._refresh())
        await asyncio.shield(self._refreshing)

    async def _refresh(self) -> None:
        try:
            self._apply(await asyncio.to_thread(self._read))
        except StorageError as problem:  # the table stays as it is
            self.failure = problem.failure
            self._trouble.failed(problem)
        else:
            self.failure = None
            self._trouble.worked()
        finally:
            self._refreshing = None

    def _read(self) -> Placement:
        self._directory.expel_expired()
        return self._directory.read()

    def _apply(self, placement: Placement) -> None:
        self._placement = placement
        now = time.monotonic()
        reset = now - self._load_reset >= LOAD_LIFETIME
        if reset:
            self._load_reset = now
        for name, link in list(self.links.items()):
            member = placement.members.get(name)
            if member is None or member.fence != link.member.fence:
                del self.links[name]
                if link.stream is not None:
                    link.stream.abort()  # nothing more of an expelled host reaches a client
            else:
                link.member = member
                link.newly_sent = 0 if reset else link.newly_sent
        for name, member in placement.members.items():
            if name not in self.links:
                link = self.links[name] = HostLink(name, member)
                self._start(self._keep_connected(link))
        self._announce()

    def _announce(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep_connected(self, link: HostLink) -> None:
        """Connect to a host again and again, as long as it is in the directory and may be alive."""
        while self.links.get(link.name) is link:
            try:
                await link.connect()
            except ConnectionRefusedError:
                await self._expel(link)
                return
            except (OSError, TimeoutError):
                if self._has_ended(link.member):
                    await self._expel(link)
                    return
                await asyncio.sleep(READ_INTERVAL)  # its lease expires unless it answers
                continue
            stream = link.stream
            assert stream is not None
            lost = asyncio.Event()
            stream.on_lost = lost.set
            self._announce()
            await lost.wait()
            link.disconnected()

    def _has_ended(self, member: HostRecord) -> bool:
        """Return whether a host's process has certainly ended."""
        if member.about.machine != self._machine:
            return False
        try:
            os.kill(member.about.process, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
        return False

    async def _expel(self, link: HostLink) -> None:
        """Expel a host whose process has ended: its port takes no connections any more."""
        await self.refresh()  # it may have left in peace
        if self.links.get(link.name) is not link:
            return
        log.warning("the host %s is gone: others take its trainings over", link.name)
        try:
            await asyncio.to_thread(self._directory.expel, link.name)
        except StorageError as problem:
            self._trouble.failed(problem)
        await self.refresh()

    # -- finding a host

    async def link_for(self, slot: int | None, deadline: float) -> HostLink:
        """Return a connected host that has a slot; for None, one with few sessions, rather here.

        Args:
            slot: the slot, or None for a new session.
            deadline: the time of the event loop until which to wait for one.

        Raises:
            NoHostError: there is none in time.
        """
        loop = asyncio.get_running_loop()
        while True:
            link = self.connected(slot) if slot is not None else self._least_loaded()
            if link is not None:
                return link
            changed = self._changed
            try:
                async with asyncio.timeout_at(deadline):
                    await changed.wait()
            except TimeoutError:
                if loop.time() >= deadline:
                    raise NoHostError(slot) from None

    def connected(self, slot: int) -> HostLink | None:
        """Return the host of a slot; None if there is none, or no stream to it, just now."""
        link = self.links.get(self._placement.slots.get(slot, ""))
        return link if link is not None and link.stream is not None else None

    def able(self) -> list[HostLink]:
        """Return the connected hosts that take new sessions."""
        slots = self._placement.slots
        able = {slots[each] for each in SESSION_SLOTS if each in slots}
        return [
            link
            for name, link in self.links.items()
            if link.stream is not None and name in able and not link.member.leaves
        ]

    def _least_loaded(self) -> HostLink | None:
        links = self.able()
        if not links:
            return None
        best = min(links, key=load_of)
        here = min((link for link in links if link.sender is not None), key=load_of, default=best)
        if load_of(here) <= NEAR_FACTOR * load_of(best) + NEAR_EXTRA:
            best = here
        best.newly_sent += 1
        return best


def load_of(link: HostLink) -> int:
    """Return about how many sessions a host has in memory."""
    return link.member.load + link.newly_sent
