"""The host's side of a channel: runs the application for one request or websocket from a front."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message

from server.cluster.stream import (
    EntryKind,
    Stream,
    StreamChannel,
    decode_headers,
    encode_headers,
    encode_json,
)
from server.websocket.extensions import ABORT, LISTEN, SEND_NOW

SHORT_TEXT_BYTES = 126
"""Texts of fewer bytes are offered to the listener: acknowledgements are shorter."""

BODY_PART = 65_536
"""Bytes of a body in one entry."""


class HostedRequest:
    """One request or websocket; an `Endpoint`. For the event loop only."""

    def __init__(self, app: ASGIApp, stream: Stream, number: int, scope: dict[str, Any]) -> None:
        """Start the application as `task`; for `scope` see `decode_scope`."""
        self._channel: StreamChannel = stream.channel(number, self)
        self._events: deque[tuple[Message, bytes]] = deque()
        self._arrived = asyncio.Event()
        self._is_disconnected = False
        self._is_websocket = scope["type"] == "websocket"
        self._listener: Callable[[bytes], bool] | None = None
        if self._is_websocket:
            self._events.append(({"type": "websocket.connect"}, b""))
            scope["extensions"] = {
                ABORT: self._abort,
                LISTEN: self._set_listener,
                SEND_NOW: self._send_now,
                "websocket.http.response": {},
            }
        self.task = asyncio.ensure_future(self._run(app, scope))

    async def _run(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        finally:
            if not self._channel.lost:
                self._channel.send_control(EntryKind.DONE)
            self._channel.close()

    # -- from the client

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Queue what the client sent, as an ASGI event."""
        if kind is EntryKind.TEXT:
            listener = None if self._events or len(payload) >= SHORT_TEXT_BYTES else self._listener
            if listener is not None and listener(payload):
                self._channel.grant_credit(payload)
                return
            self._enqueue({"type": "websocket.receive", "text": payload.decode()}, payload)
        elif kind is EntryKind.BYTES:
            self._enqueue({"type": "websocket.receive", "bytes": payload}, payload)
        elif kind is EntryKind.BODY:
            self._enqueue(
                {"type": "http.request", "body": payload[1:], "more_body": payload[:1] == b"\1"}, payload
            )
        elif kind is EntryKind.GONE:
            self._disconnect(json.loads(payload).get("code", 1006))

    def on_lost(self) -> None:
        """Tell the application that the client has disconnected: the front had its connection."""
        self._disconnect(1006)

    def _disconnect(self, code: int) -> None:
        if not self._is_disconnected:
            self._is_disconnected = True
            kind = "websocket.disconnect" if self._is_websocket else "http.disconnect"
            self._enqueue({"type": kind, "code": code}, b"")

    def _enqueue(self, event: Message, payload: bytes) -> None:
        self._events.append((event, payload))
        self._arrived.set()

    async def _receive(self) -> Message:
        while not self._events:
            if self._is_disconnected and not self._is_websocket:
                return {"type": "http.disconnect"}
            self._arrived.clear()
            await self._arrived.wait()
        event, payload = self._events.popleft()
        if payload:
            self._channel.grant_credit(payload)
        return event

    def _set_listener(self, listener: Callable[[bytes], bool]) -> None:
        self._listener = listener

    # -- to the client

    async def _send(self, event: Message) -> None:
        if self._is_disconnected:
            if self._is_websocket:
                raise OSError("the client is gone")
            return
        kind = event["type"]
        if kind == "websocket.send":
            if event.get("text") is not None:
                await self._channel.send_when_allowed(EntryKind.TEXT, event["text"].encode())
            else:
                await self._channel.send_when_allowed(EntryKind.BYTES, event["bytes"])
        elif kind in {"http.response.body", "websocket.http.response.body"}:
            await self._send_body(event.get("body", b""), more=event.get("more_body", False))
        else:
            encoded = {name: value for name, value in event.items() if name != "headers"}
            if "headers" in event:
                encoded["headers"] = encode_headers(event["headers"])
            await self._channel.send_when_allowed(EntryKind.EVENT, encode_json(encoded))

    async def _send_body(self, body: bytes, *, more: bool) -> None:
        for at in range(0, len(body) or 1, BODY_PART):
            follows = more or at + BODY_PART < len(body)
            part = bytes(body[at : at + BODY_PART])
            await self._channel.send_when_allowed(EntryKind.BODY, (b"\1" if follows else b"\0") + part)

    def _send_now(self, data: bytes) -> bool:
        if self._is_disconnected or not self._channel.can_send:
            return False
        self._channel.send(EntryKind.BYTES, data, urgent=False)
        return True

    def _abort(self) -> None:
        if not self._channel.lost:
            self._channel.send_control(EntryKind.ABORT)


def decode_scope(encoded: dict[str, Any]) -> dict[str, Any]:
    """Return the ASGI scope of a request or websocket, which `encode_scope` has encoded."""
    scope = dict(encoded)
    scope["headers"] = decode_headers(encoded["headers"])
    for name in ("raw_path", "query_string"):
        scope[name] = encoded[name].encode("latin-1")
    for name in ("client", "server"):
        scope[name] = None if encoded[name] is None else tuple(encoded[name])
    return scope
