"""Compressed frames, which save bandwidth where a class shares one Wi-Fi: zlib of differences."""

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from server.protocol.frames import Header, Packing, Section, Tag, encode_header, encode_sections

_ZLIB_LEVEL = 1
"""zlib's fastest level. Its other strategies make the first frames of a training a third larger."""

MIN_COMPRESSED_BYTES = 256
"""Frames whose sections take fewer bytes than this are sent uncompressed."""

_SENT_AS_DIFFERENCE = {
    *(Tag.DETAIL, Tag.PREVIEW, Tag.CLASSES, Tag.LINE, Tag.PARAMETERS, Tag.MAPS, Tag.FILTERS),
    *(Tag.RIVAL_DETAIL, Tag.RIVAL_CLASSES, Tag.RIVAL_LINE),
}
"""Sections that change little from frame to frame, so that their differences compress well."""


class FrameCompressor:
    """Compresses the frames of one session. Views that get the same sections share the work."""

    def __init__(self) -> None:
        self._plain = self._compressed = b""

    def compress(self, header: Header, sections: Sequence[Section], before: Mapping[Tag, Section]) -> bytes:
        """Return the bytes of a frame, compressed if it is large enough.

        Args:
            header: the header of the frame.
            sections: the sections of the frame, none of them a difference.
            before: the sections that the client has, as `difference_bases` returned them.
        """
        plain = encode_sections(_difference(section, before.get(section.tag)) for section in sections)
        if len(plain) < MIN_COMPRESSED_BYTES:
            return encode_header(header, Packing.PLAIN) + plain
        if plain != self._plain:
            self._plain, self._compressed = plain, zlib.compress(plain, _ZLIB_LEVEL)
        return encode_header(header, Packing.ZLIB) + self._compressed


def difference_bases(before: Mapping[Tag, Section], sections: Sequence[Section]) -> Mapping[Tag, Section]:
    """Return the sections to which a client adds the next differences, after it has received `sections`."""
    return {**before, **{section.tag: section for section in sections if section.tag in _SENT_AS_DIFFERENCE}}


def _difference(section: Section, before: Section | None) -> Section:
    """Return a section as the difference to an earlier one; unchanged if the two cannot be compared."""
    if before is None or _subject(section) != _subject(before):
        return section
    changed = np.frombuffer(section.payload, np.uint8) - np.frombuffer(before.payload, np.uint8)
    return section._replace(payload=changed.tobytes(), difference=True)


def _subject(section: Section) -> tuple[int, int, int, int]:
    """Return the node that a section shows, and its size; sections that differ in it cannot be compared."""
    return section.a, section.b, section.c, len(section.payload)
