"""The front's side of a channel: what a request or websocket gets from its host, and how that is found."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.types import Scope

from server.cluster.host_table import TAKEOVER_TIMEOUT, HostLink, HostTable, NoHostError
from server.cluster.stream import EntryKind, StreamChannel, encode_headers
from server.logs import current_id
from server.middleware.head_requests import IS_HEAD, is_head
from server.middleware.request_log import HEADER
from server.middleware.security_headers import NONCE

RETRY_INTERVAL = 0.05
"""Seconds before a host is looked for again that has just lost the slot."""

_COPIED = ("type", "path", "root_path", "scheme", "http_version")


class HostLostError(Exception):
    """The host is gone, or does not have the slot any more."""


class ForwardedCall:
    """An `Endpoint` that keeps entries until they are taken. For the event loop only.

    Attributes:
        on_bytes: offered each websocket message of bytes first; returns whether it has sent it.
        channel: to the host, once it is open.
        link: the host's.
        hands_over: whether the host waits for the client's connection.
    """

    def __init__(self) -> None:
        self.on_bytes: Callable[[bytes], bool] = lambda _: False
        self.channel: StreamChannel | None = None
        self.link: HostLink | None = None
        self.hands_over = False
        self._entries: deque[tuple[EntryKind, bytes]] = deque()
        self._arrived = asyncio.Event()
        self._opened: asyncio.Future[bool] | None = None
        self._lost = False

    async def open(
        self, table: HostTable, slot: int | None, scope: dict[str, Any], *, can_hand_over: bool = False
    ) -> None:
        """Find the host of a slot, and begin there.

        With `can_hand_over`, a host of this machine gets the client's connection itself: see `hands_over`.

        Raises:
            NoHostError: no host takes it in time.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TAKEOVER_TIMEOUT
        while True:
            link = await table.link_for(slot, deadline)
            self._entries.clear()
            self._lost = False
            self._opened = loop.create_future()
            self.link, self.hands_over = link, can_hand_over and link.sender is not None
            try:
                self.channel = link.open(slot, scope, self, hands_over=self.hands_over)
                if await self._opened:
                    return
                self.channel.close()
            except ConnectionError:
                pass
            if loop.time() >= deadline:
                raise NoHostError(slot)
            await asyncio.sleep(RETRY_INTERVAL)
            await table.refresh()

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Take an entry."""
        if kind is EntryKind.BYTES and not self._entries and self.on_bytes(payload):
            assert self.channel is not None
            self.channel.took(payload)
        elif kind is EntryKind.OPENED or kind is EntryKind.MOVED:
            if self._opened is not None and not self._opened.done():
                self._opened.set_result(kind is EntryKind.OPENED)
        else:
            self._entries.append((kind, payload))
            self._arrived.set()

    def on_lost(self) -> None:
        """Note that the host is gone."""
        self._lost = True
        self._arrived.set()
        if self._opened is not None and not self._opened.done():
            self._opened.set_result(False)

    async def next(self) -> tuple[EntryKind, bytes]:
        """Wait for an entry and return it; it stays the first one until `done`.

        Raises:
            HostLostError: the host is gone, and all its entries were taken.
        """
        while not self._entries:
            if self._lost:
                raise HostLostError
            self._arrived.clear()
            await self._arrived.wait()
        return self._entries[0]

    def done(self) -> None:
        """Remove the first entry, which has been dealt with."""
        kind, payload = self._entries.popleft()
        if self.channel is not None and kind in {
            EntryKind.TEXT,
            EntryKind.BYTES,
            EntryKind.BODY,
            EntryKind.EVENT,
        }:
            self.channel.took(payload)


def told_scope(scope: Scope) -> dict[str, Any]:
    """Return what a host needs of an ASGI scope, as JSON can hold it."""
    told: dict[str, Any] = {name: scope.get(name, "") for name in _COPIED}
    headers = encode_headers(scope["headers"])
    if (request := current_id()) is not None:
        headers = [each for each in headers if each[0] != HEADER.lower()] + [[HEADER.lower(), request]]
    told |= {
        "asgi": scope.get("asgi", {"version": "3.0"}),
        "headers": headers,
        "raw_path": (scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        "query_string": scope.get("query_string", b"").decode("latin-1"),
        "client": scope.get("client"),
        "server": scope.get("server"),
        NONCE: scope.get(NONCE, ""),
    }
    if scope["type"] == "http":
        told["method"], told[IS_HEAD] = scope["method"], is_head(scope)
    else:
        told["subprotocols"] = list(scope.get("subprotocols", ()))
    return told
