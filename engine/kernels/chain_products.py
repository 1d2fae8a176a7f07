"""Products of rows of points with the weights of chains: additions to sums, and gradients by the inputs.

See `inference.affine` for the sums of dense layers, and `batch_by_points` for gradients by weights.
"""

from typing import Any

from engine.kernels.jit import helper
from engine.kernels.simd import fma
from engine.kernels.simd_memory import lanes, load, load_splat, store


@helper
def add_rows(memory: Any, source: int, target: int, rows: int, step: int, points: int) -> None:
    """Add rows of points, `step` floats apart, to others of the same memory."""
    for row in range(rows):
        for at in range(row * step, row * step + points, lanes(memory)):
            store(memory, target + at, load(memory, target + at) + load(memory, source + at))


@helper
def copy_rows(memory: Any, source: int, target: int, rows: int, step: int, points: int) -> None:
    """Copy rows of points, `step` floats apart, within one memory."""
    for row in range(rows):
        for at in range(row * step, row * step + points, lanes(memory)):
            store(memory, target + at, load(memory, source + at))


@helper
def add_product(
    parameters: Any, weights: int, inputs: int, neurons: int,
    memory: Any, source: int, target: int, step: int, points: int,
) -> None:  # fmt: skip
    """Add the products of rows of inputs with weights (inputs, neurons) to rows of neurons.

    Args:
        parameters: memory of the weights.
        weights: index of the weights.
        inputs: number of rows of inputs.
        neurons: number of rows of neurons.
        memory: memory of both, in the precision of the weights.
        source: index of the inputs.
        target: index of the neurons' values.
        step: floats from one row to the next.
        points: number of points, a multiple of the lanes of a vector.
    """
    for j in range(neurons):
        for at in range(0, points, lanes(memory)):
            total = load(memory, target + j * step + at)
            for i in range(inputs):
                weight = load_splat(parameters, weights + i * neurons + j)
                total = fma(weight, load(memory, source + i * step + at), total)
            store(memory, target + j * step + at, total)


@helper
def propagate(
    workspace: Any, weights: int, inputs: int, neurons: int, slopes: int, target: int, step: int, adds: int
) -> None:
    """Write the gradient by the inputs of a product, or add it to what is there if `adds`.

    `slopes` is the index of the gradient by the sums, (neurons, `step`), `target` that of the gradient by the
    inputs, (inputs, `step`).
    """
    for i in range(inputs):
        row = weights + i * neurons
        for at in range(0, step, 8):
            place = target + i * step + at
            slope = load(workspace, slopes + at) * load_splat(workspace, row)
            for j in range(1, neurons):
                weight = load_splat(workspace, row + j)
                slope = fma(load(workspace, slopes + j * step + at), weight, slope)
            if adds:
                slope = slope + load(workspace, place)
            store(workspace, place, slope)
