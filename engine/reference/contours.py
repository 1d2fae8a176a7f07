"""Contours: where, between the cells of a grid, a node's sum changes its sign or another class wins.

They are found on the sums before the activation and with all their digits, so that they are as straight as
the functions are: quantized or saturated values would make steps of a straight cut.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloats

EDGE_PARTS = 32
"""Into how many parts the way from one cell to the next is divided."""

MAX_RESOLUTION = 181
"""The largest grid whose places fit into 16 bits."""


class Contour(NamedTuple):
    """The crossings of a contour with the lines from each cell's centre to its right and lower neighbours."""

    steps: NDArray[np.uint16]
    """(crossings,): the place of each as the difference to the one before; the first as it is. The place is
    twice the index of the cell, row by row from the top, and 1 more on the way to the lower neighbour."""
    parts: NDArray[np.uint8]
    """(crossings,): how far each is from the cell to its neighbour, 0 to `EDGE_PARTS` - 1."""


NO_CONTOUR = Contour(np.empty(0, np.uint16), np.empty(0, np.uint8))


def trace(sums: AnyFloats, sides: NDArray[np.int64]) -> Contour:
    """Return the contour that parts the cells with different sides: (resolution, resolution).

    `sums` is (1, resolution, resolution) if the sign decides about the sides, which are 1 for positive sums
    and 0 for all others; else (classes, resolution, resolution), and the sides are classes.
    """
    size = sides.shape[0]
    flat, side = sums.reshape(len(sums), -1), sides.ravel()
    right, below = sides[:, 1:] != sides[:, :-1], sides[1:] != sides[:-1]
    across = np.flatnonzero(np.pad(right, ((0, 0), (0, 1))))
    down = np.flatnonzero(below)
    places = np.concatenate([2 * across, 2 * down + 1])
    order = np.argsort(places)
    here = np.concatenate([across, down])[order]
    there = np.concatenate([across + 1, down + size])[order]
    places = places[order]
    with np.errstate(all="ignore"):
        if len(flat) == 1:
            near, far = np.abs(flat[0, here]), np.abs(flat[0, there])
        else:
            near = flat[side[here], here] - flat[side[there], here]
            far = flat[side[there], there] - flat[side[here], there]
        position = near / (near + far) * EDGE_PARTS
    middle = np.where(np.isnan(position), EDGE_PARTS // 2, position)
    parts = np.clip(middle, 0, EDGE_PARTS - 1).astype(np.uint8)
    return Contour(np.diff(places, prepend=0).astype(np.uint16), parts)
