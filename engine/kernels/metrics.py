"""The compiled entry that measures a network."""

from typing import Any

from numba import types

from engine.kernels.evaluation import evaluate
from engine.kernels.jit import entry
from engine.kernels.simd_memory import pointer

_floats, _ints = types.float64[::1], types.int64[::1]


@entry(
    types.void(
        *(_floats, _ints, _ints, types.int64, types.float64, types.float64),
        *(_floats, _floats, types.int64, types.int64, _floats, _floats),
    )
)
def measure(
    parameters: Any, shape: Any, codes: Any, head: int, huber: float, threshold: float,
    inputs: Any, targets: Any, points: int, split: int, scratch: Any, result: Any,
) -> None:  # fmt: skip
    """Write training loss, test loss, training accuracy and test accuracy to `result` (4,).

    The arguments are those of `evaluation.evaluate`, as flat arrays.
    """
    evaluate(
        pointer(parameters), pointer(shape), pointer(codes), len(codes), head, huber, threshold,
        pointer(inputs), pointer(targets), points, split, pointer(scratch), pointer(result), 0,
    )  # fmt: skip
