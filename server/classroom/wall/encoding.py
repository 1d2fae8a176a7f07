"""Encodes updates of the wall: the learners that have changed, as one compressed binary message.

Format: the whole message is zlib data. Uncompressed:

    u32 n, little endian | n bytes of JSON | heat maps, each resolution * resolution bytes

The JSON is `{"resolution": R, "learners": [...]}`. An entry's `picture` is the index of its heat map among
those that follow, or null if the heat map has not changed. Of a network for images, `confusion` is the
matrix of its predictions, row by row; it is left out if it has not changed, and null once the learner has
another network again.
"""

import json
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from server.classroom.wall.snapshot import WallConfusion, WallSnapshot

COMPRESSION_LEVEL = 1
"""zlib's fastest level: heat maps compress well at any level, and higher levels cost training time."""

LARGE_CLASS_SIZE, LARGE_CLASS_RESOLUTION = 80, 28
"""In a room with more learners than this, heat maps have at most this many cells on a side."""

_LENGTH = struct.Struct("<I")


def resolution_for(learners: int, wanted: int) -> int:
    """Return the number of cells on a side of each heat map: `wanted`, or fewer in a large class."""
    return wanted if learners <= LARGE_CLASS_SIZE else min(wanted, LARGE_CLASS_RESOLUTION)


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

    def encode(self, seat: str, snapshot: WallSnapshot, heat_maps: list[bytes]) -> dict[str, Any]:
        """Return the entry of a snapshot, and append its heat map to `heat_maps` if the page lacks it."""
        last, self.snapshot = self.snapshot, snapshot
        shown, before = snapshot.heat_map, None if last is None else last.heat_map
        entry: dict[str, Any] = {
            "seat": seat,
            "epoch": snapshot.epoch,
            "train_loss": snapshot.train_loss,
            "test_loss": snapshot.test_loss,
            "train_accuracy": snapshot.train_accuracy,
            "test_accuracy": snapshot.test_accuracy,
            "score": snapshot.score,
            "counted_epochs": snapshot.counted_epochs,
            "playing": snapshot.playing,
            "diverged": snapshot.diverged,
            "picture": None,
        }
        if isinstance(shown, WallConfusion):
            if shown is not before:
                entry["confusion"] = shown.counts
        else:
            entry["classes"], entry["scale"] = shown.classes, float(f"{shown.scale:.4g}")
            if isinstance(before, WallConfusion):
                entry["confusion"] = None
            if shown is not before:
                entry["picture"] = len(heat_maps)
                heat_maps.append(shown.levels)
        if last is None or last.generation != snapshot.generation:
            entry["curve"] = snapshot.curve.points
        return entry


def pack(resolution: int, learners: Sequence[dict[str, Any]], heat_maps: Sequence[bytes]) -> bytes:
    """Return an update as compressed bytes.

    Args:
        resolution: cells on a side of each heat map.
        learners: the entries, as `EntryEncoder.encode` returns them.
        heat_maps: the heat maps that the entries refer to.
    """
    text = json.dumps({"resolution": resolution, "learners": learners}, separators=(",", ":")).encode()
    return zlib.compress(b"".join((_LENGTH.pack(len(text)), text, *heat_maps)), COMPRESSION_LEVEL)
