"""The compiled evaluation, and the entry that measures a network with it."""

from typing import Any

from numba import types

from engine.kernels import evaluation
from engine.kernels.jit import entry, native
from engine.kernels.simd_memory import pointer

evaluate = native(evaluation.SIGNATURE)(evaluation.evaluate)
"""`measure` and `train.train_and_evaluate` call it by its address, so that it is compiled once."""

_floats, _ints = types.float64[::1], types.int64[::1]


@entry(
    types.void(
        *(types.int64, _floats, _ints, _ints, types.int64, types.float64, types.float64),
        *(_floats, _floats, types.int64, types.int64, _floats, _floats),
    )
)
def measure(
    address: int, parameters: Any, shape: Any, codes: Any, head: int, huber: float, threshold: float,
    inputs: Any, targets: Any, points: int, split: int, scratch: Any, result: Any,
) -> None:  # fmt: skip
    """Write training loss, test loss, training accuracy and test accuracy to `result` (4,).

    The arguments are the address of `evaluate`, then those of `evaluation.evaluate`, as flat arrays.
    """
    evaluation.call_evaluate(
        address,
        (
            pointer(parameters), pointer(shape), pointer(codes), len(codes), head, huber, threshold,
            pointer(inputs), pointer(targets), points, split, pointer(scratch), pointer(result), 0,
        ),
    )  # fmt: skip
