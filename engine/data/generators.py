"""What draws the points of each dataset: the first six as TensorFlow Playground draws them.

A sampler takes the number of points, the noise as a share (0..0.8; the page offers up to 0.5), a generator
and, of several classes, how many. It draws the same numbers whatever the noise, which only scales them: more
noise moves the same points further.
"""

import numpy as np

from engine.arrays import Floats, Mask
from engine.data.points import PLANE, Points


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


def moons(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two half circles of radius 3 that reach into each other, the upper +1; noise moves the points."""
    upper = np.arange(count) < count // 2
    angle = rng.uniform(0, np.pi, count)
    side = _signs(upper)
    inputs = np.stack([3 * np.cos(angle) - 1.5, 3 * np.sin(angle) - 0.75], axis=1) * side[:, None]
    return Points(_moved(inputs, 0.3 + 3 * noise, rng), side)


RINGS = np.array([[0.0, 1.0], [1.6, 2.6], [3.2, 4.2], [4.8, 5.8]])
"""Inner and outer radius of each ring."""


def rings(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a disc and three rings about it, +1 and -1 by turns; noise moves the place of the label."""
    ring = np.arange(count) % len(RINGS)
    inputs = _polar(rng.uniform(RINGS[ring, 0], RINGS[ring, 1]), rng.uniform(0, 2 * np.pi, count))
    radius = np.hypot(*_moved(inputs, 3 * noise, rng).T)
    borders = (RINGS[1:, 0] + RINGS[:-1, 1]) / 2
    return Points(inputs, _signs(np.searchsorted(borders, radius) % 2 == 0))


SQUARE = 3.0
"""Side of the checkerboard's squares."""


def checkerboard(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw four by four squares, +1 and -1 by turns; noise moves the place of the label."""
    inputs = rng.uniform(-PLANE, PLANE, (count, 2))
    squares = np.floor(_moved(inputs, 3 * noise, rng) / SQUARE)
    return Points(inputs, _signs(squares.sum(axis=1) % 2 == 0))


CLOUDS = 4.0
"""How far from the middle the clouds of several classes lie."""


def blobs(count: int, noise: float, rng: np.random.Generator, classes: int) -> Points:
    """Draw one cloud a class, evenly around the middle, of variance 0.5 + 7 noise."""
    labels = np.arange(count) % classes
    centres = _polar(np.full(count, CLOUDS), 2 * np.pi * labels / classes)
    spread = np.sqrt(0.5 + 7 * noise)
    return Points(centres + spread * rng.standard_normal((count, 2)), labels.astype(np.float64))


TURNS = 3.5
"""Turns of all the arms together: so their distance is the same however many there are."""


def spirals(count: int, noise: float, rng: np.random.Generator, classes: int) -> Points:
    """Draw one arm a class that winds outwards, the fewer the further; noise moves the points themselves."""
    labels = np.arange(count) % classes
    along = (np.arange(count) // classes) / max(-(-count // classes), 1)
    angle = 2 * np.pi * (TURNS / classes * along + labels / classes)
    return Points(_moved(_polar(5 * along, angle), noise, rng), labels.astype(np.float64))


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


def curve(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a curve of x1 alone, 0.8 sin(x1) + 0.2 cos(3 x1), looked up where noise moves x1 to."""
    inputs = rng.uniform(-PLANE, PLANE, (count, 2))
    x1 = _moved(inputs, 3 * noise, rng)[:, 0]
    return Points(inputs, 0.8 * np.sin(x1) + 0.2 * np.cos(3 * x1))


def _moved(inputs: Floats, reach: float, rng: np.random.Generator) -> Floats:
    """Return places up to `reach` away in each coordinate, uniformly."""
    return inputs + reach * rng.uniform(-1, 1, inputs.shape)


def _polar(radius: Floats, angle: Floats) -> Floats:
    """Return (n, 2) places; angle 0 points up, as the original has it."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _signs(positive: Mask) -> Floats:
    return np.where(positive, 1.0, -1.0)
