"""Decodes binary frames for tests: the inverse of `server.protocol.frames`."""

import zlib
from typing import Any, NamedTuple

import numpy as np

from server.protocol.frames import (
    ALIGNMENT,
    DIFFERENCE_BIT,
    HEADER,
    POINT_COUNTS,
    RIVAL,
    SCALE,
    SECTION,
    WRONG_IMAGE,
    Packing,
    Tag,
)
from server.sessions.loss_history import POINT


class ReadSection(NamedTuple):
    """A decoded section, with its payload as bytes."""

    tag: int
    a: int
    b: int
    c: int
    payload: bytes

    @property
    def values(self) -> list[Any]:
        """Return the payload as numbers; for points of a history or of the data, a list of numbers each."""
        values: list[Any] = list(self.payload)
        match self.tag:
            case Tag.DETAIL | Tag.RIVAL_DETAIL:
                values = np.frombuffer(self.payload[SCALE.size :], np.int8).tolist()
            case Tag.LINE | Tag.RIVAL_LINE:
                count = len(self.payload) // 3
                steps = np.frombuffer(self.payload[: 2 * count], "<u2").tolist()
                values = [*steps, *self.payload[2 * count :]]
            case Tag.PREVIEW | Tag.INPUTS:
                values = np.frombuffer(self.payload, np.int8).tolist()
            case Tag.PARAMETERS:
                values = np.frombuffer(self.payload, "<f4").tolist()
            case Tag.HISTORY | Tag.RIVAL_HISTORY:
                values = [list(point) for point in np.frombuffer(self.payload, POINT).tolist()]
            case Tag.RIVAL:
                values = [*RIVAL.unpack(self.payload)]
            case Tag.POINTS:
                values = np.frombuffer(self.payload[POINT_COUNTS.size :], "<f4").reshape(-1, 3).tolist()
            case Tag.PROBE:
                values = np.frombuffer(self.payload, "<f8").tolist()
            case Tag.IMAGE:
                values = [*np.frombuffer(self.payload[:4], "<u4").tolist(), *self.payload[4:]]
            case Tag.MAPS | Tag.FILTERS:
                values = np.frombuffer(self.payload[4 * self.a :], np.int8).tolist()
            case Tag.CONFUSION:
                matrix, rest = self.payload[: 2 * self.a**2], self.payload[2 * self.a**2 :]
                size = len(rest) // self.b if self.b else 1
                wrong = [rest[at : at + size] for at in range(0, len(rest), size)]
                values = [
                    np.frombuffer(matrix, "<u2").tolist(),
                    *([*WRONG_IMAGE.unpack_from(each), *each[WRONG_IMAGE.size :]] for each in wrong),
                ]
        return values

    @property
    def scale(self) -> float:
        """Return the value for which 127 stands in a FINE section."""
        return float(SCALE.unpack_from(self.payload)[0])

    @property
    def scales(self) -> list[float]:
        """Return the values for which 127 stands in each array of a MAPS or FILTERS section."""
        scales: list[float] = np.frombuffer(self.payload[: 4 * self.a], "<f4").tolist()
        return scales

    @property
    def train_points(self) -> int:
        """Return the number of training points in a POINTS section."""
        return int(POINT_COUNTS.unpack_from(self.payload)[0])


class ReadFrame(NamedTuple):
    """A decoded frame: the fields of its header, and its sections by tag."""

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
    """Decode a frame; fail if it is truncated or has surplus bytes.

    Args:
        frame: its bytes, compressed or not.
        before: the last section of each tag, to which differences are added; updated by the frame's sections.
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
        if tag & DIFFERENCE_BIT and before is not None:
            tag -= DIFFERENCE_BIT
            payload = _add_bytes(known[tag].payload, payload)
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


def _add_bytes(one: bytes, other: bytes) -> bytes:
    """Return the sums of the bytes of two payloads, mod 256."""
    assert len(one) == len(other)
    return bytes((left + right) % 256 for left, right in zip(one, other, strict=True))
