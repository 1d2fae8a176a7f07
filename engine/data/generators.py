"""Generators of the datasets' points. Datasets of TensorFlow Playground have the same distributions there.

A generator takes the number of points, the noise as a fraction (0..0.8; the page offers up to 0.5), a random
generator and, for several classes, their number. It draws the same random numbers for any noise and only
scales them: more noise moves the same points further. Many generators use the noise to move the position
at which the label of a point is read, not the point itself.
"""

import numpy as np

from engine.arrays import Floats, Mask
from engine.data.points import PLANE, Points


def circle(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a disc of +1 inside a ring of -1; noise moves the position at which the label is read."""
    inner = count // 2
    lowest = np.where(np.arange(count) < inner, 0.0, 3.5)
    highest = np.where(np.arange(count) < inner, 2.5, 5.0)
    inputs = _polar(rng.uniform(lowest, highest), rng.uniform(0, 2 * np.pi, count))
    positions = _moved(inputs, 5 * noise, rng)
    return Points(inputs, _signs(np.hypot(positions[:, 0], positions[:, 1]) < 2.5))


def xor(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw four quadrants, +1 where x1 and x2 have the same sign; noise moves the position of the label."""
    inputs = rng.uniform(-5, 5, (count, 2))
    inputs += np.where(inputs > 0, 0.3, -0.3)
    positions = _moved(inputs, 5 * noise, rng)
    return Points(inputs, _signs(positions[:, 0] * positions[:, 1] >= 0))


def gaussian(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two normal clouds, +1 around (2, 2) and -1 around (-2, -2), of variance 0.5 + 7 noise."""
    targets = _signs(np.arange(count) < count // 2)
    deviation = np.sqrt(0.5 + 7 * noise)
    return Points(2 * targets[:, None] + deviation * rng.standard_normal((count, 2)), targets)


def spiral(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two arms of 1.75 turns, the first +1; noise moves the points themselves."""
    first = count // 2
    arms = np.arange(count) < first
    along = np.concatenate(
        [np.arange(first) / max(first, 1), np.arange(count - first) / max(count - first, 1)]
    )
    angle = 3.5 * np.pi * along + np.where(arms, 0.0, np.pi)
    return Points(_moved(_polar(5 * along, angle), noise, rng), _signs(arms))


def moons(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw two interleaving half circles of radius 3, the upper +1; noise moves the points themselves."""
    upper = np.arange(count) < count // 2
    angle = rng.uniform(0, np.pi, count)
    side = _signs(upper)
    inputs = np.stack([3 * np.cos(angle) - 1.5, 3 * np.sin(angle) - 0.75], axis=1) * side[:, None]
    return Points(_moved(inputs, 0.3 + 3 * noise, rng), side)


RINGS = np.array([[0.0, 1.0], [1.6, 2.6], [3.2, 4.2], [4.8, 5.8]])
"""Inner and outer radius of each ring."""


def rings(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a disc and three rings around it, alternately +1 and -1; noise moves the position of the label."""
    ring = np.arange(count) % len(RINGS)
    inputs = _polar(rng.uniform(RINGS[ring, 0], RINGS[ring, 1]), rng.uniform(0, 2 * np.pi, count))
    radius = np.hypot(*_moved(inputs, 3 * noise, rng).T)
    borders = (RINGS[1:, 0] + RINGS[:-1, 1]) / 2
    return Points(inputs, _signs(np.searchsorted(borders, radius) % 2 == 0))


SQUARE_SIDE = 3.0
"""Side length of the checkerboard's squares."""


def checkerboard(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw four by four squares, alternately +1 and -1; noise moves the position of the label."""
    inputs = rng.uniform(-PLANE, PLANE, (count, 2))
    squares = np.floor(_moved(inputs, 3 * noise, rng) / SQUARE_SIDE)
    return Points(inputs, _signs(squares.sum(axis=1) % 2 == 0))


CLOUD_DISTANCE = 4.0
"""Distance of the centres of several classes from the origin."""


def blobs(count: int, noise: float, rng: np.random.Generator, classes: int) -> Points:
    """Draw one normal cloud for each class, evenly around the origin, of variance 0.5 + 7 noise."""
    labels = np.arange(count) % classes
    centres = _polar(np.full(count, CLOUD_DISTANCE), 2 * np.pi * labels / classes)
    deviation = np.sqrt(0.5 + 7 * noise)
    return Points(centres + deviation * rng.standard_normal((count, 2)), labels.astype(np.float64))


TOTAL_TURNS = 3.5
"""Turns of all arms together, so that the distance between arms does not depend on their number."""


def spirals(count: int, noise: float, rng: np.random.Generator, classes: int) -> Points:
    """Draw one spiral arm for each class, of `TURNS / classes` turns; noise moves the points themselves."""
    labels = np.arange(count) % classes
    along = (np.arange(count) // classes) / max(-(-count // classes), 1)
    angle = 2 * np.pi * (TOTAL_TURNS / classes * along + labels / classes)
    return Points(_moved(_polar(5 * along, angle), noise, rng), labels.astype(np.float64))


def plane(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw the plane (x1 + x2) / 10, read at a position that noise moves."""
    inputs = rng.uniform(-6, 6, (count, 2))
    return Points(inputs, _moved(inputs, 6 * noise, rng).sum(axis=1) / 10)


_CONES = np.array([[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]])


def multi_gaussian(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw six cones of radius 2, up or down; the nearest counts; noise moves the position of the target."""
    inputs = rng.uniform(-6, 6, (count, 2))
    positions = _moved(inputs, 6 * noise, rng)
    distances = np.hypot(*(positions[:, None, axis] - _CONES[:, axis] for axis in (0, 1)))
    nearest = distances.argmin(axis=1)
    heights = np.maximum(0.0, 1 - distances[np.arange(count), nearest] / 2)
    return Points(inputs, _CONES[nearest, 2] * heights)


def curve(count: int, noise: float, rng: np.random.Generator) -> Points:
    """Draw a curve of x1 alone, 0.8 sin(x1) + 0.2 cos(3 x1), read at a position that noise moves."""
    inputs = rng.uniform(-PLANE, PLANE, (count, 2))
    x1 = _moved(inputs, 3 * noise, rng)[:, 0]
    return Points(inputs, 0.8 * np.sin(x1) + 0.2 * np.cos(3 * x1))


def _moved(inputs: Floats, distance: float, rng: np.random.Generator) -> Floats:
    """Return the positions moved by up to `distance` in each coordinate, uniformly."""
    return inputs + distance * rng.uniform(-1, 1, inputs.shape)


def _polar(radius: Floats, angle: Floats) -> Floats:
    """Return positions (n, 2); angle 0 points up, as in TensorFlow Playground."""
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _signs(positive: Mask) -> Floats:
    return np.where(positive, 1.0, -1.0)
