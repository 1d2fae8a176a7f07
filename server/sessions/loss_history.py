"""The losses of a training from its first epoch to the present, in bounded space.

Each point stands for a span of epochs. When there are too many, the span doubles and neighbours are merged,
so that a hundred thousand epochs take no more room than two thousand, evenly. The first point is always
exact; so is the newest, which is kept beside the merged ones.
"""

from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

CAPACITY = 2000

POINT = np.dtype([("epoch", "<f8"), ("train", "<f8"), ("test", "<f8")])
"""One point as it stands in a frame: 24 bytes."""

LARGEST = 1e300
"""Greater losses, as they come shortly before a divergence, are kept as this one: some can be added up."""

Points = NDArray[np.void]


class Cursor(NamedTuple):
    """How much of a history somebody has: the first points of one generation."""

    generation: int
    points: int


NOTHING = Cursor(-1, 0)


@dataclass
class _Span:
    """The losses met so far within the span of epochs that the next point will stand for."""

    epochs: float = 0.0
    train: float = 0.0
    test: float = 0.0
    count: int = 0


class History:
    """A loss history of at most `capacity` points.

    Attributes:
        generation: grows whenever points that were already given out changed: a reader needs all of them.
        width: epochs that one point stands for; a power of two.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.generation = 0
        self.width = 1
        self._points = np.zeros(max(4, capacity), POINT)
        self._count = 0
        self._span = _Span()
        self._newest: tuple[float, float, float] | None = None

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Forget everything: another training begins."""
        self.generation += 1
        self.width = 1
        self._count = 0
        self._span = _Span()
        self._newest = None

    def add(self, epoch: float, train: float, test: float) -> None:
        """Append the losses after an epoch. An epoch not beyond the newest changes nothing."""
        if self._newest is not None and epoch <= self._newest[0]:
            return
        if train > LARGEST or test > LARGEST:
            train, test = min(train, LARGEST), min(test, LARGEST)
        self._newest = (epoch, train, test)
        if self._count == 0 or (self.width == 1 and not self._span.count):
            self._append(*self._newest)
            return
        if self._span.count and self._span_of(epoch) != self._span_of(self._span.epochs / self._span.count):
            self._close()
        span = self._span
        span.epochs += epoch
        span.train += train
        span.test += test
        span.count += 1
        if epoch % self.width == 0:
            self._close()

    def since(self, cursor: Cursor) -> tuple[bool, Points, Cursor]:
        """Return what a reader lacks.

        Returns:
            whether the points replace all that it has, the points (n,) of dtype `POINT` (a copy), and its
            new cursor.
        """
        whole = cursor.generation != self.generation
        start = 0 if whole else cursor.points
        return whole, self._points[start : self._count].copy(), self.cursor

    @property
    def cursor(self) -> Cursor:
        """The cursor of a reader who has all that there is."""
        return Cursor(self.generation, self._count)

    def points(self) -> Points:
        """Return all points (n,) of dtype `POINT`, the newest exact one last even if not merged yet."""
        _, points, _ = self.since(NOTHING)
        if self._newest is None or points["epoch"][-1] >= self._newest[0]:
            return points
        return np.append(points, np.array([self._newest], POINT))

    def details(self) -> dict[str, Any]:
        """Return, for `restore`, all but the points that `since` returns; JSON can hold it."""
        return {"width": self.width, "span": astuple(self._span), "newest": self._newest}

    def restore(self, points: Points, details: dict[str, Any]) -> None:
        """Become what another history was, of whose points and details these are copies."""
        self.clear()
        self._points[: len(points)] = points
        self._count = len(points)
        self.width = details["width"]
        self._span = _Span(*details["span"])
        newest = details["newest"]
        self._newest = None if newest is None else (newest[0], newest[1], newest[2])

    def _span_of(self, epoch: float) -> int:
        """Return the number of the span: epoch 0 stands alone, then (0, width], (width, 2 width], ..."""
        return -int(-epoch // self.width)

    def _close(self) -> None:
        span, self._span = self._span, _Span()
        self._append(np.floor(span.epochs / span.count), span.train / span.count, span.test / span.count)

    def _append(self, epoch: float, train: float, test: float) -> None:
        if self._count == len(self._points):
            self._halve()
        self._points[self._count] = (epoch, train, test)
        self._count += 1

    def _halve(self) -> None:
        """Merge the points of each wider span; the first stays as it is."""
        self.generation += 1
        while self._count > len(self._points) // 2:
            self.width *= 2
            old = self._points[1 : self._count]
            spans = np.ceil(old["epoch"] / self.width)
            starts = np.flatnonzero(np.diff(spans, prepend=-1.0))
            counts = np.diff(starts, append=len(old))
            merged = np.empty(len(starts), POINT)
            merged["epoch"] = np.floor(np.add.reduceat(old["epoch"], starts) / counts)
            for name in ("train", "test"):
                merged[name] = np.add.reduceat(old[name].astype(np.float64), starts) / counts
            self._points[1 : len(merged) + 1] = merged
            self._count = len(merged) + 1
