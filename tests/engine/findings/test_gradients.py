"""What learners can find out about learning rates, initial weights, depth and activation functions."""

from statistics import median

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.optim.optimizers import OPTIMIZERS
from engine.training.trainer import Trainer

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("compiled")]


def one_weight(learning_rate: float, steps: int) -> list[float]:
    """Return the single weight after each step, from w = 5, with x = 2, target 6 and no bias."""
    point = Points(np.array([[2.0, 0.0]]), np.array([6.0]))
    config = TrainingConfig(
        problem="regression", hidden_layers=(), features=("x1",), learning_rate=learning_rate
    )
    trainer = Trainer(config, data=Dataset(point, point), parameters=np.array([5.0, 0.0]))
    weights = []
    for _ in range(steps):
        trainer.step()
        trainer.set_bias(1, 0, 0.0)
        weights.append(float(trainer.network.parameters[0]))
    return weights


def test_one_weight_converges_to_3() -> None:
    assert one_weight(0.1, 2) == pytest.approx([4.2, 3.72])
    assert one_weight(0.25, 1) == pytest.approx([3])
    assert one_weight(0.1, 100)[-1] == pytest.approx(3, abs=1e-12)


def test_one_weight_overshoots_above_a_rate_of_one_quarter_and_diverges_above_one_half() -> None:
    assert one_weight(0.3, 2) == pytest.approx([2.6, 3.08])
    assert one_weight(0.49, 500)[-1] == pytest.approx(3, abs=1e-6)
    assert one_weight(0.5, 3) == pytest.approx([1, 5, 1])
    assert abs(one_weight(0.51, 500)[-1]) > 1e6


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ["sigmoid", "softplus"])
def test_zero_initial_weights_keep_the_neurons_of_a_layer_equal(activation: str, optimizer: str) -> None:
    trainer = Trainer(
        TrainingConfig(initializer="zeros", activation=activation, optimizer=optimizer, hidden_layers=(4, 3))
    )
    trainer.run_epochs(30)
    for weights, biases in trainer.network.layers:
        assert (weights == weights[:, :1]).all()
        assert (biases == biases[0]).all()
        assert weights.any()


def test_random_initial_weights_make_neurons_differ() -> None:
    trainer = Trainer(TrainingConfig(activation="sigmoid", initializer="small_normal"))
    weights = trainer.network.layers[0].weights
    assert len(np.unique(weights[0])) == 4


def first_layer_gradient(activation: str, initializer: str) -> float:
    """Return the mean absolute gradient of the first of six layers before training; a median over seeds."""
    sizes = []
    for seed in range(20):
        trainer = Trainer(
            TrainingConfig(
                dataset="spiral",
                hidden_layers=(8,) * 6,
                activation=activation,
                initializer=initializer,
                data_seed=seed,
                weights_seed=seed,
                learning_rate=1e-6,
                batch_size=10_000,
            )
        )
        before = trainer.network.layers[0].weights.copy()
        trainer.step()
        sizes.append(float(np.abs(before - trainer.network.layers[0].weights).mean()) * 1e6)
    return median(sizes)


@pytest.mark.parametrize("initializer", ["uniform", "xavier_uniform", "he_normal"])
def test_the_gradient_vanishes_through_six_sigmoid_layers(initializer: str) -> None:
    relu, tanh, sigmoid = (
        first_layer_gradient(activation, initializer) for activation in ("relu", "tanh", "sigmoid")
    )
    assert sigmoid < relu / 300
    assert sigmoid < tanh / 1000


def test_a_deep_linear_network_is_one_linear_map() -> None:
    trainer = Trainer(TrainingConfig(problem="regression", activation="linear", hidden_layers=(5, 4, 3)))
    trainer.run_epochs(3)
    product = trainer.network.layers[0].weights
    for layer in trainer.network.layers[1:]:
        product = product @ layer.weights
    inputs = trainer.dataset.test.inputs
    offset = trainer.network.forward(inputs[:1] * 0)
    assert abs(trainer.network.forward(inputs) - inputs @ product - offset).max() < 1e-12


def test_layers_up_to_a_step_activation_do_not_learn() -> None:
    trainer = Trainer(
        TrainingConfig(layer_activations=("step", "tanh"), hidden_layers=(4, 3), dataset="gaussian")
    )
    before = [layer.weights.copy() for layer in trainer.network.layers]
    trainer.run_epochs(50)
    first, second, output = (
        (layer.weights == initial).all()
        for layer, initial in zip(trainer.network.layers, before, strict=True)
    )
    assert (first, second, output) == (True, False, False)


def inactive(trainer: Trainer) -> NDArray[np.bool_]:
    """Return which neurons of the first layer have a pre-activation of at most 0 for all training points."""
    forward = trainer.network.propagate(trainer.network.inputs(trainer.dataset.train.inputs))
    return np.asarray((forward.pre_activations[0] <= 0).all(axis=0))


def test_a_large_learning_rate_makes_relu_neurons_inactive_for_good() -> None:
    killed = 0
    for seed in range(10):
        config = TrainingConfig(
            hidden_layers=(8,), activation="relu", learning_rate=3.0, data_seed=seed, weights_seed=seed
        )
        trainer = Trainer(config)
        trainer.run_epochs(20)
        dead_neurons = inactive(trainer)
        killed += dead_neurons.sum()
        before = trainer.network.layers[0].weights[:, dead_neurons].copy()
        trainer.change(config.changed({"learning_rate": 0.03}))
        trainer.run_epochs(100)
        np.testing.assert_array_equal(trainer.network.layers[0].weights[:, dead_neurons], before)
        assert inactive(trainer)[dead_neurons].all()
    assert killed > 5


def start_inactive(config: TrainingConfig) -> Trainer:
    """Return a trainer whose hidden neurons all start inactive."""
    parameters = Trainer(config).network.parameters.copy()
    trainer = Trainer(config, parameters=parameters)
    trainer.network.layer_views(parameters)[0].biases[:] = -4
    return Trainer(config, parameters=parameters)


@pytest.mark.parametrize(("activation", "recovers"), [("relu", False), ("leaky_relu", True)])
def test_inactive_leaky_relu_neurons_recover_and_relu_neurons_do_not(activation: str, recovers: bool) -> None:
    for seed in range(8):
        config = TrainingConfig(
            hidden_layers=(4,), activation=activation, learning_rate=0.3, data_seed=seed, weights_seed=seed
        )
        trainer = start_inactive(config)
        assert inactive(trainer).all()
        trainer.run_epochs(500)
        assert inactive(trainer).all() != recovers
        loss = trainer.metrics().train_loss
        assert loss < 0.35 if recovers else loss > 0.48


def test_relu_outputs_are_sparse_and_tanh_outputs_are_not() -> None:
    zero_fractions = {}
    for activation in ("relu", "tanh"):
        trainer = Trainer(TrainingConfig(hidden_layers=(8, 8), activation=activation))
        trainer.run_epochs(100)
        outputs = trainer.network.propagate(trainer.network.inputs(trainer.dataset.train.inputs)).outputs
        zero_fractions[activation] = float((np.concatenate(outputs[:-1], axis=1) == 0).mean())
    assert zero_fractions["relu"] > 0.25
    assert zero_fractions["tanh"] == 0
