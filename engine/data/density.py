"""Draws further points like those that are there, from their kernel density.

A point is chosen at random and moved by a normal distribution, whose standard deviation is the kernel's
width (Silverman, "Density Estimation for Statistics and Data Analysis", 1986, 6.4). The width is the one
under which each point is likeliest given all others: so it follows rings and spirals as well as clusters.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.data.points import PLANE

Indices = NDArray[np.int64]

KERNEL_WIDTHS = np.geomspace(0.05, 2.0, 15)
"""The widths among which the best is chosen, on the plane."""

LONE_WIDTH = 0.5
"""The width of a class with a single place, whose points tell nothing of it."""

DECIMAL_PLACES = 4
"""Decimal places of what is drawn."""

_MAX_JUDGED = 500
"""Points by which a width is judged; of more a part spread evenly over them."""


class DensitySample(NamedTuple):
    """Points from a density: (n, 3) rows of x1, x2 and target, and the width of each class's kernel."""

    rows: Floats
    widths: dict[float, float]


def sample_like(
    rows: Sequence[Sequence[float]],
    count: int,
    rng: np.random.Generator,
    *,
    by_class: bool,
    width: float | None = None,
) -> DensitySample:
    """Return `count` further points of each class, or `count` for a regression.

    New points stay on the plane if those they come from lie there. In a regression a new point's target is
    the mean of those near it, weighted by the kernel, plus the deviation of the chosen point from the mean
    at its own place.

    Args:
        rows: x1, x2 and target of at least one point.
        count: points of each class.
        rng: draws them.
        by_class: the targets are classes.
        width: the kernel's width on the plane; None: chosen for each class.
    """
    table = np.array(rows, dtype=np.float64)
    if not by_class:
        chosen = best_width(table[:, :2]) if width is None else width
        return DensitySample(_valued(table, count, chosen, rng), {0.0: chosen})
    found, widths = [], {}
    for target in np.unique(table[:, 2]).tolist():
        places = table[table[:, 2] == target, :2]
        widths[target] = best_width(places) if width is None else width
        near, _ = _moved(places, count, widths[target], rng)
        found.append(np.column_stack([near, np.full(count, target)]))
    return DensitySample(np.round(np.concatenate(found), DECIMAL_PLACES) + 0.0, widths)


def best_width(places: Floats) -> float:
    """Return the width of `KERNEL_WIDTHS` under which places (n, 2) are likeliest, each given all others.

    Places that stand there more than once count once: they would be likeliest with no width at all.
    """
    places = np.unique(places, axis=0)
    if len(places) < 2:
        return LONE_WIDTH
    judged = places[:: -(-len(places) // _MAX_JUDGED)]
    squares = _squares(judged, places)
    squares[squares == 0] = np.inf  # itself
    scores = []
    for width in KERNEL_WIDTHS:
        exponents = squares / (-2 * width**2)
        top = exponents.max(axis=1)
        sums = np.exp(exponents - top[:, None]).sum(axis=1)
        scores.append(float((top + np.log(sums)).mean() - 2 * np.log(width)))
    return round(float(KERNEL_WIDTHS[int(np.argmax(scores))]), 3)


def _moved(places: Floats, count: int, width: float, rng: np.random.Generator) -> tuple[Floats, Indices]:
    """Return `count` places near random ones of (n, 2), and the indices of those."""
    chosen = rng.integers(len(places), size=count)
    start = places[chosen]
    near = start + width * rng.standard_normal((count, 2))
    reach = np.maximum(PLANE, np.abs(start))
    folded = np.where(np.abs(near) > reach, np.sign(near) * 2 * reach - near, near)  # back from the edge
    return np.clip(folded, -reach, reach), chosen


def _valued(table: Floats, count: int, width: float, rng: np.random.Generator) -> Floats:
    places, targets = table[:, :2], table[:, 2]
    near, chosen = _moved(places, count, width, rng)

    def mean_at(where: Floats) -> Floats:
        exponents = _squares(where, places) / (-2 * width**2)
        weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        return np.asarray(weights @ targets / weights.sum(axis=1))

    values = mean_at(near) + targets[chosen] - mean_at(places[chosen])
    return np.asarray(np.round(np.column_stack([near, values]), DECIMAL_PLACES) + 0.0, dtype=np.float64)


def _squares(some: Floats, others: Floats) -> Floats:
    """Return the squared distances of places (n, 2) from others (m, 2): (n, m)."""
    return np.asarray(((some[:, None, :] - others[None, :, :]) ** 2).sum(axis=2))
