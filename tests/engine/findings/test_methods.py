"""What learners can find out about optimizers, scaling, penalties and overfitting, and from other courses."""

from math import inf
from statistics import median

import pytest

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from tests.engine.factories import Array
from tests.engine.findings.runs import on_circle, runs, solved

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("compiled")]


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_optimizers_with_state_are_faster_than_sgd(optimizer: str) -> None:
    # On the circle with three sigmoid neurons plain gradient descent takes about 340 epochs.
    results = runs(seeds=20, epochs=200, hidden_layers=(3,), activation="sigmoid", optimizer=optimizer)
    assert median(run.reached for run in results) < median(run.reached for run in on_circle(3, "sigmoid")) / 4


def test_standardized_inputs_speed_up_learning() -> None:
    features = ("x1_cubed", "x2_cubed", "x1_squared", "x2_squared")
    raw, scaled = (
        runs(seeds=20, epochs=200, hidden_layers=(4,), features=features, input_scaling=scaling)
        for scaling in ("none", "standardized")
    )
    assert solved(scaled) == 20
    assert median(run.reached for run in scaled) < median(run.reached for run in raw) / 2


def weights_after(regularization: str, seed: int) -> Array:
    """Return the weights, without biases, after 200 epochs with a penalty."""
    trainer = Trainer(
        TrainingConfig(
            regularization=regularization,
            regularization_rate=0.01,
            noise=20,
            data_seed=seed,
            weights_seed=seed,
        )
    )
    trainer.run_epochs(200)
    return trainer.network.parameters[trainer.network.weights_mask()]


def test_l1_gives_sparse_weights_and_l2_small_ones() -> None:
    for seed in range(5):
        none, l1, l2, both = (weights_after(name, seed) for name in ("none", "l1", "l2", "elastic_net"))
        assert (none != 0).all()
        assert (l2 != 0).all()
        assert (l1 == 0).sum() > 3
        assert (both == 0).sum() > 0
        assert abs(l2).max() < abs(none).max()


def test_overfitting_separates_test_loss_from_training_loss() -> None:
    gaps = []
    for seed in range(5):
        trainer = Trainer(
            TrainingConfig(
                dataset="spiral",
                noise=50,
                train_percent=10,
                hidden_layers=(8, 8, 8),
                activation="relu",
                data_seed=seed,
                weights_seed=seed,
            )
        )
        trainer.run_epochs(2000)
        metrics = trainer.metrics()
        gaps.append(metrics.test_loss - metrics.train_loss)
    assert median(gaps) > 0.3


def test_adam_and_cross_entropy_learn_eight_spiral_arms() -> None:
    for activation in ("relu", "tanh"):
        results = runs(
            seeds=5,
            epochs=300,
            goal=0.3,
            problem="multiclass",
            dataset="spirals",
            classes=8,
            optimizer="adam",
            learning_rate=0.01,
            hidden_layers=(8, 8, 8),
            activation=activation,
        )
        assert max(run.reached for run in results) <= 150
        assert min(run.test_accuracy for run in results) > 0.93


def test_the_network_of_the_numpy_lesson_learns_the_moons() -> None:
    # A tanh layer of 4, sigmoid output, cross-entropy, learning rate 1.2, full batch.
    results = runs(
        seeds=20,
        epochs=2000,
        goal=0.2,
        dataset="moons",
        hidden_layers=(4,),
        output_activation="sigmoid",
        loss="cross_entropy",
        learning_rate=1.2,
        batch_size=10_000,
        initializer="small_normal",
    )
    assert solved(results) >= 14


def test_the_network_of_the_keras_lesson_learns_the_spiral() -> None:
    # Dense 8-8-8 ReLU, Dense 1 sigmoid, squared error, SGD 0.05, batches of 10.
    results = runs(
        seeds=20,
        epochs=2000,
        dataset="spiral",
        hidden_layers=(8, 8, 8),
        activation="relu",
        output_activation="sigmoid",
        learning_rate=0.05,
    )
    assert sum(run.reached < inf for run in results) >= 10
