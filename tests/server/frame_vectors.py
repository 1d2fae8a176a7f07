"""The binary frames among the vectors: as the server writes them, and decoded."""

import math
from typing import Any

import numpy as np

from server.protocol.frame_compression import FrameCompressor, difference_bases
from server.protocol.frames import (
    IMAGE_INDEX,
    POINT_COUNTS,
    PROBE_POINT,
    RIVAL,
    SCALE,
    UNKNOWN_LABEL,
    WHOLE_OUTPUT,
    WRONG_IMAGE,
    Flag,
    Header,
    ImageSource,
    Section,
    Tag,
    encode,
)
from server.sessions.loss_history import POINT
from tests.server.frame_reader import read_frame

GRID = np.array([[-127, -64, 0], [1, 64, 127], [-1, 100, -100]], np.int8)
HISTORY = np.array([(0, 0.5, 0.75), (1, 0.25, 0.5), (100_000, 0.125, 0.0625)], POINT)


def example_frames() -> list[bytes]:
    all_sections = [
        Section(Tag.DETAIL, SCALE.pack(0.25) + GRID.tobytes(), a=3, b=0, c=3),
        Section(Tag.LINE, np.array([2, 1, 6], "<u2").tobytes() + bytes([0, 16, 31]), a=3, b=0, c=3),
        Section(Tag.PREVIEW, np.stack([GRID, -GRID]).tobytes(), c=3),
        Section(Tag.PARAMETERS, np.array([0.5, -0.25, 0.125, 1e30, 0.0], "<f4").tobytes()),
        Section(Tag.HISTORY, HISTORY.tobytes(), a=1),
        Section(Tag.POINTS, POINT_COUNTS.pack(2, 1) + np.arange(-4, 5, dtype="<f4").tobytes()),
        Section(Tag.INPUTS, np.arange(-14, 14, dtype=np.int8).tobytes(), c=2),
        Section(Tag.PROBE, _probe(-1.5, 2.25, 0.123456789012345), a=3, b=0),
    ]
    classes = [
        Section(Tag.CLASSES, bytes([0, 31, 32 + 15, 7 * 32 + 31]), c=2),
        Section(Tag.LINE, b"", a=3, b=WHOLE_OUTPUT, c=2),
        Section(Tag.PROBE, _probe(0.5, -6.0, 0.25, 0.0625, 0.6875), a=3, b=WHOLE_OUTPUT),
    ]
    images = [
        Section(Tag.IMAGE, IMAGE_INDEX.pack(70_000) + bytes(range(0, 256, 4)), a=7, b=ImageSource.TRAIN),
        Section(Tag.MAPS, np.array([1, 0.5], "<f4").tobytes() + GRID.tobytes()[:7], a=2),
        Section(Tag.FILTERS, np.array([0.25], "<f4").tobytes() + (-GRID).tobytes(), a=1),
        Section(Tag.CONFUSION, _confusion(), a=3, b=2),
    ]
    rival = [
        Section(Tag.RIVAL, RIVAL.pack(2**40, 3, 0.5, 0.25, 0.75, math.nan, 0.125, 1e300), a=Flag.DIVERGED),
        Section(Tag.RIVAL_DETAIL, SCALE.pack(0.5) + GRID.tobytes(), a=3, b=0, c=3),
        Section(Tag.RIVAL_LINE, np.array([2, 1], "<u2").tobytes() + bytes([0, 31]), a=3, b=0, c=3),
        Section(Tag.RIVAL_HISTORY, HISTORY.tobytes(), a=1),
    ]
    rival_of_several = [
        Section(Tag.RIVAL, RIVAL.pack(1, 0, 1, 1, 0.5, 0.5, 1, 1)),
        Section(Tag.RIVAL_CLASSES, bytes([0, 31, 32 + 15, 7 * 32 + 31]), c=2),
        Section(Tag.RIVAL_LINE, b"", a=3, b=WHOLE_OUTPUT, c=2),
    ]
    unknown = [
        Section(Tag.IMAGE, IMAGE_INDEX.pack(0) + bytes(64), a=UNKNOWN_LABEL, b=ImageSource.DRAWN),
        Section(Tag.FILTERS, b""),
        Section(Tag.CONFUSION, np.array([[300, 0], [0, 60_000]], "<u2").tobytes(), a=2),
    ]
    multiclass = Header(Flag.CLASSIFICATION, 4, 10, 1, 3, 1.0, 1.25, 0.75, 0.5)
    first = Header(Flag.PLAYING | Flag.CLASSIFICATION, 1, 7, 3, 100_000, 0.125, 0.0625, 0.75, 0.5)
    later = Header(Flag.PLAYING, 4_294_967_295, 8, 0, 2**40, 1e300, 0.5, math.nan, math.nan)
    diverged = Header(Flag.DIVERGED, 3, 9, 24, 12, 0.5, 0.25, math.nan, math.nan)
    return [
        encode(first, all_sections),
        encode(later, [Section(Tag.HISTORY, HISTORY[2:].tobytes(), a=0)]),
        encode(diverged, []),
        encode(multiclass, classes),
        encode(multiclass, images),
        encode(multiclass, unknown),
        encode(first, rival),
        encode(multiclass, rival_of_several),
    ]


def compressed_frames() -> list[dict[str, str]]:
    """Return consecutive frames, compressed and uncompressed, with differences to the frames before."""
    slope = np.add.outer(np.arange(16), np.arange(16)).astype(np.int8)

    def detail(grid: np.ndarray[tuple[int, ...], Any], neuron: int = 0) -> Section:
        return Section(Tag.DETAIL, SCALE.pack(0.5) + grid.astype(np.int8).tobytes(), 3, neuron, 16)

    classes = [Section(Tag.CLASSES, bytes([shade] * 256), c=16) for shade in (31, 255, 3)]
    parameters = [Section(Tag.PARAMETERS, np.array([each, 1], "<f4").tobytes()) for each in (0.5, -0.5)]
    frames = [
        [detail(slope), parameters[0], Section(Tag.PREVIEW, GRID.tobytes(), c=3)],
        [detail(slope + 1), parameters[1], Section(Tag.PREVIEW, (-GRID).tobytes(), c=3)],
        [parameters[0], Section(Tag.HISTORY, HISTORY[:1].tobytes(), a=0)],
        [detail(-slope, 1), Section(Tag.PREVIEW, GRID.tobytes(), c=3)],
        [classes[0], Section(Tag.PREVIEW, bytes(18), c=3)],
        [classes[1], detail(slope, 1)],
        [classes[2], Section(Tag.HISTORY, HISTORY.tobytes(), a=1)],
    ]
    compressor, bases = FrameCompressor(), difference_bases({}, [])
    entries = []
    for number, sections in enumerate(frames, 1):
        header = Header(Flag.PLAYING, number, 7, 0, number, 0.5, 0.25, 1.0, 0.75)
        compressed, plain = compressor.compress(header, sections, bases), encode(header, sections)
        bases = difference_bases(bases, sections)
        entries.append({"hex": compressed.hex(), "plain": plain.hex()})
    return entries


def frame_with_unknown_section() -> bytes:
    """Return a frame with a section of an unknown kind between two known ones."""
    probe = Section(Tag.PROBE, _probe(0.0, 0.0, -1.0), a=1, b=2)
    header = Header(Flag.CLASSIFICATION, 2, 7, 0, 0, 0.5, 0.5, 1.0, 0.0)
    unknown = bytes([200, 1, 2, 3, 5, 0, 0, 0]) + b"12345" + bytes(3)
    preview = Section(Tag.PREVIEW, bytes([1, 255, 127, 129]), c=2)
    known = encode(header, [preview])
    return known + unknown + encode(header, [probe])[48:]


def _probe(x1: float, x2: float, *values: float) -> bytes:
    return PROBE_POINT.pack(x1, x2) + np.array(values, "<f8").tobytes()


def _confusion() -> bytes:
    """Return the payload of a confusion matrix of three classes with two wrong images."""
    matrix = np.array([[9, 1, 0], [0, 1000, 0], [0, 1, 8]], "<u2").tobytes()
    wrong = [WRONG_IMAGE.pack(3, 0, 1, 200), WRONG_IMAGE.pack(70_000, 2, 1, 255)]
    return matrix + b"".join(each + bytes([shade] * 64) for each, shade in zip(wrong, (17, 255), strict=True))


def decoded(frame: bytes) -> dict[str, Any]:
    """Return a frame as hexadecimal digits, with its header and sections as JSON values."""
    read = read_frame(frame)
    header = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in read._asdict().items()
        if name != "sections"
    }
    sections = []
    for section in read.sections.values():
        entry: dict[str, Any] = {"tag": section.tag, "a": section.a, "b": section.b, "c": section.c}
        if section.tag == Tag.POINTS:
            entry["train"] = section.train_points
        if section.tag in (Tag.DETAIL, Tag.RIVAL_DETAIL):
            entry["scale"] = section.scale
        if section.tag in (Tag.MAPS, Tag.FILTERS):
            entry["scales"] = section.scales
        values = section.values
        if section.tag == Tag.RIVAL:
            values = [value if math.isfinite(value) else None for value in values]
        sections.append({**entry, "values": values})
    return {"hex": frame.hex(), "header": header, "sections": sections}
