"""The stream to a host from a front or another host: multiplexes numbered channels on one TCP connection.

Each request and each websocket has a channel, on which entries are sent. Entries of all channels are
collected for `BATCH_INTERVAL` and written together, because a write costs more than a frame; an urgent entry
is written at once, with all that were collected. Flow control by credit: a channel has at most about `WINDOW`
bytes that the receiver has not processed, so that a client that does not read delays no other channel and
fills no memory.
"""

import asyncio
import json
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Protocol

BATCH_INTERVAL = 0.004
"""Seconds for which entries that are not urgent are collected."""

WINDOW = 262_144
"""Bytes of a channel, roughly, that may be sent in one direction before credit is needed."""

OVERHEAD = 64
"""Bytes that each entry counts in addition to its payload, so that many small ones are limited, too."""

MAX_ENTRY = 16_777_216
"""The most bytes of an entry's payload."""

ANY_SLOT = -1
"""In place of a slot: for this host, whatever slots it has."""

_HEADER = struct.Struct("!BII")
_CREDIT = struct.Struct("!I")


class EntryKind(IntEnum):
    """The kinds of entries. The payload is JSON unless stated otherwise."""

    HELLO = 1
    """The first entry of each side: the secret of the host, and then the host's name."""
    OPEN = 2
    """To the host: a request or websocket begins. Its ASGI scope and slot, null for a new session."""
    OPENED = 3
    """To the front: the host accepts the request; empty."""
    MOVED = 4
    """To the front: the host does not have the slot; empty."""
    TEXT = 5
    """A websocket's text, UTF-8."""
    BYTES = 6
    """A websocket's bytes."""
    BODY = 7
    """A part of a body: one byte, 1 if more parts follow and 0 if not, then the part."""
    EVENT = 8
    """To the front: any other ASGI event that the application sends."""
    GONE = 9
    """To the host: the client has disconnected."""
    DONE = 10
    """To the front: the application has returned."""
    ABORT = 11
    """To the front: drop the client's connection at once."""
    CREDIT = 12
    """The number of bytes that were processed since the last one: 4 bytes, big-endian."""
    ADOPT = 13
    """To the host: the client's connection was passed to it; the socket's token, and what was received."""
    RETURN = 14
    """To the front: a message is for another host, which is to get the connection; what was received."""
    CALL = 15
    """Between hosts: pickled calls to sessions; see `peer_calls`."""
    ANSWER = 16
    """Between hosts: pickled answers to calls."""


class Endpoint(Protocol):
    """Receives the entries of one channel."""

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Handle an entry; called on the event loop."""

    def on_lost(self) -> None:
        """Handle the loss of the stream; called once, on the event loop."""


class StreamChannel:
    """One side of a channel. For the event loop only.

    Attributes:
        lost: whether the stream is lost.
    """

    def __init__(self, stream: "Stream", number: int) -> None:
        self._stream = stream
        self._number = number
        self._unacknowledged = 0
        self._consumed = 0
        self._window_is_open = asyncio.Event()
        self._window_is_open.set()
        self.lost = False

    @property
    def can_send(self) -> bool:
        """Whether the window allows another entry now."""
        return self._unacknowledged < WINDOW

    def send(self, kind: EntryKind, payload: bytes, *, urgent: bool = True) -> None:
        """Send an entry, even if the window does not allow it."""
        self._unacknowledged += len(payload) + OVERHEAD
        if self._unacknowledged >= WINDOW:
            self._window_is_open.clear()
        self._stream.send(kind, self._number, payload, urgent=urgent)

    async def send_when_allowed(self, kind: EntryKind, payload: bytes) -> None:
        """Wait until the window allows an entry, then send it.

        Raises:
            ConnectionError: the stream is lost.
        """
        while not self.can_send and not self.lost:
            await self._window_is_open.wait()
        if self.lost:
            raise ConnectionError("the other process is gone")
        self.send(kind, payload)

    def send_control(self, kind: EntryKind, payload: bytes = b"", *, urgent: bool = True) -> None:
        """Send an entry that does not count towards the window, such as the end."""
        self._stream.send(kind, self._number, payload, urgent=urgent)

    def grant_credit(self, payload: bytes) -> None:
        """Grant the sender credit for an entry that was processed; see `EntryKind.CREDIT`."""
        self._consumed += len(payload) + OVERHEAD
        if self._consumed >= WINDOW // 2:
            self._stream.send(EntryKind.CREDIT, self._number, _CREDIT.pack(self._consumed), urgent=False)
            self._consumed = 0

    def close(self) -> None:
        """Remove the channel from the stream; entries that still arrive are dropped."""
        self._stream.endpoints.pop(self._number, None)

    def add_credit(self, payload: bytes) -> None:
        """Add the credit that the other side has granted."""
        self._unacknowledged -= _CREDIT.unpack(payload)[0]
        if self.can_send:
            self._window_is_open.set()

    def on_lost(self) -> None:
        """Have waiting calls of `send_when_allowed` fail: the stream is lost."""
        self.lost = True
        self._window_is_open.set()


class Stream(asyncio.Protocol):
    """One side of a stream.

    Attributes:
        endpoints: the open channels with their endpoints, by channel number.
        on_entry: called with the entries of all other channel numbers.
        on_lost: called once the connection is lost.
        entries: the number of entries that were sent.
        batches: the number of writes that carried them.
        is_authenticated: whether the other side has sent the right secret; set by the accepting side.
        is_lost: whether the connection is lost.
    """

    def __init__(self, on_entry: Callable[["Stream", EntryKind, int, bytes], None]) -> None:
        self.endpoints: dict[int, tuple[StreamChannel, Endpoint]] = {}
        self.on_entry = on_entry
        self.on_lost: Callable[[], None] = lambda: None
        self.entries = self.batches = 0
        self.is_authenticated = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._buffer: list[bytes] = []
        self._timer: asyncio.Handle | None = None
        self._is_urgent = False
        self.is_lost = False

    def channel(self, number: int, endpoint: Endpoint) -> StreamChannel:
        """Open a channel with a number, whose entries go to `endpoint`; return it."""
        channel = StreamChannel(self, number)
        self.endpoints[number] = channel, endpoint
        return channel

    def send(self, kind: EntryKind, number: int, payload: bytes, *, urgent: bool) -> None:
        """Send an entry within `BATCH_INTERVAL`; an urgent one in the next turn of the event loop."""
        if self.is_lost:
            return
        self._buffer.append(_HEADER.pack(kind, number, len(payload)))
        self._buffer.append(payload)
        if self._timer is None:
            self._is_urgent = urgent
            self._timer = (
                self._loop.call_soon(self._write)
                if urgent
                else self._loop.call_later(BATCH_INTERVAL, self._write)
            )
        elif urgent and not self._is_urgent:
            self._timer.cancel()
            self._is_urgent = True
            self._timer = self._loop.call_soon(self._write)

    def close(self) -> None:
        """Write the buffered entries, and close the connection."""
        self._write()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _write(self) -> None:
        self._timer = None
        if self._buffer and self._transport is not None:
            self.batches += 1
            self.entries += len(self._buffer) // 2
            self._transport.write(b"".join(self._buffer))
            self._buffer.clear()

    # -- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=4 * WINDOW)

    def data_received(self, data: bytes) -> None:
        """Dispatch the entries that are complete."""
        data = self._unread + data if self._unread else data
        at, end = 0, len(data)
        while end - at >= _HEADER.size:
            kind, number, size = _HEADER.unpack_from(data, at)
            if size > MAX_ENTRY:
                self.abort()
                return
            begin = at + _HEADER.size
            if end - begin < size:
                break
            at = begin + size
            self._dispatch(EntryKind(kind), number, data[begin:at])
        self._unread = data[at:]

    def _dispatch(self, kind: EntryKind, number: int, payload: bytes) -> None:
        found = self.endpoints.get(number)
        if found is None:
            self.on_entry(self, kind, number, payload)
        elif kind is EntryKind.CREDIT:
            found[0].add_credit(payload)
        else:
            found[1].on_entry(kind, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Notify all channels and endpoints."""
        del exc
        if self._timer is not None:
            self._timer.cancel()
        self._transport, self.is_lost = None, True
        for channel, endpoint in list(self.endpoints.values()):
            channel.on_lost()
            endpoint.on_lost()
        self.endpoints.clear()
        self.on_lost()


def encode_json(value: Any) -> bytes:
    """Return a value as compact JSON in UTF-8."""
    return json.dumps(value, separators=(",", ":")).encode()


def encode_headers(headers: Any) -> list[list[str]]:
    """Return ASGI headers as values that JSON can hold."""
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]


def decode_headers(headers: list[list[str]]) -> list[tuple[bytes, bytes]]:
    """Return the ASGI headers that `encode_headers` has encoded."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
