import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels.memory_layout import ACROSS_NEURONS, ACROSS_POINTS
from engine.nn.activations import ACTIVATIONS
from tests.engine.factories import random_dataset
from tests.engine.loop_pair import LoopPair, kernels_loaded  # noqa: F401 - a fixture


@pytest.mark.parametrize("layout", [ACROSS_POINTS, ACROSS_NEURONS])
@pytest.mark.parametrize("size", [0.1, 3.0, 1e3, 1e6])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_and_derivatives_match_the_reference(name: str, size: float, layout: int) -> None:
    config = TrainingConfig(problem="regression", activation=name, hidden_layers=(9,), learning_rate=1e-5)
    both = LoopPair(config, random_dataset(problem="regression"), layout)
    both.expected.parameters[:] = np.random.default_rng(0).normal(size=both.expected.parameters.size)
    # The first layer's pre-activations are of that size; later layers stay moderate.
    first = both.network.layers[0]
    first.weights[:] *= size
    first.biases[:] *= size
    both.network.layers[1].weights[:] /= max(1.0, size)
    both.state.parameters[:] = both.expected.parameters
    # A large sine goes round so often that the last bits of its sum decide.
    tolerance = 1e-9 * max(1.0, size / 1e3) if name == "sine" else 1e-9
    assert both.run_batches(3) == (True, True)
    both.check(tolerance)
