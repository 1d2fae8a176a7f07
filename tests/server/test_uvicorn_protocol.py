"""That uvicorn still works as the overrides expect; what they do is tested in `test_websocket.py`."""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.uvicorn_protocol import WebSocketProtocol


def test_what_is_overridden_is_there() -> None:
    for name in ("handle_connect", "send", "send_receive_event_to_app"):
        assert name in vars(WebSocketProtocol)
        assert callable(getattr(WebSocketsSansIOProtocol, name))
