"""Forwards REST requests to the hosts that have their sessions."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from server.cluster.forwarded_request import ForwardedRequest, HostLostError, encode_scope
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
"""Content types of responses that stream events until a job ends."""


def slot_of_path(path: str) -> int | None:
    """Return the slot whose host answers a REST call; None if any host may, as for a new session."""
    parts = path.split("/")
    if parts[1:2] == ["api"] and len(parts) > 2 and parts[2] in _BY_ID:
        if len(parts) > 3 and parts[3]:
            return slot_of(parts[3])
        if parts[2] == "sessions":
            return None
    return HOME


class RestForwarder:
    """An ASGI application that forwards HTTP requests to hosts."""

    def __init__(self, table: HostTable, stopping: asyncio.Event) -> None:
        """Create it; endless responses, such as a job's events, end once `stopping` is set."""
        self._table = table
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request; if its host is lost and it changes nothing, repeat it at the successor."""
        is_retry = False
        while not await self._forward(scope, receive, send, is_retry=is_retry):
            is_retry = True

    async def _forward(self, scope: Scope, receive: Receive, send: Send, *, is_retry: bool) -> bool:
        """Forward a request to the host of its slot.

        Returns:
            whether it was answered. If not, the host was lost before it answered, and the request only reads.

        Raises:
            ProblemError: no host has the slot, or the host of a request that may change something was lost.
            HostLostError: the host was lost within its response.
        """
        request, has_begun = ForwardedRequest(), False
        try:
            await request.open(self._table, slot_of_path(local_path(scope)), encode_scope(scope))
        except NoHostError:
            raise _host_lost_error() from None
        channel = request.channel
        assert channel is not None
        if is_retry:  # the body was consumed by the first attempt
            channel.send(EntryKind.BODY, b"\0")
        tasks = [asyncio.ensure_future(_send_body(request, receive))]
        try:
            while True:
                kind, payload = await request.next()
                if kind is EntryKind.DONE:
                    return True
                if kind is EntryKind.EVENT:
                    has_begun, event = True, event_of(payload)
                    if _is_endless_stream(event):
                        tasks.append(asyncio.ensure_future(self._end_with_server(request)))
                    await send(event)
                elif kind is EntryKind.BODY:
                    more = payload[:1] == b"\1"
                    await send({"type": "http.response.body", "body": payload[1:], "more_body": more})
                request.remove_first()
        except HostLostError:
            if has_begun and self._stopping.is_set():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                return True
            if has_begun:  # the client sees that the response is incomplete
                raise
            if scope["method"] in _READING:
                return False
            raise _host_lost_error() from None
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if not channel.lost:
                channel.send_control(EntryKind.GONE, b"{}")
            channel.close()

    async def _end_with_server(self, request: ForwardedRequest) -> None:
        await self._stopping.wait()
        request.on_lost()


def _is_endless_stream(event: Message) -> bool:
    """Return whether an event starts a response without a foreseeable end, such as a job's events."""
    return any(
        name == b"content-type" and value.startswith(_GOING_ON) for name, value in event.get("headers", ())
    )


def _host_lost_error() -> ProblemError:
    detail = "The process that has this is gone just now; another one takes over. Try again."
    return ProblemError(problem(ErrorCode.UNAVAILABLE, detail), {"Retry-After": "1"})


async def _send_body(request: ForwardedRequest, receive: Receive) -> None:
    """Forward the body, then wait until the client disconnects, and tell the host so."""
    channel = request.channel
    assert channel is not None
    with suppress(ConnectionError):
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                channel.send_control(EntryKind.GONE, b"{}")
                return
            more = event.get("more_body", False)
            await channel.send_when_allowed(
                EntryKind.BODY, (b"\1" if more else b"\0") + event.get("body", b"")
            )


def event_of(payload: bytes) -> Message:
    """Return the ASGI event in the payload of an `EntryKind.EVENT`."""
    event: dict[str, Any] = json.loads(payload)
    if "headers" in event:
        event["headers"] = decode_headers(event["headers"])
    return event
