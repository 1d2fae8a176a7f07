"""Encodes updates of the wall: the learners that have changed, as one compressed binary message.

Format: the whole message is zlib data. Uncompressed:

    u32 n, little endian | n bytes of JSON | pictures, each resolution * resolution bytes

The JSON is `{"resolution": R, "learners": [...]}`. An entry's `picture` is the index of its picture among
those that follow, or null if the picture has not changed.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from server.classroom.wall.snapshot import WallSnapshot

COMPRESSION_LEVEL = 1
"""zlib's fastest level: pictures compress well at any level, and more effort takes time from trainings."""

LARGE_CLASS, LARGE_CLASS_RESOLUTION = 80, 28
"""In a room with more learners than this, pictures have at most this many cells on a side."""

_LENGTH = struct.Struct("<I")


def resolution_for(learners: int, wanted: int) -> int:
    """Return the cells on a side of each picture: at most `wanted`, and fewer in a large class."""
    return wanted if learners <= LARGE_CLASS else min(wanted, LARGE_CLASS_RESOLUTION)


class EntryEncoder:
    """Encodes the entries of one learner for one page, leaving out what the page already has.

    Attributes:
        snapshot: the snapshot that was encoded last, None before the first.
    """

    def __init__(self) -> None:
        self.snapshot: WallSnapshot | None = None

    def has_changed(self, snapshot: WallSnapshot) -> bool:
        """Return whether a snapshot is not the one that was encoded last."""
        return self.snapshot is not snapshot

    def encode(self, seat: str, snapshot: WallSnapshot, pictures: list[bytes]) -> dict[str, Any]:
        """Return the entry of a snapshot, and append its picture to `pictures` if the page lacks it."""
        last, self.snapshot = self.snapshot, snapshot
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
        if last is None or last.picture is not snapshot.picture:
            entry["picture"] = len(pictures)
            pictures.append(snapshot.picture.levels)
        if last is None or last.generation != snapshot.generation:
            entry["curve"] = snapshot.curve.points
        return entry


def pack(resolution: int, learners: Sequence[dict[str, Any]], pictures: Sequence[bytes]) -> bytes:
    """Return an update as compressed bytes.

    Args:
        resolution: cells on a side of each picture.
        learners: the entries, as `EntryEncoder.encode` returns them.
        pictures: the pictures that the entries refer to.
    """
    text = json.dumps({"resolution": resolution, "learners": learners}, separators=(",", ":")).encode()
    return zlib.compress(b"".join((_LENGTH.pack(len(text)), text, *pictures)), COMPRESSION_LEVEL)
