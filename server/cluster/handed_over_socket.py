"""The host's side of a channel for a websocket whose TCP connection the front has handed over."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config

from server.asgi.adopted_socket import adopt
from server.asgi.websocket_protocol import DetachedSocket
from server.cluster.socket_passing import SocketReceiver
from server.cluster.stream import EntryKind, Stream, encode_json

log = logging.getLogger(__name__)


class HandedOverSocket:
    """One websocket; an `Endpoint`. It stays open even if the front is lost. For the event loop only."""

    def __init__(
        self,
        stream: Stream,
        number: int,
        *,
        config: Config,
        app: ASGIApp,
        scope: dict[str, Any],
        receiver: SocketReceiver,
        is_elsewhere: Callable[[str], bool],
    ) -> None:
        """Register for the connection, on which the application is run; for `is_elsewhere` see `adopt`."""
        self._stream = stream
        self._channel = stream.channel(number, self)
        self._config, self._app, self._scope = config, app, scope
        self._receiver = receiver
        self._is_elsewhere = is_elsewhere
        self._task: asyncio.Future[None] | None = None

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Start with the connection that the front passes, or give up if the client has gone before."""
        if kind is EntryKind.ADOPT and self._task is None:
            self._task = asyncio.ensure_future(self._run(json.loads(payload)))
        elif kind is EntryKind.GONE and self._task is None:
            self._channel.close()

    def on_lost(self) -> None:
        """Do nothing: the connection does not depend on the front."""

    async def _run(self, payload_fields: dict[str, Any]) -> None:
        returned = None
        try:
            socket = await self._receiver.receive(bytes.fromhex(payload_fields["token"]))
            handed = DetachedSocket(socket, *decode_received(payload_fields), release=_nothing)
            protocol = await adopt(handed, self._config, self._app, self._scope, self._belongs_elsewhere)
            await protocol.task
            returned = protocol.returned
        except (OSError, TimeoutError) as problem:
            log.debug("a client that was handed over is gone: %r", problem)
        finally:
            if returned is not None:
                returned.socket.close()  # the front has it, too
                self._channel.send_control(EntryKind.RETURN, encode_json(encode_received(returned)))
            else:
                self._channel.send_control(EntryKind.DONE)
            self._channel.close()

    def _belongs_elsewhere(self, text: str) -> bool:
        return self._is_elsewhere(text)


def encode_received(detached: DetachedSocket) -> dict[str, Any]:
    """Return what was received on a connection before it was detached, as values that JSON can hold."""
    messages = []
    for each in detached.messages:
        text, data = each.get("text"), each.get("bytes")
        messages.append({"bytes": data.decode("latin-1")} if isinstance(data, bytes) else {"text": text})
    return {"messages": messages, "unread": detached.unread.decode("latin-1")}


def decode_received(payload_fields: dict[str, Any]) -> tuple[list[Any], bytes]:
    """Return the websocket events and unparsed bytes that `encode_received` has encoded."""
    messages = [
        {"type": "websocket.receive", "text": each["text"]}
        if "text" in each
        else {"type": "websocket.receive", "bytes": each["bytes"].encode("latin-1")}
        for each in payload_fields["messages"]
    ]
    return messages, payload_fields["unread"].encode("latin-1")


def _nothing() -> None:
    """Do nothing: the front keeps counting the connection."""
