"""Adopts websockets that another process has accepted: this process serves them from then on.

The accepting process detaches the connection from its event loop (`WebSocketProtocol.detach`) and passes the
socket with the messages and bytes that it has already read. `adopt` continues from there.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.server import ServerState

from server.asgi.server import PING_TIMEOUT, ping_interval
from server.asgi.websocket_protocol import DetachedSocket, FrameBoundary, WebSocketProtocol
from server.protocol import close_codes
from server.protocol.messages import Closing
from server.settings import Settings

_HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
"""Fed to the parser in place of the real handshake, which the other process has answered."""


class AdoptedProtocol(WebSocketProtocol):
    """The protocol of a websocket that another process has accepted.

    Attributes:
        task: runs the application.
        returned: the connection, if it was detached again because a message is for another process.
    """

    task: asyncio.Future[None]

    def __init__(
        self,
        config: Config,
        app: ASGIApp,
        scope: dict[str, Any],
        detached: DetachedSocket,
        is_elsewhere: Callable[[str], bool],
    ) -> None:
        super().__init__(config, ServerState(), {})
        self.app = app
        self.returned: DetachedSocket | None = None
        self._handshake_scope = scope
        self._handed = detached
        self._is_elsewhere = is_elsewhere

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Continue where the other process has stopped, and run the application."""
        super().connection_made(transport)
        self.conn.receive_data(_HANDSHAKE)
        (request,) = self.conn.events_received()
        self.conn.send_response(self.conn.accept(request))  # type: ignore[arg-type] # it is a request
        self.conn.data_to_send()  # the client has its answer
        self._boundary = FrameBoundary()
        self.handshake_initiated = self.handshake_complete = True
        extensions: dict[str, Any] = {"websocket.http.response": {}} | self.extensions()
        self.scope = self._handshake_scope | {"state": {}, "extensions": extensions}  # type: ignore[assignment]
        self.queue.put_nowait({"type": "websocket.connect"})
        for message in self._handed.messages:
            self.queue.put_nowait(message)
        self._unparsed += self._handed.unread
        self.read_paused = True  # until the application has taken the messages
        self.transport.pause_reading()
        self.start_keepalive()
        self.task = self.loop.create_task(self.run_asgi())

    async def receive(self) -> ASGIReceiveEvent:
        """Return the next ASGI message; a message for another process ends the application here."""
        message = await super().receive()
        text = message.get("text") if message["type"] == "websocket.receive" else None
        if not isinstance(text, str) or not self._is_elsewhere(text):
            return message
        self.returned = self.detach(message)
        if self.returned is None:
            await self._request_reconnect()
        return {"type": "websocket.disconnect", "code": 1001}

    async def send(self, message: ASGISendEvent) -> None:
        """Send an ASGI message. The connection has been accepted, so that a refusal closes it."""
        if message["type"] == "websocket.accept":
            return
        if message["type"] == "websocket.http.response.start":
            await self._request_reconnect()
        elif message["type"] != "websocket.http.response.body":
            await super().send(message)

    async def _request_reconnect(self) -> None:
        await super().send({"type": "websocket.send", "text": Closing(reason="shutdown").model_dump_json()})
        await super().send({"type": "websocket.close", "code": close_codes.RESTART})


def create_config(app: ASGIApp, settings: Settings) -> Config:
    """Return uvicorn's configuration for adopted websockets."""
    config = Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        interface="asgi3",
        ws_max_size=settings.max_message,
        ws_per_message_deflate=False,
        ws_ping_interval=ping_interval(settings),
        ws_ping_timeout=PING_TIMEOUT,
        log_config=None,
        proxy_headers=False,
    )
    config.load()
    return config


async def adopt(
    detached: DetachedSocket,
    config: Config,
    app: ASGIApp,
    scope: dict[str, Any],
    is_elsewhere: Callable[[str], bool] = lambda _: False,
) -> AdoptedProtocol:
    """Serve a websocket that another process has accepted.

    Args:
        detached: the connection; its socket is closed in the end.
        config: from `create_config`.
        app: the application to run.
        scope: the ASGI scope, without extensions.
        is_elsewhere: returns whether a text message is for another process. Then the connection is detached
            and set as `returned` if possible; otherwise the client is asked to connect again.

    Returns:
        the protocol, whose `task` runs the application.

    Raises:
        OSError: the connection is lost.
    """
    loop = asyncio.get_running_loop()
    try:
        _, protocol = await loop.connect_accepted_socket(
            lambda: AdoptedProtocol(config, app, scope, detached, is_elsewhere), detached.socket
        )
    except BaseException:
        detached.socket.close()
        raise
    return protocol


def can_pass_sockets() -> bool:
    """Return whether this system can pass an open socket to another process."""
    return hasattr(socket, "AF_UNIX") and hasattr(socket, "send_fds")
