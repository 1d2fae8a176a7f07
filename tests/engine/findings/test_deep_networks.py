"""Deep networks of sigmoid layers: normalization and residual connections against vanishing gradients.

Ten seeds each. The comments have the figures of a separate experiment in NumPy, by other people.
"""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.nn.heads import head
from engine.training.trainer import Trainer
from tests.engine.findings.runs import by_chance, runs, solved

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("compiled")]

SEVEN = ("x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2")
SIX: dict[str, Any] = {"activation": "sigmoid", "hidden_layers": (8,) * 6}
TWELVE: dict[str, Any] = {"activation": "sigmoid", "hidden_layers": (8,) * 12}
SPIRAL: dict[str, Any] = {"dataset": "spiral", "features": SEVEN, "seeds": 10, "epochs": 600}


def test_six_plain_layers_do_not_learn_the_circle() -> None:
    # 0, with rates from 0.03 to 0.3
    for rate in (0.03, 0.1, 0.3):
        assert solved(runs(seeds=10, epochs=300, learning_rate=rate, **SIX)) == 0


def test_six_layers_with_batch_normalization_learn_the_circle() -> None:
    # 9 of 10
    results = runs(seeds=10, epochs=300, learning_rate=0.1, normalization=("batch_norm_before",) * 6, **SIX)
    assert by_chance(solved(results), 10, 9, 10) > 1e-4


def test_six_layers_with_a_residual_connection_around_each_learn_the_circle() -> None:
    # 10 of 10
    assert solved(runs(seeds=10, epochs=300, learning_rate=0.1, residual=(1,) * 6, **SIX)) == 10


def gradient_of_the_first_layer(**settings: Any) -> float:
    """Return the median size of the gradient by a first weight, over some initial networks."""
    sizes = []
    for seed in range(5):
        trainer = Trainer(TrainingConfig(weights_seed=seed, **(SIX | settings)))
        network, arrays = trainer.network, trainer.arrays
        forward = network.propagate(arrays.train_inputs)
        gradient = network.backward(forward, arrays.train_targets, head("tanh", "squared_error", 0.3))
        sizes.append(np.abs(network.layer_views(gradient)[0].weights).mean())
    return float(np.median(sizes))


def test_residual_connections_and_normalization_bring_the_gradient_to_the_first_layer() -> None:
    plain = gradient_of_the_first_layer()
    assert gradient_of_the_first_layer(residual=(1,) * 6) > 100 * plain
    assert gradient_of_the_first_layer(normalization=("layer_norm_before",) * 6) > 10 * plain


def test_twelve_plain_layers_do_not_learn_the_circle() -> None:
    # 0, with Xavier's weights
    for rate in (0.03, 0.1):
        results = runs(seeds=10, epochs=300, learning_rate=rate, initializer="xavier_normal", **TWELVE)
        assert solved(results) == 0


def test_twelve_layers_with_batch_normalization_learn_the_circle() -> None:
    # 10 of 10; here 5 to 7
    norms = ("batch_norm_before",) * 12
    results = runs(seeds=10, epochs=300, learning_rate=0.1, normalization=norms, **TWELVE)
    assert by_chance(solved(results), 10, 10, 10) > 1e-4


def test_twelve_layers_in_residual_blocks_of_two_learn_the_circle() -> None:
    # 10 of 10 at the rate 0.3; here 9 of 10 at 0.1, and 2 to 4 at 0.3
    results = runs(seeds=10, epochs=1000, learning_rate=0.1, residual=(0, 2) * 6, **TWELVE)
    assert by_chance(solved(results), 10, 10, 10) > 1e-2


def test_six_plain_layers_do_not_learn_the_spiral_with_seven_inputs() -> None:
    # 0
    assert solved(runs(learning_rate=0.1, **SPIRAL, **SIX)) == 0


def test_six_layers_with_batch_normalization_learn_the_spiral_with_seven_inputs() -> None:
    # 7 of 10; here 6 to 8
    norms = ("batch_norm_before",) * 6
    results = runs(learning_rate=0.1, batch_size=30, normalization=norms, **SPIRAL, **SIX)
    assert by_chance(solved(results), 10, 7, 10) > 1e-2


def test_six_layers_with_a_residual_connection_around_each_learn_the_spiral_with_seven_inputs() -> None:
    # 8 of 10; here 7
    results = runs(learning_rate=0.03, residual=(1,) * 6, **SPIRAL, **SIX)
    assert by_chance(solved(results), 10, 8, 10) > 1e-2
