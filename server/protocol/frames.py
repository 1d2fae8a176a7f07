"""The binary frame: a header of 48 bytes, then tagged sections, all little endian.

    header   u8 version | u8 flags | u16 packing | u32 frame | u32 revision | u32 batch | f64 epoch
             | f64 training loss | f64 test loss | f32 training accuracy | f32 test accuracy
    section  u8 tag | u8 a | u8 b | u8 c | u32 bytes of payload | payload | zeros up to a multiple of 8

Packing 0 is as drawn; with 1 all sections together are zlib data. A tag with its highest bit set says that
the payload is a difference, byte by byte and mod 256, to that of the section of this tag that came last.
Only those who say in `open` that they can read both get either.

A reader skips the tags that it does not know. Values on the plane come as signed bytes, 127 for 1, 0
exactly zero; row 0 of a grid is the plane's upper edge.
"""

import struct
from collections.abc import Iterable
from enum import IntEnum, IntFlag
from typing import NamedTuple

from server.protocol.messages import PROTOCOL_VERSION

HEADER = struct.Struct("<BBHIIIdddff")
SECTION = struct.Struct("<BBBBI")
SCALE = struct.Struct("<f")
PLACE = struct.Struct("<dd")
POINT_COUNTS = struct.Struct("<II")
ALIGNMENT = 8
WHOLE = 255
"""Stands for the neuron where the whole output is meant."""
DIFFERENCE = 128
"""The bit of a tag that marks a difference."""
_U32 = 0xFFFF_FFFF


class Packing(IntEnum):
    """What follows the header."""

    PLAIN = 0
    ZLIB = 1


class Flag(IntFlag):
    """Bits of the header."""

    PLAYING = 1
    CLASSIFICATION = 2
    DIVERGED = 4


class Tag(IntEnum):
    """Kinds of sections, with what their bytes a, b, c and their payload say."""

    FINE = 1
    """a = layer, b = neuron, c = resolution R; f32 scale, then int8 (R, R) in which 127 stands for that
    scale: at most 1, and less where the whole picture is weak, so that its lines stay smooth."""
    COARSE = 2
    """c = resolution R; int8 (neurons, R, R), the neurons of layers 1 to the output."""
    PARAMETERS = 3
    """float32 (parameters,), the engine's flat vector."""
    HISTORY = 4
    """a = 1 replaces all that was sent, 0 is appended; a point is f64 epoch, training and test loss."""
    POINTS = 5
    """u32 training points, u32 test points, then float32 x1, x2, target of each."""
    INPUTS = 6
    """c = resolution R; int8 (features, R, R), in the order of the features' table."""
    PROBE = 7
    """a = layer, b = neuron or `WHOLE`; f64 x1, f64 x2, then the value as f64, or those of all classes."""
    CLASSES = 8
    """c = resolution R; uint8 (R, R): the winning class << 5 | level of confidence, 0 as of all classes
    alike to 31 for a probability of 1. In place of FINE where several classes are watched as a whole."""


class Header(NamedTuple):
    """What every frame says."""

    flags: Flag
    frame: int
    revision: int
    batch: int
    epoch: int
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float


class Section(NamedTuple):
    """One section: its tag, the three bytes whose meaning depends on it, and its payload."""

    tag: Tag
    payload: bytes
    a: int = 0
    b: int = 0
    c: int = 0
    difference: bool = False


def encode(header: Header, sections: Iterable[Section]) -> bytes:
    """Return a plain frame's bytes."""
    return begin(header, Packing.PLAIN) + body(sections)


def begin(header: Header, packing: Packing) -> bytes:
    """Return the bytes of a header. Counters beyond 32 bits wrap round."""
    return HEADER.pack(
        PROTOCOL_VERSION,
        header.flags,
        packing,
        header.frame & _U32,
        header.revision & _U32,
        header.batch & _U32,
        header.epoch,
        header.train_loss,
        header.test_loss,
        header.train_accuracy,
        header.test_accuracy,
    )


def body(sections: Iterable[Section]) -> bytes:
    """Return what follows a plain frame's header."""
    parts = []
    for section in sections:
        tag = section.tag | (DIFFERENCE if section.difference else 0)
        parts.append(SECTION.pack(tag, section.a, section.b, section.c, len(section.payload)))
        parts.append(section.payload)
        parts.append(bytes(-len(section.payload) % ALIGNMENT))
    return b"".join(parts)
