"""The bytes of a websocket client, for tests that need a client which misbehaves."""

import json
import struct
from typing import Any


def handshake(port: int) -> bytes:
    """Return the HTTP request that opens the playground's websocket on this machine."""
    return (
        f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def masked_frame(payload: bytes, opcode: int) -> bytes:
    """Return a websocket frame from a client, whose mask is zero, so that the payload is readable."""
    length = len(payload)
    size = bytes([0x80 | length]) if length < 126 else bytes([0x80 | 126]) + struct.pack(">H", length)
    return bytes([0x80 | opcode]) + size + bytes(4) + payload


def text_frame(message: dict[str, Any]) -> bytes:
    """Return the frame of a JSON message."""
    return masked_frame(json.dumps(message).encode(), 1)
