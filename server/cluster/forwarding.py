"""Forwards requests to the hosts that have their sessions."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from server.cluster.forwarded_call import ForwardedCall, HostLostError, told_scope
from server.cluster.host_table import HostTable, NoHostError
from server.cluster.slots import HOME_SLOTS, slot_of
from server.cluster.stream import EntryKind, decode_headers
from server.errors.codes import ErrorCode
from server.errors.problems import ProblemError, local_path, problem

HOME = HOME_SLOTS[0]

_BY_ID = {"sessions", "jobs", "runs"}
"""Resources below `/api` whose ids have slots."""

_READING = {"GET", "HEAD"}

_GOING_ON = (b"text/event-stream", b"application/x-ndjson")
"""Types of answers that go on until something ends."""


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

    def __init__(self, table: HostTable, stopping: asyncio.Event) -> None:
        """Create it; answers that go on by themselves end once `stopping` is set."""
        self._table = table
        self._stopping = stopping

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
        tasks = [asyncio.ensure_future(_send_body(call, receive))]
        try:
            while True:
                kind, payload = await call.next()
                if kind is EntryKind.DONE:
                    return True
                if kind is EntryKind.EVENT:
                    began, event = True, event_of(payload)
                    if _goes_on(event):
                        tasks.append(asyncio.ensure_future(self._end_with_server(call)))
                    await send(event)
                elif kind is EntryKind.BODY:
                    more = payload[:1] == b"\1"
                    await send({"type": "http.response.body", "body": payload[1:], "more_body": more})
                call.done()
        except HostLostError:
            if began and self._stopping.is_set():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return True
            if began:  # the client sees that the answer is not complete
                raise
            if scope["method"] in _READING:
                return False
            raise _gone() from None
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if not channel.lost:
                channel.tell(EntryKind.GONE, b"{}")
            channel.close()

    async def _end_with_server(self, call: ForwardedCall) -> None:
        await self._stopping.wait()
        call.on_lost()


def _goes_on(event: Message) -> bool:
    """Return whether an answer begins whose end nobody waits for, such as events of a job."""
    return any(
        name == b"content-type" and value.startswith(_GOING_ON) for name, value in event.get("headers", ())
    )


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


def event_of(payload: bytes) -> Message:
    """Return the ASGI event of an `EVENT`."""
    event: dict[str, Any] = json.loads(payload)
    if "headers" in event:
        event["headers"] = decode_headers(event["headers"])
    return event
