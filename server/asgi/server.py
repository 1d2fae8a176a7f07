"""uvicorn's server, configured for many streaming websockets, with an orderly shutdown."""

import contextlib
import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from server.asgi.http_protocol import ConnectionLimiter, create_protocol
from server.asgi.websocket_protocol import WebSocketProtocol
from server.limits.processes import ALONE, Processes
from server.settings import Settings
from server.websocket.connections import ConnectionManager

if sys.platform != "win32":
    import resource

PING_INTERVAL = 20.0
"""Seconds between two pings of a websocket."""

CLUSTER_PING_INTERVAL = 1.0
"""The same with several machines: a proxy in front of them detects a lost machine by missing pings."""

PING_TIMEOUT = 20.0
"""Seconds in which a ping must be answered."""

BACKLOG = 2048
"""Connections that may wait to be accepted."""


class Server(uvicorn.Server):
    """uvicorn's server, with a callback when it accepts requests; closes the websockets before it stops."""

    def __init__(
        self,
        app: FastAPI,
        settings: Settings,
        *,
        started: Callable[[], None] | None = None,
        processes: Processes = ALONE,
        accepts_at_once: int = BACKLOG,
    ) -> None:
        """Configure the server; `run` or `serve` starts it.

        Args:
            app: the application from `create_app`.
            settings: the settings that the application was created with.
            started: called once the server accepts requests.
            processes: the processes that share the limits on connections.
            accepts_at_once: how many connections it accepts in a row from a socket shared with others.
        """
        self.limiter = ConnectionLimiter(settings, processes)
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            backlog=accepts_at_once,  # asyncio accepts so many in a row
            http=create_protocol(self.limiter),
            ws=WebSocketProtocol,
            ws_max_size=settings.max_message,
            ws_per_message_deflate=False,
            ws_ping_interval=ping_interval(settings),
            ws_ping_timeout=PING_TIMEOUT,
            timeout_graceful_shutdown=settings.shutdown_timeout,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.forwarded_allow_ips,
        )
        super().__init__(config)
        self._connections: ConnectionManager = app.state.connections
        self._goodbye_timeout = min(1.0, settings.shutdown_timeout)
        self._on_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call `started`."""
        await super().startup(sockets)
        if self.started and self._on_started is not None:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept no more connections, close the websockets, then stop."""
        for server in self.servers:
            server.close()
        await self._connections.close_all(self._goodbye_timeout)
        await super().shutdown(sockets)


def ping_interval(settings: Settings) -> float:
    """Return the seconds between two pings of a websocket."""
    return PING_INTERVAL if settings.cluster in {None, "local"} else CLUSTER_PING_INTERVAL


def allow_many_sockets() -> None:
    """Raise this process's limit of open files and sockets to the maximum the system allows."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(OSError, ValueError):  # macOS reports "unlimited", but refuses it
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def listen(host: str, port: int, *, early: bool = True) -> socket.socket:
    """Return a listening socket.

    Args:
        host: the address or name.
        port: the port; 0 for a free one.
        early: whether connections are queued before the server has started. Behind a proxy they must not be:
            it would take this machine for hung, and not try another one.

    Raises:
        OSError: the address does not belong to this machine, or the port is in use or not permitted.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows: SO_REUSEADDR would take over a used port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        if early:
            listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
