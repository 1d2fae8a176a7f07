"""The host's side of a channel: runs the application for one request or websocket of a front."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message

from server.cluster.stream import EntryKind, Stream, StreamChannel, decode_headers, encode, encode_headers
from server.websocket.extensions import ABORT, LISTEN, SEND_NOW

SHORT = 126
"""Bytes of a text that the listener is offered: those of an acknowledgement are fewer."""

BODY_PART = 65_536
"""Bytes of a body in one entry."""


class HostedCall:
    """One request or websocket; an `Endpoint`. For the event loop only."""

    def __init__(self, app: ASGIApp, stream: Stream, number: int, scope: dict[str, Any]) -> None:
        """Begin to run the application."""
        self._channel: StreamChannel = stream.channel(number, self)
        self._events: deque[tuple[Message, bytes]] = deque()
        self._arrived = asyncio.Event()
        self._gone = False
        self._is_websocket = scope["type"] == "websocket"
        self._listener: Callable[[bytes], bool] | None = None
        if self._is_websocket:
            self._events.append(({"type": "websocket.connect"}, b""))
            scope["extensions"] = {
                ABORT: self._abort,
                LISTEN: self._listen,
                SEND_NOW: self._send_now,
                "websocket.http.response": {},
            }
        self.task = asyncio.ensure_future(self._run(app, scope))

    async def _run(self, app: ASGIApp, scope: dict[str, Any]) -> None:
        try:
            await app(scope, self._receive, self._send)
        finally:
            if not self._channel.lost:
                self._channel.tell(EntryKind.DONE)
            self._channel.close()

    # -- from the client

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Take what the client sent."""
        if kind is EntryKind.TEXT:
            listener = None if self._events or len(payload) >= SHORT else self._listener
            if listener is not None and listener(payload):
                self._channel.took(payload)
                return
            self._put({"type": "websocket.receive", "text": payload.decode()}, payload)
        elif kind is EntryKind.BYTES:
            self._put({"type": "websocket.receive", "bytes": payload}, payload)
        elif kind is EntryKind.BODY:
            self._put(
                {"type": "http.request", "body": payload[1:], "more_body": payload[:1] == b"\1"}, payload
            )
        elif kind is EntryKind.GONE:
            self._end(json.loads(payload).get("code", 1006))

    def on_lost(self) -> None:
        """Treat the client as gone: the front, which has its connection, is."""
        self._end(1006)

    def _end(self, code: int) -> None:
        if not self._gone:
            self._gone = True
            kind = "websocket.disconnect" if self._is_websocket else "http.disconnect"
            self._put({"type": kind, "code": code}, b"")

    def _put(self, event: Message, payload: bytes) -> None:
        self._events.append((event, payload))
        self._arrived.set()

    async def _receive(self) -> Message:
        while not self._events:
            if self._gone and not self._is_websocket:
                return {"type": "http.disconnect"}
            self._arrived.clear()
            await self._arrived.wait()
        event, payload = self._events.popleft()
        if payload:
            self._channel.took(payload)
        return event

    def _listen(self, listener: Callable[[bytes], bool]) -> None:
        self._listener = listener

    # -- to the client

    async def _send(self, event: Message) -> None:
        if self._gone:
            if self._is_websocket:
                raise OSError("the client is gone")
            return
        kind = event["type"]
        if kind == "websocket.send":
            if event.get("text") is not None:
                await self._channel.send_in_turn(EntryKind.TEXT, event["text"].encode())
            else:
                await self._channel.send_in_turn(EntryKind.BYTES, event["bytes"])
        elif kind in {"http.response.body", "websocket.http.response.body"}:
            await self._send_body(event.get("body", b""), more=event.get("more_body", False))
        else:
            told = {name: value for name, value in event.items() if name != "headers"}
            if "headers" in event:
                told["headers"] = encode_headers(event["headers"])
            await self._channel.send_in_turn(EntryKind.EVENT, encode(told))

    async def _send_body(self, body: bytes, *, more: bool) -> None:
        for at in range(0, len(body) or 1, BODY_PART):
            follows = more or at + BODY_PART < len(body)
            part = bytes(body[at : at + BODY_PART])
            await self._channel.send_in_turn(EntryKind.BODY, (b"\1" if follows else b"\0") + part)

    def _send_now(self, data: bytes) -> bool:
        if self._gone or not self._channel.has_room:
            return False
        self._channel.send(EntryKind.BYTES, data, urgent=False)
        return True

    def _abort(self) -> None:
        if not self._channel.lost:
            self._channel.tell(EntryKind.ABORT)


def scope_of(told: dict[str, Any]) -> dict[str, Any]:
    """Return the ASGI scope of a request or websocket that a front tells."""
    scope = dict(told)
    scope["headers"] = decode_headers(told["headers"])
    for name in ("raw_path", "query_string"):
        scope[name] = told[name].encode("latin-1")
    for name in ("client", "server"):
        scope[name] = None if told[name] is None else tuple(told[name])
    return scope
