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

_FINAL_BINARY, _FINAL_TEXT = 0x80 | Opcode.BINARY, 0x80 | Opcode.TEXT
_MASKED = 0x80
_SHORT_HEADER = 6
"""Bytes before the text of a short message from a client: kind, length, four of the mask."""

LINGER = 1.0
"""Seconds that a client has to read why its connection ends, before it does."""

MOST_UNREAD = 1_048_576
"""Bytes that may wait for a client that goes on asking for more."""


class Boundary:
    """Follows a client's bytes to know whether a frame begins just here."""

    def __init__(self) -> None:
        self._begun = b""
        self._missing = 0

    @property
    def reached(self) -> bool:
        """Whether all frames so far are whole."""
        return not self._missing and not self._begun

    def follow(self, data: bytes) -> None:
        """Take note of bytes that came."""
        at, data = self._missing, self._begun + data
        self._begun = b""
        while at < len(data):
            length = data[at + 1] & 127 if at + 1 < len(data) else 0
            header = {126: 4, 127: 10}.get(length, 2)
            if at + header > len(data):
                self._begun = data[at:]
                at = len(data)
                break
            if header > 2:
                length = int.from_bytes(data[at + 2 : at + header])
            at += header + 4 + length  # 4: of the mask, which a client must have
        self._missing = at - len(data)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """The protocol of one connection."""

    _listener: Callable[[bytes], bool] | None = None
    _boundary: "Boundary | None" = None

    _ended = False
    """Whether a message was so wrong that nothing more is read."""

    when_lost: Callable[[], None] | None = None
    """Called once when the connection is gone."""

    def data_received(self, data: bytes) -> None:
        """Let the listener hear short texts that came whole, past all layers; all else goes the usual way."""
        if self._ended:
            return
        boundary = self._boundary
        if boundary is None:  # uvicorn first hands over the request of the handshake
            self._boundary = Boundary()
        else:
            while boundary.reached and (size := self._heard(data)):
                data = data[size:]
                if not data:
                    return
            boundary.follow(data)
        super().data_received(data)

    def _heard(self, data: bytes) -> int:
        """Return how long the message was with which these bytes begin, if the listener dealt with it."""
        if self._listener is None or data[0] != _FINAL_TEXT or len(data) < _SHORT_HEADER:
            return 0
        length = data[1] - _MASKED
        size = _SHORT_HEADER + length
        if not 0 < length < 126 or len(data) < size:
            return 0
        if self.frames or self.close_sent or self.conn.state is not OPEN or not self.queue.empty():
            return 0
        mask = (data[2:_SHORT_HEADER] * (length // 4 + 1))[:length]
        text = int.from_bytes(data[_SHORT_HEADER:size]) ^ int.from_bytes(mask)
        return size if self._listener(text.to_bytes(length)) else 0

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever counts."""
        super().connection_lost(exc)
        if self.when_lost is not None:
            self.when_lost()
            self.when_lost = None

    def handle_parser_exception(self) -> None:
        """Say why it ends, and take in what is still on its way for a moment.

        To close with bytes unread would reset the connection, and the client might never read why.
        """
        closing = self.conn.close_sent
        assert closing is not None
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": closing.code, "reason": closing.reason}
        )
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self._ended = True
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.transport.resume_reading()
        self.loop.call_later(LINGER, self.transport.close)

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
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()
