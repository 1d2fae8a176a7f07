"""Comparison with scikit-learn's networks where both define the same mathematics.

`MLPRegressor` has a linear output, the loss 0.5 (o - t)^2 averaged over the batch, ordered batches if it
does not shuffle, and plain SGD if its momentum is 0. It divides the L2 penalty by the batch size, so that
`alpha` = rate * batch size equals our L2 if all batches are full. Its initial weights are replaced by ours.
`MLPClassifier` is the same with cross-entropy: of a sigmoid for two classes, of softmax for more.
"""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.features import compute
from engine.training.trainer import Trainer

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("engine")]

NAMES = {"relu": "relu", "tanh": "tanh", "sigmoid": "logistic", "linear": "identity"}


def twin_of(trainer: Trainer, epochs: int) -> Any:
    """Return scikit-learn's network, started from the trainer's parameters and trained for some epochs."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor  # noqa: PLC0415  # takes seconds to import

    config = trainer.config
    kind = MLPRegressor if config.problem == "regression" else MLPClassifier
    twin = kind(
        hidden_layer_sizes=config.hidden_layers,
        activation=NAMES[config.activation],
        solver="sgd",
        alpha=config.regularization_rate * config.batch_size,
        batch_size=config.batch_size,
        learning_rate="constant",
        learning_rate_init=config.learning_rate,
        momentum=0.0,
        nesterovs_momentum=False,
        shuffle=False,
        random_state=0,  # weights that are drawn anew could overflow in the first epoch
    )
    points = trainer.dataset.train
    inputs = compute(config.features, points.inputs)
    starting = [(layer.weights.copy(), layer.biases.copy()) for layer in trainer.network.layers]
    classes = {} if config.problem == "regression" else {"classes": np.unique(points.targets)}
    # The first epoch makes arrays of the right shape; then they and the optimizer that holds them are ours.
    twin.partial_fit(inputs, points.targets, **classes)
    for mine, theirs in ((0, twin.coefs_), (1, twin.intercepts_)):
        for layer, array in zip(starting, theirs, strict=True):
            array[:] = layer[mine]
    for _ in range(epochs):
        twin.partial_fit(inputs, points.targets)
    return twin


def check(trainer: Trainer) -> None:
    """Assert that both end with the same weights."""
    before = trainer.network.parameters.copy()
    twin = twin_of(trainer, epochs=10)
    trainer.run_epochs(10)
    for layer, weights, biases in zip(trainer.network.layers, twin.coefs_, twin.intercepts_, strict=True):
        np.testing.assert_allclose(layer.weights, weights, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(layer.biases, biases, rtol=1e-9, atol=1e-11)
    assert np.abs(trainer.network.parameters - before).max() > 1e-2


@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("regularization", ["none", "l2"])
@pytest.mark.parametrize("hidden_layers", [(4,), (5, 3), (3, 3, 3)])
def test_regression(activation: str, regularization: str, hidden_layers: tuple[int, ...]) -> None:
    config = TrainingConfig(
        problem="regression",
        dataset="multi-gaussian",
        noise=20,
        features=("x1", "x2", "sin_x1"),
        hidden_layers=hidden_layers,
        activation=activation,
        learning_rate=0.02,
        batch_size=20,
        regularization=regularization,
        regularization_rate=0.01 if regularization == "l2" else 0.0,
    )
    check(Trainer(config))


@pytest.mark.parametrize("activation", NAMES)
@pytest.mark.parametrize("regularization", ["none", "l2"])
@pytest.mark.parametrize("classes", [2, 3, 8])
def test_classes(activation: str, regularization: str, classes: int) -> None:
    several = {"problem": "multiclass", "classes": classes, "dataset": "spirals"}
    two = {"dataset": "xor", "output_activation": "sigmoid", "loss": "cross_entropy"}
    config = TrainingConfig().changed(
        {
            **(several if classes > 2 else two),
            "noise": 20.0,
            "train_percent": 40 if classes > 2 else 50,
            "hidden_layers": (5, 3),
            "activation": activation,
            "learning_rate": 0.1,
            "batch_size": 10,
            "regularization": regularization,
            "regularization_rate": 0.01 if regularization == "l2" else 0.0,
        }
    )
    check(Trainer(config))
