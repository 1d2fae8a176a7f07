"""Features of a point (x1, x2), by name: the possible inputs of a network."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.arrays import AnyFloats, Floats

Feature = Callable[[AnyFloats, AnyFloats], AnyFloats]

FEATURES: dict[str, Feature] = {
    "x1": lambda x1, _x2: x1,
    "x2": lambda _x1, x2: x2,
    "x1_squared": lambda x1, _x2: x1 * x1,
    "x2_squared": lambda _x1, x2: x2 * x2,
    "x1_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, _x2: np.sin(x1),
    "sin_x2": lambda _x1, x2: np.sin(x2),
    "cos_x1": lambda x1, _x2: np.cos(x1),
    "cos_x2": lambda _x1, x2: np.cos(x2),
    "x1_cubed": lambda x1, _x2: x1 * x1 * x1,
    "x2_cubed": lambda _x1, x2: x2 * x2 * x2,
    "x1_plus_x2": lambda x1, x2: x1 + x2,
}


def compute(names: Sequence[str], points: Floats) -> Floats:
    """Return the named features of points (n, 2), in the order of the names: an array (n, len(names))."""
    x1, x2 = points[:, 0], points[:, 1]
    with np.errstate(over="ignore"):  # cubes of custom points may overflow; training then diverges
        return np.stack([FEATURES[name](x1, x2) for name in names], axis=1).astype(np.float64, copy=False)
