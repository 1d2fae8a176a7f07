"""Max and average pooling in compiled code, of eight points side by side.

`engine.nn.layer_kinds.pooling` has the same in NumPy. Values are rows of eight points: channel by channel,
row by row. `table` and `row` are the table of a chain and the index of the layer's row in it.
"""

import math
from typing import Any

from engine.kernels.chain_fields import (
    ADDS,
    CHANNELS,
    HEIGHT,
    KIND,
    OUT_HEIGHT,
    OUT_WIDTH,
    STRIDE,
    WIDTH,
    WINDOW,
)
from engine.kernels.codes import MAX_POOL
from engine.kernels.jit import helper
from engine.kernels.simd import select_eq, select_lt, select_nan
from engine.kernels.simd_memory import load, splat, store


@helper
def pool(table: Any, row: int, values: Any, source: int, target: int, tape: int) -> None:
    """Write the largest or the mean value of each window.

    `values` is the memory of all values, `source` the index of those that the layer gets, `target` that of
    its results. `tape` is the index for the number of the largest value in each window; negative: it is not
    needed.
    """
    height, width, size = table[row + HEIGHT], table[row + WIDTH], table[row + WINDOW]
    stride, largest = table[row + STRIDE], table[row + KIND] == MAX_POOL
    scale, at = 1.0 / (size * size), 0
    for channel in range(table[row + CHANNELS]):
        for y in range(table[row + OUT_HEIGHT]):
            for x in range(table[row + OUT_WIDTH]):
                corner = source + ((channel * height + y * stride) * width + x * stride) * 8
                best = load(values, corner)
                if largest:
                    # As in NumPy, nan counts as the maximum, and of equal values the first.
                    key, number, count = select_nan(best, math.inf), splat(values, 0.0), 0.0
                    for i in range(size):
                        for j in range(size):
                            value = load(values, corner + (i * width + j) * 8)
                            compared = select_nan(value, math.inf)
                            best = select_lt(key, compared, value, best)
                            number = select_lt(key, compared, splat(values, count), number)
                            key = select_lt(key, compared, compared, key)
                            count += 1.0
                    if tape >= 0:
                        store(values, tape + at, number)
                else:
                    best = splat(values, 0.0)
                    for i in range(size):
                        for j in range(size):
                            best = best + load(values, corner + (i * width + j) * 8)
                    best = best * scale
                store(values, target + at, best)
                at += 8


@helper
def unpool(workspace: Any, table: Any, row: int, gradients: int, target: int, tape: int) -> None:
    """Write the gradient by what the layer gets; or add it to what is there if `ADDS` is set."""
    height, width, size = table[row + HEIGHT], table[row + WIDTH], table[row + WINDOW]
    stride, largest, channels = table[row + STRIDE], table[row + KIND] == MAX_POOL, table[row + CHANNELS]
    scale, at = 1.0 / (size * size), 0
    if not table[row + ADDS]:
        for place in range(target, target + channels * height * width * 8, 8):
            store(workspace, place, splat(workspace, 0.0))
    for channel in range(channels):
        for y in range(table[row + OUT_HEIGHT]):
            for x in range(table[row + OUT_WIDTH]):
                corner = target + ((channel * height + y * stride) * width + x * stride) * 8
                slope, number, count = load(workspace, gradients + at), splat(workspace, 0.0), 0.0
                if largest:
                    number = load(workspace, tape + at)
                else:
                    slope = slope * scale
                for i in range(size):
                    for j in range(size):
                        place = corner + (i * width + j) * 8
                        part = select_eq(number, count, slope, 0.0)
                        store(workspace, place, load(workspace, place) + part)
                        count += 1.0 if largest else 0.0
                at += 8
