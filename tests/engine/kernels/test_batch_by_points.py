from typing import Any

import pytest

from engine.config import TrainingConfig
from engine.kernels.memory_layout import ACROSS_POINTS
from tests.engine.factories import HEADS, data_for, problem_of
from tests.engine.loop_pair import LoopPair, kernels_loaded  # noqa: F401 - a fixture

LAYOUT = ACROSS_POINTS


@pytest.mark.parametrize("layers", [(), (1,), (3, 2), (8,), (9, 17)])
@pytest.mark.parametrize("batch_size", [1, 7, 8, 16, 30])
def test_all_layer_sizes_and_batch_sizes_match_the_reference(
    layers: tuple[int, ...], batch_size: int
) -> None:
    config = TrainingConfig(hidden_layers=layers, batch_size=batch_size)
    both = LoopPair(config, data_for(config, 30), LAYOUT)
    assert both.run_batches(11) == (True, True)
    both.check()


@pytest.mark.parametrize(("output", "loss"), HEADS)
@pytest.mark.parametrize("classes", [2, 3, 8])
def test_all_outputs_and_losses_match_the_reference(output: str, loss: str, classes: int) -> None:
    settings: dict[str, Any] = {"problem": problem_of(output), "output_activation": output, "loss": loss}
    config = TrainingConfig(classes=classes, huber_delta=0.4, learning_rate=0.1, **settings)
    both = LoopPair(config, data_for(config, 25), LAYOUT)
    assert both.run_batches(10) == (True, True)
    both.check()
