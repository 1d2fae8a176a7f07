"""Packed frames, for a class on one Wi-Fi: what changed since the frame before, and that in few bytes."""

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from server.protocol.frames import Header, Packing, Section, Tag, begin, body

LEVEL = 1
"""zlib's quickest. Its other strategies make the first frames of a training a third larger."""

SMALLEST = 256
"""Bytes of sections that are worth packing."""

_CHANGE_LITTLE = {Tag.FINE, Tag.COARSE, Tag.CLASSES, Tag.PARAMETERS}


class FrameCompressor:
    """Packs the frames of one session. Views that are given the same share the work."""

    def __init__(self) -> None:
        self._plain = self._packed = b""

    def pack(self, header: Header, sections: Sequence[Section], before: Mapping[Tag, Section]) -> bytes:
        """Return a frame's bytes.

        Args:
            header: the frame's.
            sections: the frame's, whole.
            before: the newest that the client has, as `kept` tells it.
        """
        plain = body(_difference(section, before.get(section.tag)) for section in sections)
        if len(plain) < SMALLEST:
            return begin(header, Packing.PLAIN) + plain
        if plain != self._plain:
            self._plain, self._packed = plain, zlib.compress(plain, LEVEL)
        return begin(header, Packing.ZLIB) + self._packed


def kept(before: Mapping[Tag, Section], sections: Sequence[Section]) -> Mapping[Tag, Section]:
    """Return the sections that a client has to add differences to, once it has got some more."""
    return {**before, **{section.tag: section for section in sections if section.tag in _CHANGE_LITTLE}}


def _difference(section: Section, before: Section | None) -> Section:
    """Return what changed, or the section as it is where the one before shows something else."""
    if before is None or _place(section) != _place(before):
        return section
    changed = np.frombuffer(section.payload, np.uint8) - np.frombuffer(before.payload, np.uint8)
    return section._replace(payload=changed.tobytes(), difference=True)


def _place(section: Section) -> tuple[int, int, int, int]:
    """Return what a section shows and how large it is."""
    return section.a, section.b, section.c, len(section.payload)
