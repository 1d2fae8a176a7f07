"""The bytes of a frame as tables, read from `server/protocol/frames.py`."""

import struct
from enum import IntEnum, IntFlag
from typing import Any

from server.protocol import frames
from server.rest.websocket_docs.source_docs import constant_docs

_TYPES = {"B": "u8", "H": "u16", "I": "u32", "f": "f32", "d": "f64"}


def frame_layout() -> dict[str, Any]:
    """Return the fields of header and section with their places, and the meaning of bits and tags."""
    return {
        "byteOrder": "little endian",
        "header": _fields(frames.HEADER, frames.HEADER_FIELDS),
        "flags": _members(frames.Flag),
        "packing": _members(frames.Packing),
        "section": _fields(frames.SECTION, frames.SECTION_FIELDS),
        "alignment": frames.ALIGNMENT,
        "differenceBit": frames.DIFFERENCE_BIT,
        "tags": _members(frames.Tag),
        "imageSources": _members(frames.ImageSource),
    }


def _fields(layout: struct.Struct, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return name, type, offset and size of each field of a struct."""
    codes = layout.format.removeprefix("<")
    offsets = [struct.calcsize(f"<{codes[:number]}") for number in range(len(codes))]
    return [
        {"name": name, "type": _TYPES[code], "offset": offset, "bytes": struct.calcsize(f"<{code}")}
        for name, code, offset in zip(names, codes, offsets, strict=True)
    ]


def _members(kind: type[IntEnum | IntFlag]) -> list[dict[str, Any]]:
    docs = constant_docs(frames, kind.__name__)
    return [
        {"name": member.name, "value": int(member), "description": docs.get(str(member.name), "")}
        for member in kind
    ]
