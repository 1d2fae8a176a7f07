"""Forwards websockets to the hosts that have their sessions, or hands their connections over to them.

A host of this machine gets the connection itself once the first message has told which session it is for:
then no frame goes by this process. To hosts of other machines each message is forwarded.
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

from server.asgi.handed_socket import adopt
from server.asgi.websocket_protocol import DetachedSocket
from server.cluster.forwarded_call import ForwardedCall, HostLostError, told_scope
from server.cluster.forwarding import HOME, event_of
from server.cluster.handed_call import decode_taken, encode_taken
from server.cluster.host_table import HostTable, NoHostError
from server.cluster.slots import slot_of_opening
from server.cluster.stream import EntryKind, encode
from server.protocol import close_codes
from server.protocol.messages import Closing
from server.settings import Settings
from server.websocket.extensions import ABORT, DETACH, LISTEN, SEND_NOW
from server.websocket.lifecycle import LINGER, ClientStalledError, SocketHandler, run_until_first_ends

_ACK_START = b'{"type":"ack"'

log = logging.getLogger(__name__)


class ForwardedSocket(SocketHandler):
    """One websocket, whose messages go to a host.

    With `by_session`, the first message tells the session, and with it the host, as does each further `open`.
    """

    def __init__(
        self,
        websocket: WebSocket,
        settings: Settings,
        table: HostTable,
        adopted: Config | None,
        *,
        by_session: bool,
    ) -> None:
        """Create it; `adopted` configures connections that come back from a host, if any are handed over."""
        super().__init__(websocket, settings, asyncio.get_running_loop().time)
        self._table = table
        self._adopted = adopted
        self._by_session = by_session
        self._accepted = False
        self._call = ForwardedCall()
        self._slot: int | None = HOME
        self._goodbye = asyncio.Event()
        self._extensions = websocket.scope["extensions"]
        self._changing = asyncio.Event()

    async def run(self) -> None:
        """Serve the websocket until it closes."""
        try:
            await self._in_order(self._serve())
        finally:
            self._leave_host(1006)
            if (abort := self._extensions.get(ABORT)) is not None:
                asyncio.get_running_loop().call_later(LINGER, abort)
            self.ended.set()

    async def _in_order(self, serving: Awaitable[None]) -> None:
        """Wait for a part of serving it; close it as fits what ended that."""
        try:
            await serving
        except ClientStalledError:
            await self._close(close_codes.STALLED)
        except (NoHostError, HostLostError, ConnectionError):
            await self._let_reconnect()
        except (WebSocketDisconnect, RuntimeError, OSError) as gone:
            log.debug("a client is gone: %r", gone)

    def say_goodbye(self) -> None:
        """Announce the shutdown, then close; a connection that was handed over stays with its host."""
        self._goodbye.set()

    async def _serve(self) -> None:
        if not self._by_session:
            await self._websocket.receive()  # websocket.connect
            await self._forward(await self._open(), None)
            return
        await self._websocket.accept()
        self._accepted = True
        first = await self._receive_first(self._settings.request_timeout)
        self._slot = slot_of_opening(first or "")
        detach = self._extensions.get(DETACH)
        call = await self._open(can_hand_over=detach is not None and first is not None)
        if call.hands_over and detach is not None:
            detached: DetachedSocket | None = detach({"type": "websocket.receive", "text": first})
            if detached is not None:
                await run_until_first_ends(self._follow(call, detached), self._wait_for_end())
                return
            _leave(call, 1000)
            call = await self._open()
        await self._forward(call, first)

    async def _open(self, *, can_hand_over: bool = False) -> ForwardedCall:
        """Begin at the host of the present slot."""
        call = ForwardedCall()
        scope = told_scope(self._websocket.scope)
        await call.open(self._table, self._slot, scope, can_hand_over=can_hand_over)
        return call

    # -- a connection that was handed over

    async def _follow(self, call: ForwardedCall, detached: DetachedSocket) -> None:
        """Wait while a host serves the connection, and hand it on when a message is for another one."""
        try:
            while (returned := await _pass_on(call, detached)) is not None:
                detached = detached._replace(messages=returned[0], unread=returned[1])
                self._slot = slot_of_opening(detached.messages[0].get("text") or "")  # type: ignore[arg-type]
                call = await self._open(can_hand_over=True)
                if not call.hands_over:  # it is on another machine
                    _leave(call, 1000)
                    await self._serve_again(detached, self._forward_again)
                    return
        except (NoHostError, HostLostError, OSError):
            await self._serve_again(detached._replace(messages=[], unread=b""), self._let_reconnect)
        finally:
            if call.channel is not None:
                call.channel.close()
            detached.socket.close()
            detached.release()

    async def _serve_again(self, detached: DetachedSocket, serve: Callable[[], Awaitable[None]]) -> None:
        """Serve a connection in this process that comes back from a host."""

        async def run(scope: Scope, receive: Receive, send: Send) -> None:
            self._websocket, self._extensions = WebSocket(scope, receive, send), scope["extensions"]
            await self._websocket.accept()
            await self._in_order(serve())

        assert self._adopted is not None
        own = detached._replace(socket=detached.socket.dup())
        protocol = await adopt(own, self._adopted, run, dict(self._websocket.scope))
        await protocol.task

    async def _forward_again(self) -> None:
        first = await self._receive_first(self._settings.request_timeout)
        await self._forward(await self._open(), first)

    async def _wait_for_end(self) -> None:
        await self._goodbye.wait()

    # -- a connection whose messages are forwarded

    async def _forward(self, call: ForwardedCall, first: str | None) -> None:
        await self._enter(call, first)
        listen = self._extensions.get(LISTEN)
        if listen is not None:
            listen(self._on_short_text)
        await run_until_first_ends(self._receive_messages(), self._deliver(), self._wait_for_goodbye())

    async def _enter(self, call: ForwardedCall, first: str | None) -> None:
        call.on_bytes = self._extensions.get(SEND_NOW, call.on_bytes)
        self._call = call
        if first is not None and call.channel is not None:
            await call.channel.send_in_turn(EntryKind.TEXT, first.encode())

    def _leave_host(self, code: int) -> None:
        _leave(self._call, code)

    async def _let_reconnect(self) -> None:
        """Have the page connect again: its host is gone, and another one takes over."""
        if self._accepted:
            await self._close(close_codes.RESTART, Closing(reason="shutdown").model_dump_json())
        else:
            with suppress(RuntimeError, OSError):
                await self._websocket.send({"type": "websocket.close", "code": close_codes.RESTART})

    async def _wait_for_goodbye(self) -> None:
        await self._goodbye.wait()
        await self._let_reconnect()

    # -- from the client

    def _is_closing(self) -> bool:
        return self._goodbye.is_set()

    def _on_flood(self) -> None:
        """Leave it to the host, which judges every message."""

    def _on_short_text(self, data: bytes) -> bool:
        """Pass an acknowledgement on at once, without waking a task."""
        channel = self._call.channel
        if channel is None or channel.lost or not data.startswith(_ACK_START) or not channel.has_room:
            return False
        channel.send(EntryKind.TEXT, data, urgent=False)
        return True

    async def _receive_messages(self) -> None:
        while True:
            event = await self._websocket.receive()
            if event["type"] == "websocket.disconnect":
                self._leave_host(event.get("code", 1005))
                return
            text = event.get("text")
            if text is None:
                await self._send(EntryKind.BYTES, event["bytes"])
            else:
                await self._on_message(text)

    async def _send(self, kind: EntryKind, payload: bytes) -> None:
        channel = self._call.channel
        if channel is not None:
            if self._shared is not None and (wait := self._shared.messages.charge(1)) > 0:
                await asyncio.sleep(wait)
            await channel.send_in_turn(kind, payload)

    async def _on_message(self, text: str | None) -> None:
        text = text or ""
        if self._by_session and (slot := slot_of_opening(text)) is not None:
            here = self._table.placement.slots
            if self._slot is None or here.get(slot) != here.get(self._slot):
                await self._change_host(slot, text)
                return
        await self._send(EntryKind.TEXT, text.encode())

    async def _change_host(self, slot: int, opening: str) -> None:
        """Go on with a session that another host has."""
        before, self._slot = self._call, slot
        before.on_bytes = lambda _: True  # nothing more of the session that the page leaves
        self._leave_host(1000)
        await self._enter(await self._open(), opening)
        before.on_lost()  # `_deliver` goes on with the new one

    # -- to the client

    async def _deliver(self) -> None:
        while True:
            call = self._call
            try:
                kind, payload = await call.next()
            except HostLostError:
                if self._call is not call:
                    continue
                raise
            if self._call is not call:
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
            call.done()

    async def _send_event(self, kind: EntryKind, payload: bytes) -> bool:
        """Send any other event of the host's application; return whether it is the last one."""
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
            await self._let_reconnect()  # the host refuses what this front has accepted
            return True
        await self._websocket.send(event)
        return bool(event["type"] == "websocket.close")


def _leave(call: ForwardedCall, code: int) -> None:
    """Tell the host that the client is gone."""
    if call.channel is not None:
        if not call.channel.lost:
            call.channel.tell(EntryKind.GONE, encode({"code": code}))
        call.channel.close()


async def _pass_on(call: ForwardedCall, detached: DetachedSocket) -> tuple[list[Any], bytes] | None:
    """Pass a connection on to a host; return None once it is closed, or what the host leaves to another one.

    Raises:
        OSError: it cannot be passed on.
        HostLostError: the host is gone.
    """
    link, channel = call.link, call.channel
    if link is None or link.sender is None or channel is None:
        raise HostLostError
    token = link.sender.send(detached.socket)
    channel.send(EntryKind.ADOPT, encode({"token": token.hex(), **encode_taken(detached)}))
    kind, payload = await call.next()
    channel.close()
    return decode_taken(json.loads(payload)) if kind is EntryKind.RETURN else None
