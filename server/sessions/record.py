"""A session as a value: bytes that the storage keeps, and that say what of them is new.

A record has three parts, for they change at different times: the set-up (the config, given data, first
parameters), which only a learner changes; the state, which every mini-batch changes; and the losses, of
which mostly some are added. So they are cut into pages, and only pages that changed are kept again.
"""

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.sessions.loss_history import NOTHING, POINT, Cursor, Points

PAGE = 128
"""Losses a page: 3 kB."""

Arrays = Mapping[str, NDArray[Any]]
Fields = Mapping[str, Any]

_LENGTH = struct.Struct("<I")


class UnreadableRecord(ValueError):  # noqa: N818 - as UnknownSession
    """The bytes are not those of a session, or of one that this version knows."""


class Stored(NamedTuple):
    """How much of a session is stored already."""

    losses: Cursor = NOTHING
    setup: int = -1
    """Version of the set-up."""


@dataclass(frozen=True)
class SessionRecord:
    """A session as it stands, as far as it is not stored yet."""

    epoch: int
    state: bytes
    setup: bytes | None
    """None: as stored."""
    first_page: int
    """Pages before this one are as stored; those behind the last go."""
    pages: tuple[bytes, ...]
    stored: Stored
    """What is stored once this record is."""


def pack(fields: Fields, arrays: Arrays) -> bytes:
    """Return what JSON can hold, and arrays, as bytes."""
    shapes = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    head = json.dumps({"fields": dict(fields), "arrays": shapes}, separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *(array.tobytes() for array in arrays.values())))


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the fields and the arrays (read-only) of what was packed.

    Raises:
        UnreadableRecord: it is something else.
    """
    try:
        start = _LENGTH.size + _LENGTH.unpack_from(packed)[0]
        head = json.loads(packed[_LENGTH.size : start])
        arrays = {}
        for name, kind, shape in head["arrays"]:
            count = int(np.prod(shape, dtype=np.int64))
            arrays[name] = np.frombuffer(packed, np.dtype(kind), count, start).reshape(shape)
            start += arrays[name].nbytes
        return dict(head["fields"]), arrays
    except (struct.error, ValueError, KeyError, TypeError) as problem:
        raise UnreadableRecord(str(problem)) from problem


def squeeze(packed: bytes) -> bytes:
    """Return bytes, mostly text, in less room."""
    return zlib.compress(packed, 1)


def unsqueeze(squeezed: bytes) -> bytes:
    """Undo `squeeze`.

    Raises:
        UnreadableRecord: it is something else.
    """
    try:
        return zlib.decompress(squeezed)
    except zlib.error as problem:
        raise UnreadableRecord(str(problem)) from problem


def page_start(stored: Cursor, generation: int) -> Cursor:
    """Return the cursor from which losses are to be kept: the beginning of the page that is not full."""
    if stored.generation != generation:
        return NOTHING
    return Cursor(generation, stored.points // PAGE * PAGE)


def to_pages(points: Points) -> tuple[bytes, ...]:
    """Cut losses into pages."""
    return tuple(points[start : start + PAGE].tobytes() for start in range(0, len(points), PAGE))


def from_pages(pages: Iterable[bytes]) -> Points:
    """Put pages together again.

    Raises:
        UnreadableRecord: they do not hold losses.
    """
    try:
        return np.frombuffer(b"".join(pages), POINT)
    except ValueError as problem:
        raise UnreadableRecord(str(problem)) from problem
