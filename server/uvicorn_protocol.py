"""uvicorn's sans-I/O websocket protocol, with a few things that an ASGI application cannot do by itself.

Where a later uvicorn works differently inside, these overrides are simply not called.
"""

from collections.abc import Callable

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

ABORT = "tinkernet.abort"
"""Name of the scope's extension that drops the connection, unsent bytes and all."""


MOST_UNREAD = 1_048_576
"""Bytes that may wait for a client that goes on asking for more."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """The protocol of one connection."""

    when_lost: Callable[[], None] | None = None
    """Called once when the connection is gone."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever counts."""
        super().connection_lost(exc)
        if self.when_lost is not None:
            self.when_lost()
            self.when_lost = None

    def handle_ping(self) -> None:
        """Answer; but a client that sends pings and reads no answers would fill the memory."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MOST_UNREAD:
            self.transport.abort()

    def handle_connect(self, event: Request) -> None:
        """Let the application hang up on a client that has stopped reading.

        A close frame would wait behind what the client does not take, and so would closing the transport.
        """
        super().handle_connect(event)
        scope = getattr(self, "scope", None)  # absent after a failed handshake
        if scope is not None:
            scope["extensions"][ABORT] = self.transport.abort

    async def send(self, message: ASGISendEvent) -> None:
        """Note that an answer in place of a websocket ends the handshake, or uvicorn logs an error."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        """Pass text that is not UTF-8 on as bytes, to be answered like any other wrong message."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()
