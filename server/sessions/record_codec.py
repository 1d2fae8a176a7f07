"""The binary format of a session record: JSON fields followed by arrays, and pages of losses."""

import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.sessions.loss_history import EMPTY_CURSOR, POINT, Cursor, LossPoints

LOSSES_PER_PAGE = 128
"""Losses a page: 3 kB."""

Arrays = Mapping[str, NDArray[Any]]
Fields = Mapping[str, Any]

_LENGTH = struct.Struct("<I")


class UnreadableRecord(ValueError):  # noqa: N818 - as UnknownSession
    """The bytes are not a session record that this version can read."""


class MissingDataError(UnreadableRecord):
    """The record is valid, but its training needs data that are not installed on this server."""


def pack(fields: Fields, arrays: Arrays) -> bytes:
    """Encode fields, whose values JSON must be able to hold, and arrays."""
    shapes = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    head = json.dumps({"fields": dict(fields), "arrays": shapes}, separators=(",", ":")).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *(array.tobytes() for array in arrays.values())))


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Decode the fields and the arrays, which are read-only.

    Raises:
        UnreadableRecord: the bytes do not come from `pack`.
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


def compress(packed: bytes) -> bytes:
    """Compress bytes, which are mostly text."""
    return zlib.compress(packed, 1)


def decompress(compressed: bytes) -> bytes:
    """Undo `compress`.

    Raises:
        UnreadableRecord: the bytes do not come from `compress`.
    """
    try:
        return zlib.decompress(compressed)
    except zlib.error as problem:
        raise UnreadableRecord(str(problem)) from problem


def page_start(stored: Cursor, generation: int) -> Cursor:
    """Return the cursor from which on losses must be stored: the start of the last, incomplete page."""
    if stored.generation != generation:
        return EMPTY_CURSOR
    return Cursor(generation, stored.points // LOSSES_PER_PAGE * LOSSES_PER_PAGE)


def to_pages(points: LossPoints) -> tuple[bytes, ...]:
    """Cut losses into pages."""
    return tuple(
        points[start : start + LOSSES_PER_PAGE].tobytes() for start in range(0, len(points), LOSSES_PER_PAGE)
    )


def from_pages(pages: Iterable[bytes]) -> LossPoints:
    """Join pages.

    Raises:
        UnreadableRecord: they do not hold losses.
    """
    try:
        return np.frombuffer(b"".join(pages), POINT)
    except ValueError as problem:
        raise UnreadableRecord(str(problem)) from problem
