"""uvicorn's sans-I/O websocket protocol, with two things that an ASGI application cannot do by itself.

Where a later uvicorn works differently inside, these overrides are simply not called.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

ABORT = "tinkernet.abort"
"""Name of the scope's extension that drops the connection, unsent bytes and all."""


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """The protocol of one connection."""

    def handle_connect(self, event: Request) -> None:
        """Let the application hang up on a client that has stopped reading.

        A close frame would wait behind what the client does not take, and so would closing the transport.
        """
        super().handle_connect(event)
        scope = getattr(self, "scope", None)  # absent after a failed handshake
        if scope is not None:
            scope["extensions"][ABORT] = self.transport.abort

    def send_receive_event_to_app(self) -> None:
        """Pass text that is not UTF-8 on as bytes, to be answered like any other wrong message."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.curr_msg_data_type = "bytes"
        super().send_receive_event_to_app()
