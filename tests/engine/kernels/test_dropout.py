import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels.memory_layout import ACROSS_NEURONS, ACROSS_POINTS
from tests.engine.factories import random_dataset
from tests.engine.loop_pair import LoopPair, kernels_loaded  # noqa: F401 - a fixture


@pytest.mark.parametrize("layout", [ACROSS_POINTS, ACROSS_NEURONS])
@pytest.mark.parametrize("dropout", [(0.2, 0.0, 0.5), (0.9, 0.9, 0.9), (0.0, 0.5, 0.0)])
def test_both_engines_drop_the_same_neurons(dropout: tuple[float, ...], layout: int) -> None:
    config = TrainingConfig(hidden_layers=(5, 9, 2), dropout=dropout, batch_size=7, weights_seed=5)
    both = LoopPair(config, random_dataset(), layout)
    for count in (2, 9, 1):
        assert both.run_batches(count) == (True, True)
        both.check()
    without = LoopPair(config.changed({"dropout": ()}), random_dataset(), layout)
    without.run_batches(12)
    assert np.abs(without.state.parameters - both.state.parameters).max() > 1e-4
