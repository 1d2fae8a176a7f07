"""The stream to a host from a front or another host: numbered channels on one connection, written in batches.

Each request and each websocket has a channel. Everything that is said within `BATCH_INTERVAL` goes out in one
write, whatever its channel, because a write costs more than a frame. What must not wait, such as the answer
to a setting, takes along what waits. A channel never has more than `WINDOW` bytes under way, so that a client
that does not read holds up nobody else and fills no memory.
"""

import asyncio
import json
import struct
from collections.abc import Callable
from enum import IntEnum
from typing import Any, Protocol

BATCH_INTERVAL = 0.004
"""Seconds that a frame or an acknowledgement may wait for others."""

WINDOW = 262_144
"""Bytes of a channel that may be under way in one direction, roughly."""

OVERHEAD = 64
"""Bytes that an entry counts besides its own, so that many small ones are limited too."""

MAX_ENTRY = 16_777_216
"""Bytes of one entry. Larger ones are divided."""

ANY_SLOT = -1
"""In place of a slot: the host is meant, whatever it has."""

_HEADER = struct.Struct("!BII")
_CREDIT = struct.Struct("!I")


class EntryKind(IntEnum):
    """What an entry is. The payload is JSON where nothing else is said."""

    HELLO = 1
    """The first entry of each side: who it is."""
    OPEN = 2
    """To the host: a request or websocket begins. Its ASGI scope and slot, null for a new session."""
    OPENED = 3
    """To the front: the host takes it."""
    MOVED = 4
    """To the front: the slot is not the host's."""
    TEXT = 5
    """A websocket's text, UTF-8."""
    BYTES = 6
    """A websocket's bytes."""
    BODY = 7
    """A part of a body: one byte that tells whether more follows, then the part."""
    EVENT = 8
    """To the front: any other ASGI event that the application sends."""
    GONE = 9
    """To the host: the client has disconnected."""
    DONE = 10
    """To the front: the application has returned."""
    ABORT = 11
    """To the front: drop the client's connection at once."""
    CREDIT = 12
    """The number of bytes that were taken, 4 bytes."""
    ADOPT = 13
    """To the host: the client's connection itself has been passed on; its token, and what was received."""
    RETURN = 14
    """To the front: a message is for another host; what was received, as in `ADOPT`."""
    CALL = 15
    """Between hosts: a pickled call to a session, see `peer_calls`."""
    ANSWER = 16
    """Its pickled answer."""


class Endpoint(Protocol):
    """What takes the entries of one channel."""

    def on_entry(self, kind: EntryKind, payload: bytes) -> None:
        """Take an entry, on the event loop."""

    def on_lost(self) -> None:
        """Note that the stream is lost."""


class StreamChannel:
    """One side of a channel. For the event loop only."""

    def __init__(self, stream: "Stream", number: int) -> None:
        self._stream = stream
        self._number = number
        self._under_way = 0
        self._taken = 0
        self._room = asyncio.Event()
        self._room.set()
        self.lost = False

    @property
    def has_room(self) -> bool:
        """Whether something may be sent without waiting."""
        return self._under_way < WINDOW

    def send(self, kind: EntryKind, payload: bytes, *, urgent: bool = True) -> None:
        """Send an entry, whether or not there is room."""
        self._under_way += len(payload) + OVERHEAD
        if self._under_way >= WINDOW:
            self._room.clear()
        self._stream.send(kind, self._number, payload, urgent=urgent)

    async def send_in_turn(self, kind: EntryKind, payload: bytes) -> None:
        """Send an entry once there is room.

        Raises:
            ConnectionError: the stream is lost.
        """
        while not self.has_room and not self.lost:
            await self._room.wait()
        if self.lost:
            raise ConnectionError("the other process is gone")
        self.send(kind, payload)

    def tell(self, kind: EntryKind, payload: bytes = b"", *, urgent: bool = True) -> None:
        """Send an entry that takes no room, such as the end."""
        self._stream.send(kind, self._number, payload, urgent=urgent)

    def took(self, payload: bytes) -> None:
        """Note that an entry from the other side has been dealt with."""
        self._taken += len(payload) + OVERHEAD
        if self._taken >= WINDOW // 2:
            self._stream.send(EntryKind.CREDIT, self._number, _CREDIT.pack(self._taken), urgent=False)
            self._taken = 0

    def close(self) -> None:
        """Forget the channel; entries that still come are dropped."""
        self._stream.endpoints.pop(self._number, None)

    def credit(self, payload: bytes) -> None:
        """Note what the other side has taken."""
        self._under_way -= _CREDIT.unpack(payload)[0]
        if self.has_room:
            self._room.set()

    def lose(self) -> None:
        """Note that the stream is lost."""
        self.lost = True
        self._room.set()


class Stream(asyncio.Protocol):
    """One side of a stream.

    Attributes:
        endpoints: the channels, and what takes their entries, by number.
        on_entry: takes the entries of channels that have no endpoint.
        on_lost: called once the connection is lost.
        entries: sent so far.
        batches: the writes that they took.
        is_open: whether the other side has told who it is.
        is_lost: whether the connection is lost.
    """

    def __init__(self, on_entry: Callable[["Stream", EntryKind, int, bytes], None]) -> None:
        self.endpoints: dict[int, tuple[StreamChannel, Endpoint]] = {}
        self.on_entry = on_entry
        self.on_lost: Callable[[], None] = lambda: None
        self.entries = self.batches = 0
        self.is_open = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._unread = b""
        self._waiting: list[bytes] = []
        self._timer: asyncio.Handle | None = None
        self._is_urgent = False
        self.is_lost = False

    def channel(self, number: int, endpoint: Endpoint) -> StreamChannel:
        """Return a new channel."""
        channel = StreamChannel(self, number)
        self.endpoints[number] = channel, endpoint
        return channel

    def send(self, kind: EntryKind, number: int, payload: bytes, *, urgent: bool) -> None:
        """Send an entry soon; an urgent one as soon as the event loop has nothing else to do."""
        if self.is_lost:
            return
        self._waiting.append(_HEADER.pack(kind, number, len(payload)))
        self._waiting.append(payload)
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
        """Write what waits, and close the connection."""
        self._write()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()

    def _write(self) -> None:
        self._timer = None
        if self._waiting and self._transport is not None:
            self.batches += 1
            self.entries += len(self._waiting) // 2
            self._transport.write(b"".join(self._waiting))
            self._waiting.clear()

    # -- asyncio's protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=4 * WINDOW)

    def data_received(self, data: bytes) -> None:
        """Pass on the entries that are complete."""
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
            self._pass_on(EntryKind(kind), number, data[begin:at])
        self._unread = data[at:]

    def _pass_on(self, kind: EntryKind, number: int, payload: bytes) -> None:
        found = self.endpoints.get(number)
        if found is None:
            self.on_entry(self, kind, number, payload)
        elif kind is EntryKind.CREDIT:
            found[0].credit(payload)
        else:
            found[1].on_entry(kind, payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell all channels."""
        del exc
        if self._timer is not None:
            self._timer.cancel()
        self._transport, self.is_lost = None, True
        for channel, endpoint in list(self.endpoints.values()):
            channel.lose()
            endpoint.on_lost()
        self.endpoints.clear()
        self.on_lost()


def encode(value: Any) -> bytes:
    """Return JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def encode_headers(headers: Any) -> list[list[str]]:
    """Return ASGI headers as JSON can hold them."""
    return [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]


def decode_headers(headers: list[list[str]]) -> list[tuple[bytes, bytes]]:
    """Return ASGI headers."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
