from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.activations import ACTIVATIONS
from engine.config import TrainingConfig
from engine.descent import Course, descend
from engine.losses import LOSSES
from engine.network import Network
from engine.optimizers import OPTIMIZERS
from engine.regularizers import REGULARIZERS
from engine.trainer import Trainer
from tests.engine.making import configs, rows_of, slope, some_data
from tests.engine.plain import PlainNetwork


def course(inputs: Any, targets: Any, **settings: Any) -> Course:
    inputs, targets = np.array(inputs, dtype=float), np.array(targets, dtype=float)
    defaults: dict[str, Any] = {
        "batch_size": len(inputs),
        "loss": LOSSES["squared_error"],
        "optimizer": OPTIMIZERS["sgd"],
        "learning_rate": 0.1,
        "regularizer": REGULARIZERS["none"],
        "penalty": None,
    }
    return Course(inputs, targets, **defaults | settings)


@pytest.mark.parametrize(
    ("activation", "output", "loss", "regularizer"),
    list(product(ACTIVATIONS, ACTIVATIONS, LOSSES, REGULARIZERS)),
)
def test_a_step_goes_down_the_slope_of_loss_and_penalty(
    activation: str, output: str, loss: str, regularizer: str
) -> None:
    rng = np.random.default_rng(8)
    network = Network(("x1", "x2"), (3, 2), activation, output)
    # Away from 0, so that no weight crosses it and L1 has a slope.
    network.parameters[:] = rng.choice([-1, 1], network.parameters.size) * rng.uniform(
        0.2, 1, network.parameters.size
    )
    inputs, targets = rng.uniform(-2, 2, (9, 2)), rng.uniform(0.1, 0.9, (9, 1))
    rate, learning_rate, weights = 0.3, 1e-3, network.weights_mask()
    at = network.parameters.copy()

    def objective(parameters: np.ndarray) -> float:
        network.parameters[:] = parameters
        losses = LOSSES[loss].function(network.forward(inputs)[:, None], targets)
        return float(losses.mean() + rate * REGULARIZERS[regularizer].function(parameters[weights]).sum())

    measured = slope(objective, at)
    network.parameters[:] = at
    descend(
        network,
        np.zeros(at.size, dtype=bool),
        (),
        course(
            inputs,
            targets,
            loss=LOSSES[loss],
            learning_rate=learning_rate,
            regularizer=REGULARIZERS[regularizer],
            penalty=learning_rate * rate * weights,
        ),
        range(1),
    )
    np.testing.assert_allclose((at - network.parameters) / learning_rate, measured, atol=2e-7)


@given(
    config=configs(largest_layer=3, most_layers=2, learning_rate=0.01, regularization_rate=0.02),
    batch_size=st.sampled_from([1, 2, 5, 11, 12, 500]),
)
@settings(max_examples=60)
def test_training_is_what_plain_loops_do(config: TrainingConfig, batch_size: int) -> None:
    data = some_data(11, 3, classes=config.problem == "classification")
    config = config.changed({"batch_size": batch_size})
    trainer = Trainer(config, data=data)
    plain = PlainNetwork(config, trainer.network.parameters.tolist())
    train, test = rows_of(data.train), rows_of(data.test)
    for _ in range(4):
        losses, expected = trainer.metrics()[:2], [plain.loss(train), plain.loss(test)]
        if not np.isfinite(expected).all():
            assert trainer.divergence is not None
            return
        np.testing.assert_allclose(losses, expected, rtol=1e-9, atol=1e-9)
        trainer.epochs(1)
        plain.epoch(train)
    if np.isfinite(plain.flat()).all():
        np.testing.assert_allclose(trainer.network.parameters, plain.flat(), rtol=1e-9, atol=1e-9)
        assert trainer.dead_weights == plain.dead_weights()
    else:
        assert trainer.divergence is not None


def single(weight: float, bias: float = 0.0) -> Network:
    """Return one weight, one bias, output w x + b."""
    network = Network(("x1",), (), "linear", "linear")
    network.parameters[:] = [weight, bias]
    return network


def penalty_of(strength: float) -> np.ndarray:
    return np.array([strength, 0.0])


def test_a_short_last_batch_is_averaged_over_its_own_size() -> None:
    network = single(0)
    with_short = course([[1], [1], [1]], [[1], [1], [4]], batch_size=2)
    descend(network, np.zeros(2, dtype=bool), (), with_short, range(2))
    # First batch: gradient -1 for both, so 0.1 each; the second has one point, with error 0.2 - 4.
    np.testing.assert_allclose(network.parameters, [0.1 + 0.38, 0.1 + 0.38])


def test_batches_are_taken_in_order() -> None:
    network, turned = single(1, 1), single(1, 1)
    inputs, targets = [[1], [2], [3], [4]], [[1], [-1], [2], [-2]]
    descend(network, np.zeros(2, dtype=bool), (), course(inputs, targets, batch_size=1), range(1, 3))
    descend(turned, np.zeros(2, dtype=bool), (), course(inputs[1:3], targets[1:3], batch_size=1), range(2))
    np.testing.assert_array_equal(network.parameters, turned.parameters)


def test_l2_shrinks_the_weight_as_it_was_before_the_step() -> None:
    network = single(2)
    # Gradient at w: (2 - 0) * 1 = 2; mid = 2 - 0.2; new = mid - 0.05 * 2. The bias has no penalty.
    penalized = course([[1]], [[0]], regularizer=REGULARIZERS["l2"], penalty=penalty_of(0.05))
    descend(network, np.zeros(2, dtype=bool), (), penalized, range(1))
    np.testing.assert_allclose(network.parameters, [1.7, -0.2])


def l1_step(weight: float, target: float, strength: float, *, dead: bool = False) -> tuple[float, bool]:
    """Take one step of one weight under L1, at x = 1; return where it is, and whether dead."""
    network, mask = single(weight), np.array([dead, False])
    penalized = course([[1]], [[target]], regularizer=REGULARIZERS["l1"], penalty=penalty_of(strength))
    descend(network, mask, (), penalized, range(1))
    return round(float(network.parameters[0]), 12), bool(mask[0])


def test_l1_pulls_by_the_sign() -> None:
    assert l1_step(2, 2, 0.05) == (1.95, False)
    assert l1_step(-2, -2, 0.05) == (-1.95, False)
    assert l1_step(0, 0, 0.05) == (0, False)


def test_a_weight_that_l1_carries_across_0_is_dead() -> None:
    assert l1_step(0.03, 0.03, 0.05) == (0, True)
    assert l1_step(-0.03, -0.03, 0.05) == (0, True)


def test_a_weight_that_the_data_carries_across_0_lives() -> None:
    # mid = 0.1 - 0.1 * (0.1 + 2.9) = -0.2, and the pull by the old sign takes it further.
    assert l1_step(0.1, -2.9, 0.05) == (-0.25, False)


def test_a_weight_that_comes_to_0_exactly_lives() -> None:
    assert l1_step(0.5, 0.5, 0.5) == (0, False)


def test_a_dead_weight_stays_where_it_is() -> None:
    assert l1_step(0, 5, 0.05, dead=True) == (0, True)
