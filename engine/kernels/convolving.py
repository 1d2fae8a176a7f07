"""Convolutions in compiled code, of eight points side by side: sums, and gradients by inputs and by weights.

`engine.nn.layer_kinds.convolution` has the same in NumPy. Values are rows of eight points: channel by
channel, row by row. `table` and `row` are the table of a chain and the index of the layer's row in it.

A dense layer is a convolution whose inputs are channels of a single pixel. Four filters, or four channels,
are computed at a time, so that each value is loaded once for them. If fewer than four are left, the last one
is computed several times, and written as often.
"""

from typing import Any

from engine.kernels.chain_fields import (
    ADDS,
    CHANNELS,
    FILTERS,
    HEIGHT,
    MARGIN,
    OUT_HEIGHT,
    OUT_WIDTH,
    PARAMETERS,
    STRIDE,
    WIDTH,
    WINDOW,
)
from engine.kernels.jit import helper
from engine.kernels.simd import fma, reduce_add
from engine.kernels.simd_memory import load, load_splat, splat, store


@helper
def convolve(parameters: Any, table: Any, row: int, values: Any, source: int, target: int) -> None:
    """Write the sums of all filters at all places.

    Args:
        parameters: memory of the layer's weights and biases.
        table: see above.
        row: see above.
        values: memory of all values.
        source: index of the layer's inputs.
        target: index of the sums.
    """
    channels, height, width = table[row + CHANNELS], table[row + HEIGHT], table[row + WIDTH]
    filters, size, stride = table[row + FILTERS], table[row + WINDOW], table[row + STRIDE]
    columns, margin, weights = table[row + OUT_WIDTH], table[row + MARGIN], table[row + PARAMETERS]
    last, step, weight_step = filters - 1, height * width * 8, size * size * filters
    map_step = table[row + OUT_HEIGHT] * columns * 8
    biases = weights + channels * weight_step
    # The longer loop is the inner one: over the channels, or along a row of the window.
    by_row = channels < size
    inner, inner_weight = (8, filters) if by_row else (step, weight_step)
    outer, outer_weight = (step, weight_step) if by_row else (8, filters)
    for y in range(table[row + OUT_HEIGHT]):
        top = y * stride - margin
        first_i, end_i = max(0, -top), min(size, height - top)
        for f in range(0, filters, 4):
            g, h, k = min(f + 1, last), min(f + 2, last), min(f + 3, last)
            for x in range(columns):
                left = x * stride - margin
                first_j, end_j = max(0, -left), min(size, width - left)
                a, b = load_splat(parameters, biases + f), load_splat(parameters, biases + g)
                c, d = load_splat(parameters, biases + h), load_splat(parameters, biases + k)
                corner = source + ((top + first_i) * width + left + first_j) * 8
                first = weights + (first_i * size + first_j) * filters
                outers = channels if by_row else end_j - first_j
                inners = end_j - first_j if by_row else channels
                for _ in range(first_i, end_i):
                    for number in range(outers):
                        place, weight = corner + number * outer, first + number * outer_weight
                        for _ in range(inners):
                            v = load(values, place)
                            a = fma(load_splat(parameters, weight + f), v, a)
                            b = fma(load_splat(parameters, weight + g), v, b)
                            c = fma(load_splat(parameters, weight + h), v, c)
                            d = fma(load_splat(parameters, weight + k), v, d)
                            place += inner
                            weight += inner_weight
                    corner += width * 8
                    first += size * filters
                place = target + (y * columns + x) * 8
                store(values, place + f * map_step, a)
                store(values, place + g * map_step, b)
                store(values, place + h * map_step, c)
                store(values, place + k * map_step, d)


@helper
def _first_place(behind: int, stride: int) -> int:
    """Return the first place whose pixel, `stride` from the next one, is not `behind` pixels before 0."""
    return max(0, (behind + stride - 1) // stride)


@helper
def propagate_windows(workspace: Any, table: Any, row: int, gradients: int, target: int) -> None:
    """Write the gradient by the inputs, for that by the sums; or add it to what is there if `ADDS` is set."""
    channels, height, width = table[row + CHANNELS], table[row + HEIGHT], table[row + WIDTH]
    filters, size, stride = table[row + FILTERS], table[row + WINDOW], table[row + STRIDE]
    rows, columns, margin = table[row + OUT_HEIGHT], table[row + OUT_WIDTH], table[row + MARGIN]
    last, step, weight_step = channels - 1, height * width * 8, size * size * filters
    map_step, adds = rows * columns * 8, table[row + ADDS]
    for y in range(height):
        first_o = _first_place(y + margin - size + 1, stride)
        end_o = min(rows, (y + margin) // stride + 1)
        for channel in range(0, channels, 4):
            second, third = min(channel + 1, last), min(channel + 2, last)
            fourth = min(channel + 3, last)
            for x in range(width):
                first_p = _first_place(x + margin - size + 1, stride)
                end_p = min(columns, (x + margin) // stride + 1)
                place = target + (y * width + x) * 8
                a = splat(workspace, 0.0)
                b, c, d = a, a, a
                if adds:
                    a = load(workspace, place + channel * step)
                    b = load(workspace, place + second * step)
                    c = load(workspace, place + third * step)
                    d = load(workspace, place + fourth * step)
                for o in range(first_o, end_o):
                    for p in range(first_p, end_p):
                        at = gradients + (o * columns + p) * 8
                        tap = table[row + PARAMETERS]
                        tap += ((y + margin - o * stride) * size + x + margin - p * stride) * filters
                        u, v = tap + channel * weight_step, tap + second * weight_step
                        w, z = tap + third * weight_step, tap + fourth * weight_step
                        for f in range(filters):
                            slope = load(workspace, at)
                            a = fma(load_splat(workspace, u + f), slope, a)
                            b = fma(load_splat(workspace, v + f), slope, b)
                            c = fma(load_splat(workspace, w + f), slope, c)
                            d = fma(load_splat(workspace, z + f), slope, d)
                            at += map_step
                store(workspace, place + channel * step, a)
                store(workspace, place + second * step, b)
                store(workspace, place + third * step, c)
                store(workspace, place + fourth * step, d)


@helper
def add_weight_gradient(
    workspace: Any, table: Any, row: int, source: int, source_step: int, gradients: int, blocks: int,
    result: int,
) -> None:  # fmt: skip
    """Add the gradient by weights and biases of a convolution to what is at `result`.

    `source` is the index of the layer's inputs for the first of `blocks` blocks of eight points; those of the
    next are `source_step` floats behind them. `gradients` is that of the gradient by the sums.
    """
    filters, positions = table[row + FILTERS], table[row + OUT_HEIGHT] * table[row + OUT_WIDTH]
    # So many blocks together that the gradients by four filters stay in the processor's nearest cache.
    together, step = max(1, 64 // positions), filters * positions * 8
    for block in range(0, blocks, together):
        end = min(blocks, block + together)
        for f in range(0, filters, 4):
            _add_four(workspace, table, row, source, source_step, gradients, step, block, end, f, result)
    weight = result + table[row + CHANNELS] * table[row + WINDOW] * table[row + WINDOW] * filters
    for f in range(filters):
        total = splat(workspace, 0.0)
        for block in range(blocks):
            first = gradients + block * step + f * positions * 8
            for at in range(first, first + positions * 8, 8):
                total = total + load(workspace, at)
        workspace[weight + f] += reduce_add(total)


@helper
def _add_four(
    workspace: Any, table: Any, row: int, source: int, source_step: int, gradients: int, gradient_step: int,
    block: int, end: int, f: int, result: int,
) -> None:  # fmt: skip
    """Add the gradient by the weights of four filters, `f` the first, for some blocks."""
    channels, height, width = table[row + CHANNELS], table[row + HEIGHT], table[row + WIDTH]
    filters, size, stride = table[row + FILTERS], table[row + WINDOW], table[row + STRIDE]
    rows, columns, margin = table[row + OUT_HEIGHT], table[row + OUT_WIDTH], table[row + MARGIN]
    last, map_step = filters - 1, rows * columns * 8
    second, third = (min(f + 1, last) - f) * map_step, (min(f + 2, last) - f) * map_step
    fourth = (min(f + 3, last) - f) * map_step
    for i in range(size):
        first_o = _first_place(margin - i, stride)
        end_o = min(rows, (height - 1 + margin - i) // stride + 1)
        for j in range(size):
            first_p = _first_place(margin - j, stride)
            end_p = min(columns, (width - 1 + margin - j) // stride + 1)
            for channel in range(channels):
                a = splat(workspace, 0.0)
                b, c, d = a, a, a
                corner = source + (channel * height * width + first_p * stride + j - margin) * 8
                for each in range(block, end):
                    for o in range(first_o, end_o):
                        place = corner + each * source_step + (o * stride + i - margin) * width * 8
                        at = gradients + each * gradient_step + f * map_step + (o * columns + first_p) * 8
                        for _ in range(first_p, end_p):
                            v = load(workspace, place)
                            a = fma(load(workspace, at), v, a)
                            b = fma(load(workspace, at + second), v, b)
                            c = fma(load(workspace, at + third), v, c)
                            d = fma(load(workspace, at + fourth), v, d)
                            place += stride * 8
                            at += 8
                weight = result + ((channel * size + i) * size + j) * filters + f
                workspace[weight] += reduce_add(a)
                if f + 1 < filters:
                    workspace[weight + 1] += reduce_add(b)
                if f + 2 < filters:
                    workspace[weight + 2] += reduce_add(c)
                if f + 3 < filters:
                    workspace[weight + 3] += reduce_add(d)
