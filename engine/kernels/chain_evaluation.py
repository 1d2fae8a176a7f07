"""Losses and accuracies of a chain of layers of any kinds: `evaluation` for networks that are not dense."""

from typing import Any

from engine.kernels.chain_fields import CODE, COLUMNS, INPUTS, NEURONS, OUTPUTS_PLACE, VALUES
from engine.kernels.chain_inference import infer
from engine.kernels.chain_products import copy_rows
from engine.kernels.codes import SOFTMAX
from engine.kernels.evaluation import add_band, divide_by_counts, load_band
from engine.kernels.inference import apply_to_rows, softmax
from engine.kernels.memory_layout import BAND


def evaluate(
    parameters: Any, table: Any, _codes: Any, layers: int, head: int, huber: float, threshold: float,
    inputs: Any, targets: Any, points: int, split: int, scratch: Any, result: Any, at: int,
) -> None:  # fmt: skip
    """Write training loss, test loss, training accuracy and test accuracy. `chains` compiles it.

    The arguments are those of `evaluation.evaluate`, with the flat vector of parameters and buffers, and with
    `chain_layout.evaluation_table` in place of the shape.
    """
    last = (layers - 1) * COLUMNS
    first_sum, first_output, classes = (
        table[last + VALUES],
        table[last + OUTPUTS_PLACE],
        table[last + NEURONS],
    )
    for i in range(4):
        result[at + i] = 0.0
    for start in range(0, points, BAND):
        here = min(BAND, points - start)
        end = (here + 7) // 8 * 8
        load_band(inputs, table[INPUTS], start, here, scratch)
        for number in range(layers):
            infer(parameters, table, number * COLUMNS, scratch, end)
        copy_rows(scratch, first_sum, first_output, classes, BAND, end)
        if head == SOFTMAX:
            softmax(scratch, first_output, classes, BAND, end)
        else:
            apply_to_rows(table[last + CODE], scratch, first_output, classes, BAND, end)
        add_band(
            head, huber, threshold, scratch, first_sum, first_output, targets, classes, start, here, split,
            result, at,
        )  # fmt: skip
    divide_by_counts(result, at, points, split)
