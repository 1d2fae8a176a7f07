"""uvicorn, set up for many websockets that stream, and a stop that says goodbye."""

import contextlib
import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from server.asgi.http_protocol import ConnectionLimiter, protocol
from server.asgi.websocket_protocol import WebSocketProtocol
from server.settings import Settings
from server.websocket.connections import ConnectionManager

if sys.platform != "win32":
    import resource

_PING_EVERY = 20.0
_PONG_WITHIN = 20.0


class Server(uvicorn.Server):
    """uvicorn's server, which tells when it takes requests, and tells the pages before it stops."""

    def __init__(
        self, app: FastAPI, settings: Settings, *, started: Callable[[], None] | None = None
    ) -> None:
        """Set the server up; `run` or `serve` starts it.

        Args:
            app: from `create_app`.
            settings: the same.
            started: called once requests are taken.
        """
        self.door = ConnectionLimiter(settings)
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=protocol(self.door),
            ws=WebSocketProtocol,
            ws_max_size=settings.max_message,
            ws_per_message_deflate=False,
            ws_ping_interval=_PING_EVERY,
            ws_ping_timeout=_PONG_WITHIN,
            timeout_graceful_shutdown=settings.shutdown_timeout,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.forwarded_allow_ips,
        )
        super().__init__(config)
        self._connections: ConnectionManager = app.state.connections
        self._goodbye = min(1.0, settings.shutdown_timeout)
        self._when_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started and self._when_started is not None:
            self._when_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let nobody in any more, tell the pages, then stop."""
        for server in self.servers:
            server.close()
        await self._connections.close_all(self._goodbye)
        await super().shutdown(sockets)


def allow_many_sockets() -> None:
    """Let this process have as many files and sockets open as the system allows it to ask for."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(OSError, ValueError):  # macOS says "unlimited", and does not mean it
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: the address is not ours, or the port is taken.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):  # Windows, where reusing would take another's port over
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
