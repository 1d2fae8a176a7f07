"""Decodes updates of the classroom wall for tests: the inverse of `server.classroom.wall.encoding`."""

import json
import struct
import zlib
from typing import Any, NamedTuple


class ReadUpdate(NamedTuple):
    """A decoded update."""

    resolution: int
    learners: dict[str, dict[str, Any]]
    """The learners' JSON objects by seat."""
    pictures: list[bytes]

    def picture(self, seat: str) -> bytes | None:
        """Return a learner's picture, or None if the update has none."""
        index = self.learners[seat]["picture"]
        return None if index is None else self.pictures[index]


def read_update(data: bytes) -> ReadUpdate:
    """Decode an update. Raise `ValueError` if its pictures do not match its learners."""
    plain = zlib.decompress(data)
    (size,) = struct.unpack_from("<I", plain)
    header = json.loads(plain[4 : 4 + size])
    resolution = header["resolution"]
    rest = plain[4 + size :]
    cells = resolution * resolution
    pictures = [rest[begin : begin + cells] for begin in range(0, len(rest), cells)] if cells else []
    indices = [entry["picture"] for entry in header["learners"] if entry["picture"] is not None]
    if sorted(indices) != list(range(len(pictures))) or any(len(each) != cells for each in pictures):
        raise ValueError("the pictures do not match the learners")
    return ReadUpdate(resolution, {entry["seat"]: entry for entry in header["learners"]}, pictures)
