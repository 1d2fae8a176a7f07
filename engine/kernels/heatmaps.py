"""The compiled entry that draws heat maps in 32-bit floats. `heatmaps_double` compiles `paint` too."""

from typing import Any

from numba import types

from engine.kernels.codes import ALL
from engine.kernels.drawing import draw
from engine.kernels.jit import entry
from engine.kernels.simd_memory import pointer


def paint(
    parameters_: Any, shape_: Any, codes_: Any, probability: bool, several: bool, widest: int,
    preview_inputs: Any, preview_points: int, preview_levels: Any,
    detail_inputs: Any, detail_points: int, detail_levels: Any,
    depth: int, neuron: int, what: int, scratch_: Any, values_: Any,
) -> float:  # fmt: skip
    """Draw the previews of all neurons, then the detail of one; return the scale of the detail.

    The arguments are those of `drawing.draw`, as flat arrays. Either number of points may be 0, which leaves
    that part out.
    """
    parameters, shape, codes, layers = pointer(parameters_), pointer(shape_), pointer(codes_), len(codes_)
    scratch, values = pointer(scratch_), pointer(values_)
    scale = 1.0
    for part in range(2):
        preview = part == 0
        points = preview_points if preview else detail_points
        if points > 0:
            scale = draw(
                parameters, shape, codes, layers, probability, several, widest,
                pointer(preview_inputs) if preview else pointer(detail_inputs), points,
                layers if preview else depth, 0 if preview else neuron, ALL if preview else what,
                scratch, values, pointer(preview_levels) if preview else pointer(detail_levels),
            )  # fmt: skip
    return scale


def signature(number: Any) -> Any:
    """Return the signature of `paint` for a type of floats."""
    floats, ints = number[::1], types.int64[::1]
    grid = (types.Array(number, 1, "C", readonly=True), types.int64, types.uint8[::1])
    return types.float64(
        floats, ints, ints, types.boolean, types.boolean, types.int64, *grid, *grid, *[types.int64] * 3,
        floats, floats,
    )  # fmt: skip


paint_floats = entry(signature(types.float32))(paint)
