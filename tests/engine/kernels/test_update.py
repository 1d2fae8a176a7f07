from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels.memory_layout import ACROSS_NEURONS, ACROSS_POINTS
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from tests.engine.factories import random_dataset
from tests.engine.loop_pair import LoopPair, kernels_loaded  # noqa: F401 - a fixture

LAYOUTS = (ACROSS_POINTS, ACROSS_NEURONS)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("clip", [0.0, 0.05])
@pytest.mark.parametrize("regularization", REGULARIZERS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_with_every_penalty_matches_the_reference(
    optimizer: str, regularization: str, clip: float, layout: int
) -> None:
    settings: dict[str, Any] = {"optimizer": optimizer, "regularization": regularization}
    config = TrainingConfig(
        regularization_rate=0.1, gradient_clip=clip, epsilon=1e-3, weight_decay=0.2, momentum=0.7, **settings
    )
    both = LoopPair(config, random_dataset(), layout)
    for count in (1, 5, 7):
        assert both.run_batches(count) == (True, True)
        both.check()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_weights_are_pruned_and_stay_pruned(layout: int) -> None:
    config = TrainingConfig(regularization="l1", regularization_rate=1.0, learning_rate=0.05)
    both = LoopPair(config, random_dataset(), layout)
    both.run_batches(40)
    both.check()
    assert both.state.pruned.sum() > 3
    assert (both.state.parameters[both.state.pruned] == 0).all()
    both.expected.pruned[:] = both.state.pruned[:] = True
    both.run_batches(3)
    both.check()
    weights = both.network.weights_mask()
    assert (both.state.parameters[weights] == 0).all()
    assert np.abs(both.state.parameters[~weights]).max() == 0
