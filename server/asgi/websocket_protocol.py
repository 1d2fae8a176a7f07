"""uvicorn's sans-I/O websocket protocol, with extensions for what ASGI messages cannot express.

The extensions' names and meanings are in `server.websocket.extensions`.
"""

import socket
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

from uvicorn._types import ASGIReceiveEvent, ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN

from server.websocket.extensions import ABORT, DETACH, LISTEN, SEND_NOW

_FINAL_BINARY, _FINAL_TEXT = 0x80 | Opcode.BINARY, 0x80 | Opcode.TEXT
_MASKED = 0x80
_SHORT_HEADER = 6
"""Bytes before the text of a short message from a client: opcode, length, four bytes of mask."""

CLOSE_DELAY = 1.0
"""Seconds between the close frame for an invalid message and the end of the connection."""

MAX_UNREAD = 1_048_576
"""Unsent bytes beyond which a ping drops the connection, and bytes that may come after the close frame."""

MAX_PIECE = 4096
"""Bytes that are parsed before other connections have their turn."""


class DetachedSocket(NamedTuple):
    """A websocket's connection that was detached from its protocol."""

    socket: socket.socket
    """The socket, which the holder of this object must close."""
    messages: list[ASGIReceiveEvent]
    """Received messages that the application has not taken."""
    unread: bytes
    """Received bytes that were not parsed; they start at the beginning of a frame."""
    release: Callable[[], None]
    """Called once when the connection is lost."""


class FrameBoundary:
    """Tracks the boundaries of frames in the bytes received from a client."""

    def __init__(self) -> None:
        self._partial_header = b""
        self._missing = 0

    @property
    def reached(self) -> bool:
        """Whether the received bytes end at the end of a frame."""
        return not self._missing and not self._partial_header

    def follow(self, data: bytes) -> None:
        """Advance by bytes that were received."""
        at, data = self._missing, self._partial_header + data
        self._partial_header = b""
        while at < len(data):
            length = data[at + 1] & 127 if at + 1 < len(data) else 0
            header = {126: 4, 127: 10}.get(length, 2)
            if at + header > len(data):
                self._partial_header = data[at:]
                at = len(data)
                break
            if header > 2:
                length = int.from_bytes(data[at + 2 : at + header])
            at += header + 4 + length  # 4 bytes of mask, which every client's frame has
        self._missing = at - len(data)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """The protocol of one websocket connection."""

    _listener: Callable[[bytes], bool] | None = None
    _boundary: FrameBoundary | None = None

    _ended = False
    """Whether an invalid frame ended the connection; further bytes are ignored."""

    on_lost: Callable[[], None] | None = None
    """Called once when the connection is lost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the protocol, with uvicorn's arguments."""
        super().__init__(*args, **kwargs)
        self._unparsed = bytearray()
        self._parse_scheduled = False
        self._received_after_close = 0

    def data_received(self, data: bytes) -> None:
        """Parse what was received, at most `MAX_PIECE` bytes before other connections have their turn."""
        if self._boundary is None:  # the first call receives the whole HTTP request of the handshake
            self._parse(data)
        elif not self._ended:
            self._unparsed += data
            if self.close_sent:
                self._received_after_close += len(data)
                if self._received_after_close > MAX_UNREAD:
                    self.transport.abort()  # a flood that does not stop: nobody reads the close frame
                    return
            if not self._parse_scheduled:
                self._parse_piece()

    def _parse_piece(self) -> None:
        """Parse a piece of what was received; the next one waits until its messages have been taken.

        A single read can bring ten thousand tiny messages, which would hold up all other connections.
        """
        self._parse_scheduled = False
        if self._ended or self.transport.is_closing():
            self._unparsed.clear()
            return
        piece = bytes(self._unparsed[:MAX_PIECE])
        del self._unparsed[:MAX_PIECE]
        self._parse(piece)
        if self._unparsed and not self.read_paused and not self._ended:
            self.read_paused = True
            self.transport.pause_reading()
        self._continue_reading()

    def _continue_reading(self) -> None:
        """Parse or read on, if the application has taken all messages so far or is past its close."""
        if self._ended or not (self.queue.empty() or self.close_sent):
            return
        if self._unparsed:
            if not self._parse_scheduled:
                self._parse_scheduled = True
                self.loop.call_soon(self._parse_piece)
        elif self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    async def receive(self) -> ASGIReceiveEvent:
        """Return the next ASGI message; go on reading once there are no more."""
        message = await self.queue.get()
        self._continue_reading()
        return message

    def _parse(self, data: bytes) -> None:
        """Offer short, complete text messages to the listener directly; pass everything else to uvicorn."""
        boundary = self._boundary
        if boundary is None:
            self._boundary = FrameBoundary()
        else:
            while boundary.reached and (size := self._offer_to_listener(data)):
                data = data[size:]
                if not data:
                    return
            boundary.follow(data)
        super().data_received(data)

    def _offer_to_listener(self, data: bytes) -> int:
        """Offer the first message in `data` to the listener; return its bytes if it was handled, else 0."""
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
        """Clean up, then call `on_lost`."""
        super().connection_lost(exc)
        if self.on_lost is not None:
            self.on_lost()
            self.on_lost = None

    def handle_parser_exception(self) -> None:
        """Send the close frame for an invalid message, and read on for `CLOSE_DELAY` seconds before closing.

        Closing with bytes unread would reset the connection, and the client might never see the close frame.
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
        self.loop.call_later(CLOSE_DELAY, self.transport.close)

    def handle_ping(self) -> None:
        """Answer a ping; drop a client that does not read the answers, which would fill the memory."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MAX_UNREAD:
            self.transport.abort()

    def handle_connect(self, event: Request) -> None:
        """Start the handshake, and add the extensions to the scope.

        The application needs `ABORT` for a client that reads nothing: a close frame, or closing the
        transport, would wait behind the unsent bytes.
        """
        super().handle_connect(event)
        scope = getattr(self, "scope", None)  # absent after a failed handshake
        if scope is not None:
            scope["extensions"] |= self.extensions()

    def extensions(self) -> dict[str, Callable[..., Any]]:
        """Return the extensions that this protocol adds to the scope."""
        return {
            ABORT: self.transport.abort,
            SEND_NOW: self.send_now,
            LISTEN: self.listen,
            DETACH: self.detach,
        }

    def detach(self, *taken: ASGIReceiveEvent) -> DetachedSocket | None:
        """Detach the connection, so that another process can serve it.

        Args:
            taken: messages that the application has taken; the other process is to get them first.

        Returns:
            the connection; None if it cannot be detached now: the client is within a message or does not read
            what it was sent, or the connection is closing or encrypted.
        """
        transport, boundary = self.transport, self._boundary
        ready = self.handshake_complete and not self.disconnected and not self.close_sent
        if not ready or self.conn.state is not OPEN or self.conn.extensions or transport.is_closing():
            return None
        if boundary is None or not boundary.reached or self.frames or transport.get_write_buffer_size():
            return None
        if transport.get_extra_info("sslcontext") is not None:
            return None
        messages = list(taken)
        while not self.queue.empty():
            messages.append(self.queue.get_nowait())
        release, self.on_lost = self.on_lost, None
        detached = DetachedSocket(
            transport.get_extra_info("socket").dup(), messages, bytes(self._unparsed), release or _nothing
        )
        self._unparsed.clear()
        self.stop_keepalive()
        transport.abort()  # closes this process's descriptor of the socket only
        return detached

    def send_now(self, data: bytes) -> bool:
        """Send a binary message immediately and return True; return False if it must be sent by `send`."""
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
        """Set the listener. It is offered short text messages as long as no earlier message is queued."""
        self._listener = listener

    async def send(self, message: ASGISendEvent) -> None:
        """Send an ASGI message. An HTTP response completes the handshake, or uvicorn would log an error."""
        await super().send(message)
        if self.close_sent:
            self._continue_reading()
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        """Pass text that is not valid UTF-8 to the application as bytes, so that it can report an error."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()


def _nothing() -> None:
    """Do nothing."""
