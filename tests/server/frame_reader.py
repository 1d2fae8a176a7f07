"""The other side of `server.protocol.frames`, for tests: bytes into named values."""

import zlib
from typing import Any, NamedTuple

import numpy as np

from server.protocol.frames import ALIGNMENT, DIFFERENCE, HEADER, POINT_COUNTS, SCALE, SECTION, Packing, Tag
from server.sessions.loss_history import POINT


class ReadSection(NamedTuple):
    tag: int
    a: int
    b: int
    c: int
    payload: bytes

    @property
    def values(self) -> list[Any]:
        """Return numbers, or lists of the numbers that belong together."""
        values: list[Any] = list(self.payload)
        match self.tag:
            case Tag.FINE:
                values = np.frombuffer(self.payload[SCALE.size :], np.int8).tolist()
            case Tag.COARSE | Tag.INPUTS:
                values = np.frombuffer(self.payload, np.int8).tolist()
            case Tag.PARAMETERS:
                values = np.frombuffer(self.payload, "<f4").tolist()
            case Tag.HISTORY:
                values = [list(point) for point in np.frombuffer(self.payload, POINT).tolist()]
            case Tag.POINTS:
                values = np.frombuffer(self.payload[POINT_COUNTS.size :], "<f4").reshape(-1, 3).tolist()
            case Tag.PROBE:
                values = np.frombuffer(self.payload, "<f8").tolist()
        return values

    @property
    def scale(self) -> float:
        """Return what 127 stands for in a FINE section."""
        return float(SCALE.unpack_from(self.payload)[0])

    @property
    def train_points(self) -> int:
        """Return how many of the points of a POINTS section are for training."""
        return int(POINT_COUNTS.unpack_from(self.payload)[0])


class ReadFrame(NamedTuple):
    version: int
    flags: int
    frame: int
    revision: int
    batch: int
    epoch: float
    train_loss: float
    test_loss: float
    train_accuracy: float
    test_accuracy: float
    sections: dict[int, ReadSection]

    @property
    def tags(self) -> set[int]:
        return set(self.sections)


def read_frame(frame: bytes, before: dict[int, ReadSection] | None = None) -> ReadFrame:
    """Return a frame's values; a frame that is cut off or has a rest is an error.

    Args:
        frame: its bytes, packed or not.
        before: the newest section of each tag that came, to which differences are added; it is kept so.
    """
    version, flags, packing, number, revision, batch, epoch, *measured = HEADER.unpack_from(frame)
    body = zlib.decompress(frame[HEADER.size :]) if packing == Packing.ZLIB else frame[HEADER.size :]
    assert packing in set(Packing)
    known = {} if before is None else before
    sections = {}
    at = 0
    while at < len(body):
        tag, a, b, c, length = SECTION.unpack_from(body, at)
        at += SECTION.size
        payload = body[at : at + length]
        assert len(payload) == length
        at += length
        padding = -length % ALIGNMENT
        assert body[at : at + padding] == bytes(padding)
        at += padding
        if tag & DIFFERENCE and before is not None:
            tag -= DIFFERENCE
            payload = _sum(known[tag].payload, payload)
        assert tag not in sections
        known[tag] = sections[tag] = ReadSection(tag, a, b, c, payload)
    assert at == len(body)
    train_loss, test_loss, train_accuracy, test_accuracy = measured
    return ReadFrame(
        version,
        flags,
        number,
        revision,
        batch,
        epoch,
        train_loss,
        test_loss,
        train_accuracy,
        test_accuracy,
        sections,
    )


def _sum(one: bytes, other: bytes) -> bytes:
    assert len(one) == len(other)
    return bytes((each + more) % 256 for each, more in zip(one, other, strict=True))
