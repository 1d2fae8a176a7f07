"""The other side of `server.classroom.wall.encoding`, for tests: bytes into learners and their pictures."""

import json
import struct
import zlib
from typing import Any, NamedTuple


class ReadUpdate(NamedTuple):
    resolution: int
    learners: dict[str, dict[str, Any]]
    """By seat."""
    pictures: list[bytes]

    def picture(self, seat: str) -> bytes | None:
        """Return the picture that came with a learner."""
        place = self.learners[seat]["picture"]
        return None if place is None else self.pictures[place]


def read_update(data: bytes) -> ReadUpdate:
    """Read an update. Raises `ValueError` if its parts do not fit together."""
    plain = zlib.decompress(data)
    (size,) = struct.unpack_from("<I", plain)
    told = json.loads(plain[4 : 4 + size])
    resolution = told["resolution"]
    rest = plain[4 + size :]
    cells = resolution * resolution
    pictures = [rest[begin : begin + cells] for begin in range(0, len(rest), cells)] if cells else []
    wanted = [entry["picture"] for entry in told["learners"] if entry["picture"] is not None]
    if sorted(wanted) != list(range(len(pictures))) or any(len(each) != cells for each in pictures):
        raise ValueError("the pictures are not those that are announced")
    return ReadUpdate(resolution, {entry["seat"]: entry for entry in told["learners"]}, pictures)
