"""The problems to learn: labelled points of the plane, drawn with noise, as TensorFlow Playground draws them.

A sampler takes the number of points, the noise as a share (0..0.8; the page offers up to 0.5) and a
generator. It draws the same numbers whatever the noise, which only scales them: more noise moves the same
points further.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats, Mask
from engine.errors import InvalidValue

PLANE = 6.0
"""The plane that is drawn is [-PLANE, PLANE] in both directions. Points may lie outside."""


class Points(NamedTuple):
    """Places in the plane with what is to be learned there."""

    inputs: Floats
    """(n, 2): x1 and x2."""
    targets: Floats
    """(n,): -1 or 1 for two classes, about -1..1 for regression."""


@dataclass(frozen=True)
class Dataset:
    """The points that train and those that test, as read-only copies.

    Each may be given as any pair of inputs and targets that NumPy reads as numbers.
    """

    train: Points
    test: Points

    def __post_init__(self) -> None:
        """Check shapes and values; raises `InvalidValue`."""
        for name, points in (("train", self.train), ("test", self.test)):
            object.__setattr__(self, name, _checked(name, *points))


def _checked(name: str, inputs: object, targets: object) -> Points:
    try:
        points = Points(np.array(inputs, dtype=np.float64), np.array(targets, dtype=np.float64))
    except (TypeError, ValueError):
        raise InvalidValue(name, "something else", "arrays of numbers") from None
    count = len(points.inputs) if points.inputs.ndim else 0
    if not count or points.inputs.shape != (count, 2) or points.targets.shape != (count,):
        shapes = (points.inputs.shape, points.targets.shape)
        raise InvalidValue(name, shapes, "inputs of shape (n, 2) and targets of shape (n,), with n > 0")
    if not (np.isfinite(points.inputs).all() and np.isfinite(points.targets).all()):
        raise InvalidValue(name, "nan or infinity", "finite numbers")
    for array in points:
        array.setflags(write=False)
    return points


Sampler = Callable[[int, float, np.random.Generator], Points]


@dataclass(frozen=True)
class Kind:
    """One entry of the table: the problem it belongs to, how many points it has, and what draws them."""

    problem: str
    points: int
    sample: Sampler


def circle(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a disc of +1 inside a ring of -1; noise moves the place where the label is looked up."""
    inner = count // 2
    lowest = np.where(np.arange(count) < inner, 0.0, 3.5)
    highest = np.where(np.arange(count) < inner, 2.5, 5.0)
    inputs = _polar(rng.uniform(lowest, highest), rng.uniform(0, 2 * np.pi, count))
    places = _moved(inputs, 5 * noise, rng)
    return Points(inputs, _signs(np.hypot(places[:, 0], places[:, 1]) < 2.5))


def xor(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw four quadrants, +1 where x1 and x2 have the same sign; noise moves the place of the label."""
    inputs = rng.uniform(-5, 5, (count, 2))
    inputs += np.where(inputs > 0, 0.3, -0.3)
    places = _moved(inputs, 5 * noise, rng)
    return Points(inputs, _signs(places[:, 0] * places[:, 1] >= 0))


def gaussian(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two clouds, +1 about (2, 2) and -1 about (-2, -2), of variance 0.5 + 7 noise."""
    targets = _signs(np.arange(count) < count // 2)
    spread = np.sqrt(0.5 + 7 * noise)
    return Points(2 * targets[:, None] + spread * rng.standard_normal((count, 2)), targets)


def spiral(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two arms that wind outwards 1.75 times, the first +1; noise moves the points themselves."""
    first = count // 2
    arms = np.arange(count) < first
    along = np.concatenate(
        [np.arange(first) / max(first, 1), np.arange(count - first) / max(count - first, 1)]
    )
    angle = 3.5 * np.pi * along + np.where(arms, 0.0, np.pi)
    return Points(_moved(_polar(5 * along, angle), noise, rng), _signs(arms))


def plane(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a slope: (x1 + x2) / 10, looked up at a place that noise moves."""
    inputs = rng.uniform(-6, 6, (count, 2))
    return Points(inputs, _moved(inputs, 6 * noise, rng).sum(axis=1) / 10)


_HILLS = np.array([[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]])


def multi_gaussian(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw six hills and hollows of radius 2: at each place the strongest counts; noise moves the place."""
    inputs = rng.uniform(-6, 6, (count, 2))
    places = _moved(inputs, 6 * noise, rng)
    distances = np.hypot(*(places[:, None, axis] - _HILLS[:, axis] for axis in (0, 1)))
    nearest = distances.argmin(axis=1)
    heights = np.maximum(0.0, 1 - distances[np.arange(count), nearest] / 2)
    return Points(inputs, _HILLS[nearest, 2] * heights)


def _moved(inputs: Floats, reach: float, rng: np.random.Generator) -> Floats:
    """Return places up to `reach` away in each coordinate, uniformly."""
    return inputs + reach * rng.uniform(-1, 1, inputs.shape)


def _polar(radius: Floats, angle: Floats) -> Floats:
    """Return (n, 2) places; angle 0 points up, as the original has it."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _signs(positive: Mask) -> Floats:
    return np.where(positive, 1.0, -1.0)


DATASETS: dict[str, Kind] = {
    "circle": Kind("classification", 500, circle),
    "xor": Kind("classification", 500, xor),
    "gaussian": Kind("classification", 500, gaussian),
    "spiral": Kind("classification", 500, spiral),
    "plane": Kind("regression", 1200, plane),
    "multi-gaussian": Kind("regression", 1200, multi_gaussian),
}


def draw(name: str, *, rng: np.random.Generator, noise: float = 0.0, count: int | None = None) -> Points:
    """Return shuffled points of the named dataset, as many as it has or `count`; `noise` is in percent."""
    kind = DATASETS[name]
    points = kind.sample(kind.points if count is None else count, noise / 100, rng)
    order = rng.permutation(len(points.targets))
    return Points(points.inputs[order], points.targets[order])


def split(points: Points, train_percent: int) -> Dataset:
    """Return a dataset of which the first `train_percent` of the points (1..99) train and the rest test."""
    inputs, targets = points
    first = len(targets) * train_percent // 100
    return Dataset(Points(inputs[:first], targets[:first]), Points(inputs[first:], targets[first:]))
