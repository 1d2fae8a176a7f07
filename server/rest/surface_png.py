"""Surfaces as PNG, in the colours of the page: orange is negative, blue is positive, near-grey is zero.

The colours are those of `color.js`; a test compares the two.
"""

import struct
import zlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Theme = Literal["light", "dark"]
Colour = tuple[int, int, int]

NEGATIVE: Colour = (0xF5, 0x93, 0x22)
POSITIVE: Colour = (0x08, 0x77, 0xBD)
ZERO: dict[Theme, Colour] = {"light": (0xE8, 0xEA, 0xEB), "dark": (0x34, 0x3B, 0x3F)}
CLASSES: tuple[Colour, ...] = (
    (0xE6, 0x9F, 0x00),
    (0x00, 0x72, 0xB2),
    (0x00, 0x9E, 0x73),
    (0xCC, 0x79, 0xA7),
    (0x56, 0xB4, 0xE9),
    (0xD5, 0x5E, 0x00),
    (0xF0, 0xE4, 0x42),
    (0x00, 0x00, 0x00),
)
LIGHT_BLACK: Colour = (0xE3, 0xE8, 0xEA)
MAX_TINT, MIN_RELATIVE_TINT = 0.7, 0.1
"""Fraction of a class's colour where its probability is 1; and where all are equal, as a fraction of that."""

Pixels = NDArray[np.uint8]
"""(height, width, 3): red, green, blue."""


def value_pixels(values: NDArray[np.floating], theme: Theme, *, discretize: bool = False) -> Pixels:
    """Return the pixels of values (height, width), which are clipped to -1..1; non-finite ones count as 0."""
    clipped = np.clip(np.nan_to_num(values), -1, 1)
    fraction = np.ones(clipped.shape) if discretize else np.abs(clipped)
    ends = np.where((clipped < 0)[..., None], NEGATIVE, POSITIVE)
    return _interpolate(ZERO[theme], ends, fraction)


def class_pixels(
    probability: NDArray[np.floating], index: int, theme: Theme, *, discretize: bool = False
) -> Pixels:
    """Return the pixels of one class's probability (height, width), 0 to 1; `index` is the class's."""
    certainty = np.clip(np.nan_to_num(probability), 0, 1)
    return _interpolate(
        ZERO[theme], _class(index, theme), MAX_TINT * (np.rint(certainty) if discretize else certainty)
    )


def class_map_pixels(
    probabilities: NDArray[np.floating], theme: Theme, *, discretize: bool = False
) -> Pixels:
    """Return the pixels of probabilities (classes, height, width), in the most probable class's colour."""
    known = np.nan_to_num(probabilities)
    even = 1 / len(known)
    certainty = np.clip((known.max(axis=0) - even) / (1 - even), 0, 1)
    colours = np.array([_class(index, theme) for index in range(len(known))])
    fraction = MAX_TINT * (
        MIN_RELATIVE_TINT + (1 - MIN_RELATIVE_TINT) * (np.ones(certainty.shape) if discretize else certainty)
    )
    return _interpolate(ZERO[theme], colours[known.argmax(axis=0)], fraction)


def encode_png(pixels: Pixels) -> bytes:
    """Return pixels as a PNG: eight bits a channel, no filter."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each row begins with its filter type, 0: none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows.tobytes())), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _class(index: int, theme: Theme) -> Colour:
    black = index == len(CLASSES) - 1 and theme == "dark"
    return LIGHT_BLACK if black else CLASSES[index]


def _interpolate(start: Colour, end: Colour | NDArray[np.int_], fraction: NDArray[np.float64]) -> Pixels:
    first = np.array(start, np.float64)
    # Rounds halves up, as JavaScript's Math.round does.
    return np.floor(first + (np.array(end) - first) * fraction[..., None] + 0.5).astype(np.uint8)
