"""One update of the wall: the learners that changed, in one message of compressed bytes.

    the whole message as zlib data:
    u32 n, little endian | n bytes of JSON | pictures, each resolution * resolution bytes

The JSON is `{"resolution": R, "learners": [...]}`; an entry's `picture` is the place of its picture among
those that follow, null where it has not changed.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from server.classroom.wall.snapshot import WallSnapshot

LEVEL = 1
"""zlib's quickest: pictures are smooth, and more effort takes time from the trainings."""

MANY, COARSE = 80, 28
"""Beyond so many learners, a picture has at most so many cells on a side."""

_LENGTH = struct.Struct("<I")


def resolution_for(learners: int, wanted: int) -> int:
    """Return how finely pictures are drawn: so that a wall of many still comes over a school's Wi-Fi."""
    return wanted if learners <= MANY else min(wanted, COARSE)


class Known:
    """What one screen was told of one learner."""

    def __init__(self) -> None:
        self.glimpse: WallSnapshot | None = None

    def lacks(self, glimpse: WallSnapshot) -> bool:
        """Return whether there is anything new to tell."""
        return self.glimpse is not glimpse

    def tell(self, seat: str, glimpse: WallSnapshot, pictures: list[bytes]) -> dict[str, Any]:
        """Return a learner's entry, with the picture added to the others if it is a new one."""
        told, self.glimpse = self.glimpse, glimpse
        entry: dict[str, Any] = {
            "seat": seat,
            "epoch": glimpse.epoch,
            "train_loss": glimpse.train_loss,
            "test_loss": glimpse.test_loss,
            "train_accuracy": glimpse.train_accuracy,
            "test_accuracy": glimpse.test_accuracy,
            "playing": glimpse.playing,
            "diverged": glimpse.diverged,
            "picture": None,
            "classes": glimpse.picture.classes,
            "scale": float(f"{glimpse.picture.scale:.4g}"),
        }
        if told is None or told.picture is not glimpse.picture:
            entry["picture"] = len(pictures)
            pictures.append(glimpse.picture.levels)
        if told is None or told.generation != glimpse.generation:
            entry["curve"] = glimpse.curve.points
        return entry


def pack(resolution: int, learners: Sequence[dict[str, Any]], pictures: Sequence[bytes]) -> bytes:
    """Return the bytes of an update."""
    text = json.dumps({"resolution": resolution, "learners": learners}, separators=(",", ":")).encode()
    return zlib.compress(b"".join((_LENGTH.pack(len(text)), text, *pictures)), LEVEL)
