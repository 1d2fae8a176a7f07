"""The gradient by the weights of products, for blocks of eight points: dense layers of networks of images.

The rows of eight points are transposed first, so that a vector has eight neurons at one point: then no sums
over the lanes of a vector are needed, of which there would be one for each weight.
"""

from typing import Any

from engine.kernels.jit import helper
from engine.kernels.simd import fma, reduce_add
from engine.kernels.simd_memory import load, load_splat, splat, store, transpose


@helper
def _add(workspace: Any, at: int, count: int, values: Any, scratch: int) -> None:
    """Add the first `count` lanes of a vector to what is at an index."""
    if count >= 8:
        store(workspace, at, load(workspace, at) + values)
    else:
        store(workspace, scratch, values)
        for lane in range(count):
            workspace[at + lane] += workspace[scratch + lane]


@helper
def add_outer_products(
    workspace: Any, source: int, source_step: int, inputs: int, gradients: int, neurons: int, blocks: int,
    scratch: int, result: int,
) -> None:  # fmt: skip
    """Add the gradient by weights (inputs, neurons) to what is at `result`.

    Args:
        workspace: the workspace of the training.
        source: index of the inputs.
        source_step: floats from the inputs of a block of eight points to those of the next.
        inputs: number of inputs.
        gradients: index of the gradient by the products, block by block.
        neurons: number of products.
        blocks: number of blocks.
        scratch: index of 8 floats for each point and each neuron, these padded to whole vectors, and 8 more.
        result: index of the gradient.
    """
    width, last = (neurons + 7) // 8 * 8, inputs - 1
    spare = scratch + blocks * 8 * width
    for block in range(blocks):
        for j in range(0, neurons, 8):
            transpose(
                workspace, gradients + (block * neurons + j) * 8, 8, scratch + block * 8 * width + j, width
            )
    for j in range(0, neurons, 8):
        for i in range(0, inputs, 4):
            second, third = (min(i + 1, last) - i) * 8, (min(i + 2, last) - i) * 8
            fourth = (min(i + 3, last) - i) * 8
            a = splat(workspace, 0.0)
            b, c, d = a, a, a
            at = scratch + j
            for block in range(blocks):
                place = source + block * source_step + i * 8
                for lane in range(place, place + 8):
                    slopes = load(workspace, at)
                    a = fma(load_splat(workspace, lane), slopes, a)
                    b = fma(load_splat(workspace, lane + second), slopes, b)
                    c = fma(load_splat(workspace, lane + third), slopes, c)
                    d = fma(load_splat(workspace, lane + fourth), slopes, d)
                    at += width
            weight, count = result + i * neurons + j, neurons - j
            _add(workspace, weight, count, a, spare)
            if i + 1 < inputs:
                _add(workspace, weight + neurons, count, b, spare)
            if i + 2 < inputs:
                _add(workspace, weight + 2 * neurons, count, c, spare)
            if i + 3 < inputs:
                _add(workspace, weight + 3 * neurons, count, d, spare)


@helper
def add_sums(workspace: Any, gradients: int, neurons: int, blocks: int, result: int) -> None:
    """Add the gradient by biases to what is at `result`; see `add_outer_products`."""
    for j in range(neurons):
        total = splat(workspace, 0.0)
        for block in range(blocks):
            total = total + load(workspace, gradients + (block * neurons + j) * 8)
        workspace[result + j] += reduce_add(total)
