"""uvicorn's HTTP protocol, with time limits for requests that never end and responses that are never read.

It also limits the number of connections, including those on which no request ever arrives.
"""

import asyncio
from typing import cast

import h11
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol

from server.asgi.websocket_protocol import WebSocketProtocol
from server.limits.processes import ALONE, Processes
from server.limits.quotas import Quota, client_network
from server.settings import Settings

SPARE_CONNECTIONS = 500
"""Connections allowed in addition to the pages' websockets, for the files of pages and for REST clients."""


class ConnectionLimiter:
    """Limits the connections of one server, in total and for each address except trusted proxies.

    Attributes:
        request_timeout: seconds that a request may take to arrive.
        send_timeout: seconds that a client may leave a response unread.
        quota: counts the connections.
    """

    def __init__(self, settings: Settings, processes: Processes = ALONE) -> None:
        """Create it without connections; the `processes` have the limits in common."""
        self.request_timeout = settings.request_timeout
        self.send_timeout = settings.send_timeout
        each = min(settings.max_connections, settings.max_connections_per_address)
        self.quota = Quota(
            2 * settings.max_connections + SPARE_CONNECTIONS, 2 * each + SPARE_CONNECTIONS, processes
        )
        trusted = ProxyHeadersMiddleware(_no_app, trusted_hosts=settings.forwarded_allow_ips)
        self._proxies = trusted.trusted_hosts

    def __len__(self) -> int:
        return len(self.quota)

    def acquire(self, address: str | None) -> str | None:
        """Count a new connection. Return the key to pass to `release`, or None if the limit is reached."""
        client = "" if address in self._proxies else client_network(address)
        if self.quota.full or self.quota.full_for(client):
            return None
        self.quota.acquire(client)
        return client

    def release(self, client: str) -> None:
        """Stop counting a connection."""
        self.quota.release(client)


class HttpProtocol(H11Protocol):
    """The protocol of one connection, until it becomes a websocket."""

    limiter: ConnectionLimiter
    """The limiter of the server, set by `create_protocol`."""

    _counted_client: str | None = None
    """The key returned by `limiter.acquire`; None while this connection is not counted."""
    _request_timer: asyncio.TimerHandle | None = None
    _send_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the connection, or drop it if the limit is reached."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._counted_client = self.limiter.acquire(self.client[0] if self.client else None)
        if self._counted_client is None:
            self.transport.abort()
        else:
            self._start_request_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the timers and release the connection in the limiter."""
        super().connection_lost(exc)
        self._stop_request_timer()
        self.resume_writing()
        if self._counted_client is not None:
            self.limiter.release(self._counted_client)
            self._counted_client = None

    def data_received(self, data: bytes) -> None:
        """Parse received bytes; run the request timer as long as a request is incomplete."""
        super().data_received(data)
        if self.transport.is_closing() or self._upgraded:
            return
        if self.conn.their_state in {h11.IDLE, h11.SEND_BODY}:
            self._start_request_timer()
        else:
            self._stop_request_timer()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over to the websocket protocol, which releases it once it is lost."""
        self._stop_request_timer()
        super().handle_websocket_upgrade(event)
        protocol = self.transport.get_protocol()
        if isinstance(protocol, WebSocketProtocol) and self._counted_client is not None:
            limiter, client = self.limiter, self._counted_client
            protocol.on_lost = lambda: limiter.release(client)
            self._counted_client = None

    def pause_writing(self) -> None:
        """Pause writing; drop the connection if it is not resumed within `send_timeout`."""
        super().pause_writing()
        if self._send_timer is None:
            self._send_timer = self.loop.call_later(self.limiter.send_timeout, self.transport.abort)

    def resume_writing(self) -> None:
        """Resume writing and cancel the timeout."""
        super().resume_writing()
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None

    @property
    def _upgraded(self) -> bool:
        return self.transport.get_protocol() is not self

    def _start_request_timer(self) -> None:
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(self.limiter.request_timeout, self.transport.abort)

    def _stop_request_timer(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None


def create_protocol(limiter: ConnectionLimiter) -> type[HttpProtocol]:
    """Return a subclass of `HttpProtocol` with a limiter. uvicorn creates an instance for each connection."""
    return type("HttpProtocol", (HttpProtocol,), {"limiter": limiter})


async def _no_app(*_: object) -> None:
    """Do nothing: `ProxyHeadersMiddleware` needs an application, but only its list of proxies is used."""
