"""The front's side of a channel: finds the host of a request or websocket, and receives what that sends."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.types import Scope

from server.cluster.host_table import TAKEOVER_TIMEOUT, HostLink, HostTable, NoHostError
from server.cluster.stream import EntryKind, StreamChannel, encode_headers
from server.logs import current_id
from server.middleware.head_requests import IS_HEAD, is_head
from server.middleware.request_log import REQUEST_ID_HEADER
from server.middleware.security_headers import NONCE

RETRY_INTERVAL = 0.05
"""Seconds between two attempts to find the host of a slot."""

_COPIED = ("type", "path", "root_path", "scheme", "http_version")


class HostLostError(Exception):
    """The stream to the host is lost."""


class ForwardedRequest:
    """One request or websocket on its host; an `Endpoint` that queues entries. For the event loop only.

    Attributes:
        on_bytes: called with each binary websocket message first; returns whether it has sent the message on.
        channel: the channel to the host, once it is open.
        link: the link to the host, once it is open.
        hands_over: whether the host waits for the client's connection itself.
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
        """Open a channel to the host of a slot; try again while the slot moves.

        Args:
            table: the hosts.
            slot: the slot; None for any host that accepts new sessions.
            scope: the scope, as `encode_scope` returns it.
            can_hand_over: whether a host of this machine may get the client's connection: see `hands_over`.

        Raises:
            NoHostError: no host accepts it within `TAKEOVER_TIMEOUT`.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + TAKEOVER_TIMEOUT
        while True:
            link = await table.wait_for_host(slot, deadline)
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
        """Queue an entry, unless it answers `open` or `on_bytes` has sent it on."""
        if kind is EntryKind.BYTES and not self._entries and self.on_bytes(payload):
            assert self.channel is not None
            self.channel.grant_credit(payload)
        elif kind is EntryKind.OPENED or kind is EntryKind.MOVED:
            if self._opened is not None and not self._opened.done():
                self._opened.set_result(kind is EntryKind.OPENED)
        else:
            self._entries.append((kind, payload))
            self._arrived.set()

    def on_lost(self) -> None:
        """Have `next` and `open` fail once the queue is empty."""
        self._lost = True
        self._arrived.set()
        if self._opened is not None and not self._opened.done():
            self._opened.set_result(False)

    async def next(self) -> tuple[EntryKind, bytes]:
        """Wait for an entry, and return it without removing it from the queue; see `remove_first`.

        Raises:
            HostLostError: the host is gone, and the queue is empty.
        """
        while not self._entries:
            if self._lost:
                raise HostLostError
            self._arrived.clear()
            await self._arrived.wait()
        return self._entries[0]

    def remove_first(self) -> None:
        """Remove the first entry, which was sent on, and grant the host credit for it."""
        kind, payload = self._entries.popleft()
        if self.channel is not None and kind in {
            EntryKind.TEXT,
            EntryKind.BYTES,
            EntryKind.BODY,
            EntryKind.EVENT,
        }:
            self.channel.grant_credit(payload)


def encode_scope(scope: Scope) -> dict[str, Any]:
    """Return the part of an ASGI scope that a host needs, as values that JSON can hold."""
    encoded: dict[str, Any] = {name: scope.get(name, "") for name in _COPIED}
    headers = encode_headers(scope["headers"])
    if (request := current_id()) is not None:
        name = REQUEST_ID_HEADER.lower()
        headers = [each for each in headers if each[0] != name] + [[name, request]]
    encoded |= {
        "asgi": scope.get("asgi", {"version": "3.0"}),
        "headers": headers,
        "raw_path": (scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
        "query_string": scope.get("query_string", b"").decode("latin-1"),
        "client": scope.get("client"),
        "server": scope.get("server"),
        NONCE: scope.get(NONCE, ""),
    }
    if scope["type"] == "http":
        encoded["method"], encoded[IS_HEAD] = scope["method"], is_head(scope)
    else:
        encoded["subprotocols"] = list(scope.get("subprotocols", ()))
    return encoded
