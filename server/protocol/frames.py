"""The format of a binary frame: a header of 48 bytes, then tagged sections, all little endian.

    header   u8 version | u8 flags | u16 packing | u32 frame | u32 revision | u32 batch | f64 epoch
             | f64 training loss | f64 test loss | f32 training accuracy | f32 test accuracy
    section  u8 tag | u8 a | u8 b | u8 c | u32 bytes of payload | payload | zeros up to a multiple of 8

Packing 0 means that the sections follow as they are; 1, that they follow as one zlib stream. If the highest
bit of a tag is set, the payload is a difference: added byte by byte, mod 256, to the payload of the last
section with this tag, it gives the new payload. A client gets compressed frames and differences only if its
`open` message says that it can read them.

A reader skips tags that it does not know. Grids hold signed bytes: 127 stands for 1, and 0 for exactly zero.
Row 0 of a grid is the upper edge of the plane.
"""

import struct
from collections.abc import Iterable
from enum import IntEnum, IntFlag
from typing import NamedTuple

from server.protocol.messages import PROTOCOL_VERSION

HEADER = struct.Struct("<BBHIIIdddff")
HEADER_FIELDS = (
    *("version", "flags", "packing", "frame", "revision", "batch"),
    *("epoch", "train_loss", "test_loss", "train_accuracy", "test_accuracy"),
)
SECTION = struct.Struct("<BBBBI")
SECTION_FIELDS = ("tag", "a", "b", "c", "bytes")
SCALE = struct.Struct("<f")
PROBE_POINT = struct.Struct("<dd")
POINT_COUNTS = struct.Struct("<II")
IMAGE_INDEX = struct.Struct("<I")
WRONG_IMAGE = struct.Struct("<IBBBx")
RIVAL = struct.Struct("<dIxxxxddffdd")
UNKNOWN_LABEL = 255
"""The label of an image of which nobody has said what it shows."""
ALIGNMENT = 8
WHOLE_OUTPUT = 255
"""The number of the neuron in a section that is about the whole output layer."""
DIFFERENCE_BIT = 128
"""The bit of a tag that says that the payload is a difference."""
_U32 = 0xFFFF_FFFF


class Packing(IntEnum):
    """How the sections after the header are encoded."""

    PLAIN = 0
    """As they are."""
    ZLIB = 1
    """As one zlib stream."""


class Flag(IntFlag):
    """Bits of the header."""

    PLAYING = 1
    """It trains continuously."""
    CLASSIFICATION = 2
    """The accuracies in the header have a meaning."""
    DIVERGED = 4
    """The training has diverged, and goes on only once it is changed."""
    COMPILING = 8
    """The kernels that would train this network fast are being compiled; until then NumPy trains it."""


class Tag(IntEnum):
    """Kinds of sections, with the meaning of their bytes a, b, c and of their payload."""

    DETAIL = 1
    """The watched neuron's heat map. a = layer, b = neuron, c = resolution R; f32 scale, then int8 (R, R), in
    which 127 stands for the scale. The scale is at most 1, smaller if all values are small, so that contour
    lines stay smooth; that of a hidden neuron in a network with layers of other kinds than dense may be
    larger than 1."""
    PREVIEW = 2
    """Small heat maps of all neurons from layer 1 to the output. c = resolution R; int8 (neurons, R, R)."""
    PARAMETERS = 3
    """float32 (parameters,), in the order of the engine's parameter vector."""
    HISTORY = 4
    """a = 1 if it replaces all points sent so far, 0 if it is appended; a point is f64 epoch, f64 training
    loss, f64 test loss."""
    POINTS = 5
    """u32 training points, u32 test points, then float32 x1, x2, target of each."""
    INPUTS = 6
    """c = resolution R; int8 (features, R, R), in the order of the engine's table of features."""
    PROBE = 7
    """a = layer, b = neuron or `WHOLE_OUTPUT`; f64 x1, f64 x2, then f64 value, or one for each class."""
    CLASSES = 8
    """c = resolution R; uint8 (R, R): winning class << 5 | confidence. The confidence is 0 if all classes
    are equally likely, and 31 for a probability of 1. Sent instead of DETAIL for the whole output of a
    network with several classes."""
    LINE = 9
    """The decision line of the DETAIL or the CLASSES in the same frame: where the neuron's weighted sum is 0
    (where its output is 0, if that is a sine), or where another class wins. a = layer, b = neuron or
    `WHOLE_OUTPUT`, c = resolution R. Where the line crosses the way from the centre of a cell to that of its
    right neighbour, the place is twice the cell's index, row by row; on the way to the lower neighbour, 1
    more. First u16 for each crossing, in ascending order: its place less the one before; then u8 for each: on
    which of 32 equal parts of the way it is, from the cell on. Empty without a line."""
    IMAGE = 10
    """The image that is shown, of a network for images. a = label or `UNKNOWN_LABEL`, b = an `ImageSource`;
    u32 index in its set (0 if drawn), then uint8 (pixels,), row by row: 0 is paper, 255 is ink."""
    MAPS = 11
    """The values of all layers in the state's `images` for the image that is shown. a = number of layers; f32
    scale for each, then int8 (channels, height, width) of each, in which 127 stands for its scale."""
    FILTERS = 12
    """The filters of all convolutions. a = number of convolutions; f32 scale for each, then int8 (filters,
    channels, size, size) of each, in which 127 stands for its scale."""
    CONFUSION = 13
    """The predictions for the test set at the last measurement. u16 (classes, classes): how many images of
    each class, by row, are taken for each, by column. Then for some of the wrong ones, by ascending index:
    u32 index in the test set, u8 class, u8 predicted class, u8 probability of that (255 stands for 1), u8 0,
    uint8 (pixels,) as in IMAGE. a = number of classes, b = number of wrong ones that follow."""

    RIVAL = 14
    """How the rival in a race is doing. a = bits of `Flag` (DIVERGED, COMPILING); f64 epoch, u32 mini-batch,
    4 bytes, f64 training loss, f64 test loss, f32 training accuracy, f32 test accuracy, f64 score of the
    training, f64 score of the rival. Scores are test losses on a scale that no setting changes."""
    RIVAL_DETAIL = 15
    """The heat map of the rival's output, as DETAIL."""
    RIVAL_CLASSES = 16
    """The classes of a rival with several, as CLASSES."""
    RIVAL_LINE = 17
    """The decision line of the RIVAL_DETAIL or RIVAL_CLASSES in the same frame, as LINE."""
    RIVAL_HISTORY = 18
    """The losses of the rival, as HISTORY."""


class ImageSource(IntEnum):
    """Where an image comes from."""

    TRAIN = 0
    """The training set."""
    TEST = 1
    """The test set."""
    DRAWN = 2
    """A drawing."""


class Header(NamedTuple):
    """The values in the header of a frame."""

    flags: int
    """Of `Flag`."""
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
    """Return the bytes of a frame that is not compressed."""
    return encode_header(header, Packing.PLAIN) + encode_sections(sections)


def encode_header(header: Header, packing: Packing) -> bytes:
    """Return the bytes of a header. Counters wrap round at 32 bits."""
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


def encode_sections(sections: Iterable[Section]) -> bytes:
    """Return the bytes of sections, uncompressed."""
    parts = []
    for section in sections:
        tag = section.tag | (DIFFERENCE_BIT if section.difference else 0)
        parts.append(SECTION.pack(tag, section.a, section.b, section.c, len(section.payload)))
        parts.append(section.payload)
        parts.append(bytes(-len(section.payload) % ALIGNMENT))
    return b"".join(parts)
