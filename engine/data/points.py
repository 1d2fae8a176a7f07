"""Points with their targets, and datasets of training points and test points."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from engine.arrays import Floats
from engine.errors import InvalidValue

PLANE = 6.0
"""Heat maps show [-PLANE, PLANE] in both directions. Points may lie outside."""


POINT_WIDTHS = (2, 64)
"""Numbers of values that a point may have: the two coordinates, or the pixels of an image."""


class Points(NamedTuple):
    """Points of the plane, or images, with their targets."""

    inputs: Floats
    """(n, 2): x1 and x2; of images (n, pixels)."""
    targets: Floats
    """(n,): -1 or 1 for two classes, 0..classes-1 for several, about -1..1 for regression."""


@dataclass(frozen=True)
class Dataset:
    """The training points and the test points, as read-only copies.

    Each may be passed as any pair of inputs and targets that NumPy can convert to numbers.
    """

    train: Points
    test: Points

    def __post_init__(self) -> None:
        """Copy both sets. Raises `InvalidValue` if a shape is wrong or a value not finite."""
        for name, points in (("train", self.train), ("test", self.test)):
            object.__setattr__(self, name, _checked(name, *points))


def _checked(name: str, inputs: object, targets: object) -> Points:
    try:
        points = Points(np.array(inputs, dtype=np.float64), np.array(targets, dtype=np.float64))
    except (TypeError, ValueError):
        raise InvalidValue(name, "something else", "arrays of numbers") from None
    count = len(points.inputs) if points.inputs.ndim == 2 else 0
    if not count or points.inputs.shape[1] not in POINT_WIDTHS or points.targets.shape != (count,):
        shapes = (points.inputs.shape, points.targets.shape)
        raise InvalidValue(name, shapes, "inputs of shape (n, 2) and targets of shape (n,), with n > 0")
    if not (np.isfinite(points.inputs).all() and np.isfinite(points.targets).all()):
        raise InvalidValue(name, "nan or infinity", "finite numbers")
    for array in points:
        array.setflags(write=False)
    return points
