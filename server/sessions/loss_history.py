"""The losses of a training from its first epoch to the present, in bounded memory.

Each point is the mean over a span of epochs. When there are too many points, the span doubles and neighbours
are merged, so that a hundred thousand epochs take no more memory than two thousand. The first point is always
exact, and so is the newest, which is stored in addition to the merged ones.
"""

from dataclasses import astuple, dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_HISTORY_POINTS = 2000
"""Maximum number of points."""

POINT = np.dtype([("epoch", "<f8"), ("train", "<f8"), ("test", "<f8")])
"""One point, as in a frame: 24 bytes."""

MAX_LOSS = 1e300
"""Greater losses, which occur shortly before a divergence, are recorded as this: sums stay finite."""

LossPoints = NDArray[np.void]
"""Points (n,) of dtype `POINT`."""


class Cursor(NamedTuple):
    """How much of a history a reader has: the first `points` points of a generation."""

    generation: int
    points: int


EMPTY_CURSOR = Cursor(-1, 0)
"""The cursor of a reader that has nothing yet."""


@dataclass
class _Span:
    """The sums over the current span of epochs, which will become the next point."""

    epochs: float = 0.0
    train: float = 0.0
    test: float = 0.0
    count: int = 0


class LossHistory:
    """A loss history of at most `capacity` points.

    Attributes:
        generation: grows whenever earlier points change, so that a reader needs all of them again.
        width: how many epochs one point stands for; a power of two.
    """

    def __init__(self, capacity: int = MAX_HISTORY_POINTS) -> None:
        self.generation = 0
        self.width = 1
        self._points = np.zeros(max(4, capacity), POINT)
        self._count = 0
        self._span = _Span()
        self._newest: tuple[float, float, float] | None = None

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Remove all points, for a training that restarts."""
        self.generation += 1
        self.width = 1
        self._count = 0
        self._span = _Span()
        self._newest = None

    def add(self, epoch: float, train: float, test: float) -> None:
        """Append the losses after an epoch; ignored unless the epoch is later than the newest."""
        if self._newest is not None and epoch <= self._newest[0]:
            return
        if train > MAX_LOSS or test > MAX_LOSS:
            train, test = min(train, MAX_LOSS), min(test, MAX_LOSS)
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

    def since(self, cursor: Cursor) -> tuple[bool, LossPoints, Cursor]:
        """Return the points that a reader lacks.

        Returns:
            whether they replace all points that it has; a copy of the points (n,) of dtype `POINT`; its new
            cursor.
        """
        whole = cursor.generation != self.generation
        start = 0 if whole else cursor.points
        return whole, self._points[start : self._count].copy(), self.cursor

    @property
    def cursor(self) -> Cursor:
        """The cursor of a reader that has all points."""
        return Cursor(self.generation, self._count)

    def points(self) -> LossPoints:
        """Return all points (n,) of dtype `POINT`; the last is the newest, exact and not merged yet."""
        _, points, _ = self.since(EMPTY_CURSOR)
        if self._newest is None or points["epoch"][-1] >= self._newest[0]:
            return points
        return np.append(points, np.array([self._newest], POINT))

    def details(self) -> dict[str, Any]:
        """Return, as values that JSON can hold, what `restore` needs in addition to the points of `since`."""
        return {"width": self.width, "span": astuple(self._span), "newest": self._newest}

    def restore(self, points: LossPoints, details: dict[str, Any]) -> None:
        """Replace the content by that of another history, given its points and details."""
        self.clear()
        self._points[: len(points)] = points
        self._count = len(points)
        self.width = details["width"]
        self._span = _Span(*details["span"])
        newest = details["newest"]
        self._newest = None if newest is None else (newest[0], newest[1], newest[2])

    def _span_of(self, epoch: float) -> int:
        """Return the number of the span: epoch 0 alone, then (0, width], (width, 2 width], ..."""
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
        """Double the width and merge points until at most half remain; the first point is not merged."""
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
