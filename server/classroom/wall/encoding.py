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

LARGE_CLASS, LARGE_CLASS_RESOLUTION = 80, 28
"""Beyond so many learners, a picture has at most so many cells on a side."""

_LENGTH = struct.Struct("<I")


def resolution_for(learners: int, wanted: int) -> int:
    """Return how finely pictures are drawn: so that a wall of many still comes over a school's Wi-Fi."""
    return wanted if learners <= LARGE_CLASS else min(wanted, LARGE_CLASS_RESOLUTION)


class EntryEncoder:
    """What one screen was told of one learner."""

    def __init__(self) -> None:
        self.snapshot: WallSnapshot | None = None

    def has_changed(self, snapshot: WallSnapshot) -> bool:
        """Return whether there is anything new to tell."""
        return self.snapshot is not snapshot

    def encode(self, seat: str, snapshot: WallSnapshot, pictures: list[bytes]) -> dict[str, Any]:
        """Return a learner's entry, with the picture added to the others if it is a new one."""
        told, self.snapshot = self.snapshot, snapshot
        entry: dict[str, Any] = {
            "seat": seat,
            "epoch": snapshot.epoch,
            "train_loss": snapshot.train_loss,
            "test_loss": snapshot.test_loss,
            "train_accuracy": snapshot.train_accuracy,
            "test_accuracy": snapshot.test_accuracy,
            "playing": snapshot.playing,
            "diverged": snapshot.diverged,
            "picture": None,
            "classes": snapshot.picture.classes,
            "scale": float(f"{snapshot.picture.scale:.4g}"),
        }
        if told is None or told.picture is not snapshot.picture:
            entry["picture"] = len(pictures)
            pictures.append(snapshot.picture.levels)
        if told is None or told.generation != snapshot.generation:
            entry["curve"] = snapshot.curve.points
        return entry


def pack(resolution: int, learners: Sequence[dict[str, Any]], pictures: Sequence[bytes]) -> bytes:
    """Return the bytes of an update."""
    text = json.dumps({"resolution": resolution, "learners": learners}, separators=(",", ":")).encode()
    return zlib.compress(b"".join((_LENGTH.pack(len(text)), text, *pictures)), LEVEL)
