"""Noise of custom points: it moves each point, or in regression its target, by random numbers."""

from collections.abc import Sequence

import numpy as np

MAX_NOISE = 5.0
"""The standard deviation of what is added to a coordinate at 100 %, as in datasets of real data."""

MAX_TARGET_NOISE = 0.5
"""The same for the targets of a regression: about the noise that the dataset `plane` has."""


def with_noise(
    rows: Sequence[tuple[float, ...]], noise: float, rng: np.random.Generator, *, by_class: bool
) -> Sequence[tuple[float, ...]]:
    """Return custom points with noise; without any, the same ones.

    The same numbers are drawn for any noise and only scaled: more noise moves the same points further. What
    is appended does not move the other points.

    Args:
        rows: x1, x2 and target of each point.
        noise: in percent, 0 to 80.
        rng: draws the numbers.
        by_class: the targets are classes, and the points are moved; otherwise the targets.
    """
    if noise == 0:
        return rows
    table = np.array(rows, dtype=np.float64)
    if by_class:
        table[:, :2] += MAX_NOISE * noise / 100 * rng.standard_normal((len(table), 2))
    else:
        table[:, 2] += MAX_TARGET_NOISE * noise / 100 * rng.standard_normal(len(table))
    return list(map(tuple, table.tolist()))
