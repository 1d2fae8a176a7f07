import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels import run_metrics
from engine.training.build import build_network
from tests.engine.loop_pair import kernels_loaded  # noqa: F401 - a fixture


@pytest.mark.parametrize("points", [1, 8, 33, 1023, 1024, 1025, 3000])
@pytest.mark.parametrize("layers", [(), (1,), (2, 3), (64, 5)])
def test_outputs_match_the_reference_for_any_number_of_points_and_layer_sizes(
    points: int, layers: tuple[int, ...]
) -> None:
    config = TrainingConfig(problem="regression", hidden_layers=layers)
    network = build_network(config, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    inputs, targets = rng.normal(size=(points, 2)), rng.normal(size=(points, 1))
    loss, _, *_ = run_metrics.measure(network, config, inputs, targets, points)
    expected = 0.5 * ((network.forward(inputs) - targets) ** 2).mean()
    assert loss == pytest.approx(expected, rel=1e-12)
