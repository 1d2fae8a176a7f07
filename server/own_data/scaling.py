"""Scales columns of a table to the plane, and targets of a regression to [-1, 1]."""

import math

import numpy as np

from engine.arrays import Floats
from engine.data.columns import MAX_MAGNITUDE, MIN_FACTOR, DataColumn

REACH = 5.0
"""The scaled minimum and maximum of an input column are at -REACH and REACH, as in most built-in datasets."""

TARGET_REACH = 1.0
"""The same for the targets of a regression."""

_SIGNIFICANT_DIGITS = 4
"""Significant digits of a factor, and of an offset relative to the range, few for people to read."""

DECIMAL_PLACES = 6
"""Decimal places of a scaled value."""


def fit_column(name: str, values: Floats, reach: float) -> DataColumn:
    """Return the scaling that maps the minimum to about -reach and the maximum to about reach.

    If all values are equal, or differ by less than the resolution of floats, they are mapped to 0.
    """
    low, high = float(values.min()), float(values.max())
    span, middle = high - low, low / 2 + high / 2
    factor = 2 * reach / span if span > 0 else math.inf
    if not MIN_FACTOR <= factor <= MAX_MAGNITUDE or span < 1e-12 * max(abs(low), abs(high)):
        return DataColumn(name=name, offset=low, factor=1.0)
    return DataColumn(name=name, offset=_rounded(middle, span), factor=_rounded(factor))


def scale(values: Floats, column: DataColumn) -> Floats:
    """Return the values of a column, scaled."""
    return np.round((values - column.offset) * column.factor, DECIMAL_PLACES) + 0.0  # no -0


def _rounded(number: float, unit: float | None = None) -> float:
    """Return a number with `_SIGNIFICANT_DIGITS` digits, or as many places from a unit's first digit."""
    places = _SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(number) if unit is None else unit))
    return round(number, places) if abs(places) < 300 else number
