"""Contours of heat maps in compiled code.

`engine.reference.contours` has the same in NumPy, and defines the numbers.
"""

from typing import Any

from engine.kernels.codes import SINE
from engine.kernels.jit import helper
from engine.kernels.simd import absolute, reduce_max, select_lt
from engine.kernels.simd_memory import lanes, load, splat, store

EDGE_PARTS = 32
"""As in `engine.reference.contours`."""


@helper
def copy_row(values: Any, first: int, result: Any, target: int, count: int) -> None:
    """Copy `count` values, a multiple of the lanes of a vector."""
    for at in range(0, count, lanes(values)):
        store(result, target + at, load(values, first + at))


@helper
def lead(
    values: Any, first: int, rows: int, step: int, row: int, result: Any, target: int, count: int
) -> None:
    """Write by how much a row exceeds the largest of the others, which begin `step` floats apart."""
    for at in range(first, first + count, lanes(values)):
        largest = load(values, at + (1 if row == 0 else 0) * step)
        for j in range(rows):
            if j != row:
                z = load(values, at + j * step)
                largest = select_lt(largest, z, z, largest)
        store(result, target + at - first, load(values, at + row * step) - largest)


@helper
def cuts_at_sum(code: int) -> int:
    """Return whether an activation parts the plane where its sum is 0; a sine has more zeros."""
    return code != SINE


@helper
def sides_of_sign(sums: Any, sides: Any, points: int) -> None:
    """Write 1 where a sum is positive, else 0."""
    for at in range(0, points, lanes(sums)):
        store(sides, at, select_lt(splat(sums, 0.0), load(sums, at), splat(sums, 1.0), splat(sums, 0.0)))


@helper
def trace(
    sums: Any, rows: int, step: int, sides: Any, points: int, size: int, steps: Any, parts: Any
) -> None:
    """Write the crossings of a contour.

    Args:
        sums: rows of sums at the cells, `step` floats apart.
        rows: number of rows; 1 if the sign decides about the sides.
        step: floats from one row to the next.
        sides: the sides of the cells, with memory for `size` and the lanes of a vector more.
        points: number of cells with those that only fill vectors.
        size: cells on a side of the grid.
        steps: as in `Contour`, after the number of crossings.
        parts: as in `Contour`.
    """
    cells, lane = size * size, lanes(sums)
    for at in range(points, points + size + lane):
        sides[at] = 0.0
    count, last = 0, 0
    for start in range(0, points, lane):
        here = load(sides, start)
        changed = absolute(here - load(sides, start + 1)) + absolute(here - load(sides, start + size))
        if reduce_max(changed) == 0.0:
            continue
        for cell in range(start, min(start + lane, cells)):
            for direction in range(2):
                other = cell + (size if direction == 1 else 1)
                inside = other < cells if direction == 1 else (cell + 1) % size != 0
                if not inside or sides[cell] == sides[other]:
                    continue
                near, far = abs(sums[cell]), abs(sums[other])
                if rows > 1:
                    one, two = int(sides[cell]) * step, int(sides[other]) * step
                    near = sums[one + cell] - sums[two + cell]
                    far = sums[two + other] - sums[one + other]
                position = near / (near + far) * EDGE_PARTS
                part = EDGE_PARTS // 2
                if position >= 0.0:
                    part = int(min(position, EDGE_PARTS - 1.0))
                elif position < 0.0:
                    part = 0
                place = 2 * cell + direction
                count += 1
                steps[count] = place - last
                parts[count - 1] = part
                last = place
    steps[0] = count
