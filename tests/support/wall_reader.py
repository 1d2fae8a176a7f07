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
    heat_maps: list[bytes]

    def heat_map(self, seat: str) -> bytes | None:
        """Return a learner's heat map, or None if the update has none."""
        index = self.learners[seat]["picture"]
        return None if index is None else self.heat_maps[index]


def read_update(data: bytes) -> ReadUpdate:
    """Decode an update. Raise `ValueError` if its heat maps do not match its learners."""
    plain = zlib.decompress(data)
    (size,) = struct.unpack_from("<I", plain)
    header = json.loads(plain[4 : 4 + size])
    resolution = header["resolution"]
    rest = plain[4 + size :]
    cells = resolution * resolution
    heat_maps = [rest[begin : begin + cells] for begin in range(0, len(rest), cells)] if cells else []
    indices = [entry["picture"] for entry in header["learners"] if entry["picture"] is not None]
    if sorted(indices) != list(range(len(heat_maps))) or any(len(each) != cells for each in heat_maps):
        raise ValueError("the heat maps do not match the learners")
    return ReadUpdate(resolution, {entry["seat"]: entry for entry in header["learners"]}, heat_maps)
