"""Forwards websockets to the hosts that have their sessions, or hands the TCP connections over to them.

A host of this machine gets the connection itself once the first message names the session, so that no frame
passes through this process. For hosts of other machines each message is forwarded.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn import Config

from server.asgi.adopted_socket import adopt
from server.asgi.websocket_protocol import DetachedSocket
from server.cluster.forwarded_request import ForwardedRequest, HostLostError, encode_scope
from server.cluster.forwarding import HOME, event_of
from server.cluster.handed_over_socket import decode_received, encode_received
from server.cluster.host_table import HostTable, NoHostError
from server.cluster.slots import slot_of_open_message
from server.cluster.stream import EntryKind, encode_json
from server.protocol import close_codes
from server.protocol.messages import Closing
from server.settings import Settings
from server.websocket.extensions import ABORT, DETACH, LISTEN, SEND_NOW
from server.websocket.lifecycle import CLOSE_TIMEOUT, ClientStalledError, SocketHandler, run_until_first_ends

_ACK_START = b'{"type":"ack"'

log = logging.getLogger(__name__)


class ForwardedSocket(SocketHandler):
    """One websocket, which a host serves.

    With `by_session`, the first message and each further `open` name the session, which determines the host;
    otherwise it is the host that has the rooms.
    """

    def __init__(
        self,
        websocket: WebSocket,
        settings: Settings,
        table: HostTable,
        adopt_config: Config | None,
        *,
        by_session: bool,
    ) -> None:
        """Create it; `adopt_config` configures connections that a host returns (see `create_config`)."""
        super().__init__(websocket, settings, asyncio.get_running_loop().time)
        self._table = table
        self._adopt_config = adopt_config
        self._by_session = by_session
        self._accepted = False
        self._request = ForwardedRequest()
        self._slot: int | None = HOME
        self._shutdown = asyncio.Event()
        self._extensions = websocket.scope["extensions"]
        self._changing = asyncio.Event()

    async def run(self) -> None:
        """Serve the websocket until it closes."""
        try:
            await self._close_on_error(self._serve())
        finally:
            self._leave_current_host(1006)
            if (abort := self._extensions.get(ABORT)) is not None:
                asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, abort)
            self.ended.set()

    async def _close_on_error(self, serving: Awaitable[None]) -> None:
        """Await `serving`; if it fails, close the websocket with the code that fits the failure."""
        try:
            await serving
        except ClientStalledError:
            await self._close(close_codes.STALLED)
        except (NoHostError, HostLostError, ConnectionError):
            await self._request_reconnect()
        except (WebSocketDisconnect, RuntimeError, OSError) as gone:
            log.debug("a client is gone: %r", gone)

    def announce_shutdown(self) -> None:
        """Announce the shutdown, then close; a connection that was handed over stays open at its host."""
        self._shutdown.set()

    async def _serve(self) -> None:
        if not self._by_session:
            await self._websocket.receive()  # websocket.connect
            await self._forward(await self._open(), None)
            return
        await self._websocket.accept()
        self._accepted = True
        first = await self._receive_first(self._settings.request_timeout)
        self._slot = slot_of_open_message(first or "")
        detach = self._extensions.get(DETACH)
        request = await self._open(can_hand_over=detach is not None and first is not None)
        if request.hands_over and detach is not None:
            detached: DetachedSocket | None = detach({"type": "websocket.receive", "text": first})
            if detached is not None:
                await run_until_first_ends(self._follow_handed_over(request, detached), self._wait_for_end())
                return
            _send_gone(request, 1000)
            request = await self._open()
        await self._forward(request, first)

    async def _open(self, *, can_hand_over: bool = False) -> ForwardedRequest:
        """Open a channel to the host of the current slot."""
        request = ForwardedRequest()
        scope = encode_scope(self._websocket.scope)
        await request.open(self._table, self._slot, scope, can_hand_over=can_hand_over)
        return request

    # -- a connection that was handed over

    async def _follow_handed_over(self, request: ForwardedRequest, detached: DetachedSocket) -> None:
        """Wait while a host serves the connection; when a message names another host, hand it over there."""
        try:
            while (returned := await _hand_over(request, detached)) is not None:
                detached = detached._replace(messages=returned[0], unread=returned[1])
                self._slot = slot_of_open_message(detached.messages[0].get("text") or "")  # type: ignore[arg-type]
                request = await self._open(can_hand_over=True)
                if not request.hands_over:  # it is on another machine
                    _send_gone(request, 1000)
                    await self._serve_returned(detached, self._forward_returned)
                    return
        except (NoHostError, HostLostError, OSError):
            await self._serve_returned(detached._replace(messages=[], unread=b""), self._request_reconnect)
        finally:
            if request.channel is not None:
                request.channel.close()
            detached.socket.close()
            detached.release()

    async def _serve_returned(self, detached: DetachedSocket, serve: Callable[[], Awaitable[None]]) -> None:
        """Serve a connection in this process that a host has returned."""

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            self._websocket, self._extensions = WebSocket(scope, receive, send), scope["extensions"]
            await self._websocket.accept()
            await self._close_on_error(serve())

        assert self._adopt_config is not None
        own = detached._replace(socket=detached.socket.dup())
        protocol = await adopt(own, self._adopt_config, run, dict(self._websocket.scope))
        await protocol.task

    async def _forward_returned(self) -> None:
        first = await self._receive_first(self._settings.request_timeout)
        await self._forward(await self._open(), first)

    async def _wait_for_end(self) -> None:
        await self._shutdown.wait()

    # -- a connection whose messages are forwarded

    async def _forward(self, request: ForwardedRequest, first: str | None) -> None:
        await self._switch_to(request, first)
        listen = self._extensions.get(LISTEN)
        if listen is not None:
            listen(self._on_short_text)
        await run_until_first_ends(
            self._receive_messages(), self._forward_to_client(), self._wait_for_shutdown()
        )

    async def _switch_to(self, request: ForwardedRequest, first: str | None) -> None:
        request.on_bytes = self._extensions.get(SEND_NOW, request.on_bytes)
        self._request = request
        if first is not None and request.channel is not None:
            await request.channel.send_when_allowed(EntryKind.TEXT, first.encode())

    def _leave_current_host(self, code: int) -> None:
        _send_gone(self._request, code)

    async def _request_reconnect(self) -> None:
        """Close with a code at which the page connects again: its host is gone, and another takes over."""
        if self._accepted:
            await self._close(close_codes.RESTART, Closing(reason="shutdown").model_dump_json())
        else:
            with suppress(RuntimeError, OSError):
                await self._websocket.send({"type": "websocket.close", "code": close_codes.RESTART})

    async def _wait_for_shutdown(self) -> None:
        await self._shutdown.wait()
        await self._request_reconnect()

    # -- from the client

    def _is_closing(self) -> bool:
        return self._shutdown.is_set()

    def _on_rate_exceeded(self) -> None:
        """Do nothing: the host limits the rate of messages."""

    def _on_short_text(self, data: bytes) -> bool:
        """Forward an acknowledgement at once, without waking a task; return whether it was forwarded."""
        channel = self._request.channel
        if channel is None or channel.lost or not data.startswith(_ACK_START) or not channel.can_send:
            return False
        channel.send(EntryKind.TEXT, data, urgent=False)
        return True

    async def _receive_messages(self) -> None:
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                self._leave_current_host(event.get("code", 1005))
                return
            text = event.get("text")
            if text is None:
                await self._send(EntryKind.BYTES, event["bytes"])
            else:
                await self._on_message(text)

    async def _send(self, kind: EntryKind, payload: bytes) -> None:
        channel = self._request.channel
        if channel is not None:
            if self._shared is not None and (wait := self._shared.messages.charge(1)) > 0:
                await asyncio.sleep(wait)
            await channel.send_when_allowed(kind, payload)

    async def _on_message(self, text: str | None) -> None:
        text = text or ""
        if self._by_session and (slot := slot_of_open_message(text)) is not None:
            here = self._table.placement.slots
            if self._slot is None or here.get(slot) != here.get(self._slot):
                await self._change_host(slot, text)
                return
        await self._send(EntryKind.TEXT, text.encode())

    async def _change_host(self, slot: int, opening: str) -> None:
        """Switch to a session of another host; `opening` is the `open` that names it."""
        before, self._slot = self._request, slot
        before.on_bytes = lambda _: True  # drop what the previous session still sends
        self._leave_current_host(1000)
        await self._switch_to(await self._open(), opening)
        before.on_lost()  # `_forward_to_client` goes on with the new one

    # -- to the client

    async def _forward_to_client(self) -> None:
        while True:
            request = self._request
            try:
                kind, payload = await request.next()
            except HostLostError:
                if self._request is not request:
                    continue
                raise
            if self._request is not request:
                continue
            if kind is EntryKind.TEXT:
                await self._websocket.send({"type": "websocket.send", "text": payload.decode()})
            elif kind is EntryKind.BYTES:
                await self._websocket.send({"type": "websocket.send", "bytes": payload})
            elif kind is EntryKind.DONE:
                return
            elif kind is EntryKind.ABORT:
                if (abort := self._extensions.get(ABORT)) is not None:
                    abort()
            elif await self._send_event(kind, payload):
                return
            request.remove_first()

    async def _send_event(self, kind: EntryKind, payload: bytes) -> bool:
        """Send an ASGI event of the host's application to the client; return whether it is the last one."""
        if kind is EntryKind.BODY:
            more = payload[:1] == b"\1"
            body = {"type": "websocket.http.response.body", "body": payload[1:], "more_body": more}
            if not self._accepted:
                await self._websocket.send(body)
            return not more
        event = event_of(payload)
        if event["type"] == "websocket.accept":
            if not self._accepted:
                self._accepted = True
                await self._websocket.send(event)
            return False
        if event["type"] == "websocket.http.response.start" and self._accepted:
            await self._request_reconnect()  # the host refuses what this front has accepted
            return True
        await self._websocket.send(event)
        return bool(event["type"] == "websocket.close")


def _send_gone(request: ForwardedRequest, code: int) -> None:
    """Tell the host that the client has disconnected, and close the channel."""
    if request.channel is not None:
        if not request.channel.lost:
            request.channel.send_control(EntryKind.GONE, encode_json({"code": code}))
        request.channel.close()


async def _hand_over(request: ForwardedRequest, detached: DetachedSocket) -> tuple[list[Any], bytes] | None:
    """Hand a connection over to a host, and wait until the host no longer serves it.

    Returns:
        None if the connection was closed. If a message is for another host: the websocket events from that
        message on, and the bytes that were received but not parsed.

    Raises:
        OSError: the connection cannot be passed to the host.
        HostLostError: the host is gone.
    """
    link, channel = request.link, request.channel
    if link is None or link.sender is None or channel is None:
        raise HostLostError
    token = link.sender.send(detached.socket)
    channel.send(EntryKind.ADOPT, encode_json({"token": token.hex(), **encode_received(detached)}))
    kind, payload = await request.next()
    channel.close()
    return decode_received(json.loads(payload)) if kind is EntryKind.RETURN else None
