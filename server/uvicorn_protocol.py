"""uvicorn's sans-I/O websocket protocol, with a few things that an ASGI application cannot do by itself.

Where a later uvicorn works differently inside, these overrides are simply not called.
"""

import struct
from collections.abc import Callable

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN

ABORT = "tinkernet.abort"
"""Name of the scope's extension that drops the connection, unsent bytes and all."""

SEND_NOW = "tinkernet.send_now"
"""Name of the extension that sends a binary message if that needs no waiting, and returns whether it did."""

LISTEN = "tinkernet.listen"
"""Name of the extension that takes a function which gets each text before it is queued, as bytes, and
returns whether it has dealt with it. Nobody is woken for such a message."""

_FINAL_BINARY = 0x80 | Opcode.BINARY

MOST_UNREAD = 1_048_576
"""Bytes that may wait for a client that goes on asking for more."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """The protocol of one connection."""

    _listener: Callable[[bytes], bool] | None = None

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
            scope["extensions"][SEND_NOW] = self.send_now
            scope["extensions"][LISTEN] = self.listen

    def send_now(self, data: bytes) -> bool:
        """Send a binary message, past all layers, unless it would have to wait or is none of the ordinary."""
        conn = self.conn
        ready = self.handshake_complete and not self.disconnected and not self.close_sent
        if not ready or not self.writable.is_set() or conn.state is not OPEN or conn.extensions:
            return False
        size = len(data)
        if size < 126:
            header = struct.pack("!BB", _FINAL_BINARY, size)
        elif size < 65536:
            header = struct.pack("!BBH", _FINAL_BINARY, 126, size)
        else:
            header = struct.pack("!BBQ", _FINAL_BINARY, 127, size)
        self.transport.write(header + data)
        return True

    def listen(self, listener: Callable[[bytes], bool]) -> None:
        """Let a function hear texts first, while none before them waits."""
        self._listener = listener

    async def send(self, message: ASGISendEvent) -> None:
        """Note that an answer in place of a websocket ends the handshake, or uvicorn logs an error."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        """Pass text that is not UTF-8 on as bytes, to be answered like any other wrong message."""
        if self.curr_msg_data_type == "text":
            if (
                self._listener is not None
                and len(self.frames) == 1
                and not self.close_sent
                and self.queue.empty()
                and self._listener(self.frames[0])
            ):
                self.frames = []
                return
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()
