"""uvicorn's HTTP protocol, with an end to the patience: for requests that never finish, answers never read.

And with a limit to connections that say nothing at all, which no application sees.
"""

import asyncio
from typing import cast

import h11
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.asgi.websocket_protocol import WebSocketProtocol
from server.limits.quotas import Quota, client_network
from server.settings import Settings

SPARE = 500
"""Connections beside those of pages: for what pages load, and for programs."""


class ConnectionLimiter:
    """Counts the connections of one server. What comes from a trusted proxy counts in all only."""

    def __init__(self, settings: Settings) -> None:
        self.request_timeout = settings.request_timeout
        self.send_timeout = settings.send_timeout
        each = min(settings.max_connections, settings.max_connections_per_address)
        self._tally = Quota(2 * settings.max_connections + SPARE, 2 * each + SPARE)
        trusted = ProxyHeadersMiddleware(_nothing, trusted_hosts=settings.forwarded_allow_ips)
        self._proxies = trusted.trusted_hosts

    def __len__(self) -> int:
        return len(self._tally)

    def enter(self, address: str | None) -> str | None:
        """Count a connection; return what to `leave` with, None if there is no room."""
        owner = "" if address in self._proxies else client_network(address)
        if self._tally.full or self._tally.full_for(owner):
            return None
        self._tally.acquire(owner)
        return owner

    def leave(self, owner: str) -> None:
        """Count one less."""
        self._tally.release(owner)


class HttpProtocol(H11Protocol):
    """The protocol of one connection, until it becomes a websocket."""

    door: ConnectionLimiter
    """Of the server; `protocol` sets it."""

    _owner: str | None = None
    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let it in, if there is room."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._owner = self.door.enter(self.client[0] if self.client else None)
        if self._owner is None:
            self.transport.abort()
        else:
            self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no more."""
        super().connection_lost(exc)
        self._end()
        self.resume_writing()
        if self._owner is not None:
            self.door.leave(self._owner)
            self._owner = None

    def data_received(self, data: bytes) -> None:
        """Watch how long the request takes to arrive."""
        super().data_received(data)
        if self.transport.is_closing() or self._upgraded:
            return
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self._begin()
        else:
            self._end()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Pass the place at the door on."""
        self._end()
        super().handle_websocket_upgrade(event)
        protocol = self.transport.get_protocol()
        if isinstance(protocol, WebSocketProtocol) and self._owner is not None:
            door, owner = self.door, self._owner
            protocol.when_lost = lambda: door.leave(owner)
            self._owner = None

    def pause_writing(self) -> None:
        """Wait only so long for a client that does not read."""
        super().pause_writing()
        if self._stuck is None:
            self._stuck = self.loop.call_later(self.door.send_timeout, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    @property
    def _upgraded(self) -> bool:
        return self.transport.get_protocol() is not self

    def _begin(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(self.door.request_timeout, self.transport.abort)

    def _end(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def protocol(door: ConnectionLimiter) -> type[HttpProtocol]:
    """Return the protocol for uvicorn, which makes one of its own for each connection."""
    return type("HttpProtocol", (HttpProtocol,), {"door": door})


async def _nothing(*_: object) -> None:
    """Stand for an application, where only the list of proxies is wanted."""
