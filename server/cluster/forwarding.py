"""Forwards requests and websockets to the hosts that have their sessions."""

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.cluster.forwarded_call import ForwardedCall, HostLostError, told_scope
from server.cluster.host_table import HostTable, NoHostError
from server.cluster.slots import HOME_SLOTS, slot_of
from server.cluster.stream import EntryKind, decode_headers, encode
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, local_path, problem
from server.protocol import close_codes
from server.protocol.messages import Closing
from server.settings import Settings
from server.websocket.extensions import ABORT, LISTEN, SEND_NOW
from server.websocket.lifecycle import LINGER, ClientStalledError, SocketHandler, run_until_first_ends

log = logging.getLogger(__name__)

HOME = HOME_SLOTS[0]

_BY_ID = {"sessions", "jobs", "runs"}
"""Resources below `/api` whose ids have slots."""

_READING = {"GET", "HEAD"}

_ACK_START = b'{"type":"ack"'


def slot_of_path(path: str) -> int | None:
    """Return the slot whose host answers a REST call; None for any host: the call makes a session."""
    parts = path.split("/")
    if parts[1:2] == ["api"] and len(parts) > 2 and parts[2] in _BY_ID:
        if len(parts) > 3 and parts[3]:
            return slot_of(parts[3])
        if parts[2] == "sessions":
            return None
    return HOME


class RestForwarder:
    """An ASGI application that has hosts answer requests."""

    def __init__(self, table: HostTable) -> None:
        self._table = table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request."""
        again = False
        while not await self._try(scope, receive, send, again=again):
            again = True  # it changes nothing, so that the heir can answer it

    async def _try(self, scope: Scope, receive: Receive, send: Send, *, again: bool) -> bool:
        """Forward a request; return whether it was answered: one that only reads may be asked again."""
        call, began = ForwardedCall(), False
        try:
            await call.open(self._table, slot_of_path(local_path(scope)), told_scope(scope))
        except NoHostError:
            raise _gone() from None
        channel = call.channel
        assert channel is not None
        if again:  # its body, if any, is gone
            channel.send(EntryKind.BODY, b"\0")
        sending = asyncio.ensure_future(_send_body(call, receive))
        try:
            while True:
                kind, payload = await call.next()
                if kind is EntryKind.DONE:
                    return True
                if kind is EntryKind.EVENT:
                    began = True
                    await send(_event(payload))
                elif kind is EntryKind.BODY:
                    more = payload[:1] == b"\1"
                    await send({"type": "http.response.body", "body": payload[1:], "more_body": more})
                call.done()
        except HostLostError:
            if began:  # the client sees that the answer is not complete
                raise
            if scope["method"] in _READING:
                return False
            raise _gone() from None
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            if not channel.lost:
                channel.tell(EntryKind.GONE, b"{}")
            channel.close()


def _gone() -> ProblemError:
    detail = "The process that has this is gone just now; another one takes over. Try again."
    return ProblemError(problem(ErrorCode.UNAVAILABLE, detail), {"Retry-After": "1"})


async def _send_body(call: ForwardedCall, receive: Receive) -> None:
    """Pass the body on, then wait for the client to disconnect and tell the host."""
    channel = call.channel
    assert channel is not None
    with suppress(ConnectionError):
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                channel.tell(EntryKind.GONE, b"{}")
                return
            more = event.get("more_body", False)
            await channel.send_in_turn(EntryKind.BODY, (b"\1" if more else b"\0") + event.get("body", b""))


def _event(payload: bytes) -> Message:
    event: dict[str, Any] = json.loads(payload)
    if "headers" in event:
        event["headers"] = decode_headers(event["headers"])
    return event


class ForwardedSocket(SocketHandler):
    """One websocket, whose messages go to a host.

    With `by_session`, the first message tells the session, and with it the host, as does each further `open`.
    """

    def __init__(
        self, websocket: WebSocket, settings: Settings, table: HostTable, *, by_session: bool
    ) -> None:
        super().__init__(websocket, settings, asyncio.get_running_loop().time)
        self._table = table
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
            await self._serve()
        except ClientStalledError:
            await self._close(close_codes.STALLED)
        except (NoHostError, HostLostError, ConnectionError):
            await self._let_reconnect()
        except (WebSocketDisconnect, RuntimeError, OSError) as gone:
            log.debug("a client is gone: %r", gone)
        finally:
            self._leave_host(1006)
            if (abort := self._extensions.get(ABORT)) is not None:
                asyncio.get_running_loop().call_later(LINGER, abort)
            self.ended.set()

    def say_goodbye(self) -> None:
        """Announce the shutdown, then close."""
        self._goodbye.set()

    async def _serve(self) -> None:
        first: str | None = None
        if self._by_session:
            await self._websocket.accept()
            self._accepted = True
            first = await self._receive_first(self._settings.request_timeout)
            self._slot = slot_of_opening(first or "")
        else:
            await self._websocket.receive()  # websocket.connect
        await self._enter_host(first)
        listen = self._extensions.get(LISTEN)
        if listen is not None:
            listen(self._on_short_text)
        await run_until_first_ends(self._receive_messages(), self._deliver(), self._wait_for_goodbye())

    async def _enter_host(self, first: str | None) -> None:
        call = ForwardedCall()
        call.on_bytes = self._extensions.get(SEND_NOW, call.on_bytes)
        await call.open(self._table, self._slot, told_scope(self._websocket.scope))
        self._call = call
        if first is not None and call.channel is not None:
            await call.channel.send_in_turn(EntryKind.TEXT, first.encode())

    def _leave_host(self, code: int) -> None:
        channel = self._call.channel
        if channel is not None:
            if not channel.lost:
                channel.tell(EntryKind.GONE, encode({"code": code}))
            channel.close()

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
        if self._by_session and '"open"' in text and (slot := slot_of_opening(text)) is not None:
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
        await self._enter_host(opening)
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
        event = _event(payload)
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


def slot_of_opening(text: str) -> int | None:
    """Return the slot of the session that an `open` names; None for a new session and for other text."""
    try:
        told = json.loads(text)
        name = told.get("session") or told.get("copy_of") if told.get("type") == "open" else None
    except (ValueError, AttributeError, RecursionError):
        return None
    return slot_of(name) if isinstance(name, str) and 0 < len(name) <= 128 else None
