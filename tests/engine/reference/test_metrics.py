from typing import Any

import numpy as np
import pytest

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.nn.network import Network
from engine.reference.metrics import measure
from engine.state import Metrics
from tests.engine.factories import HEADS, problem_of


def measured(pre_activations: Any, labels: list[float], split: int, **settings: Any) -> Metrics:
    """Return the metrics of a network whose pre-activations of the output, (n, outputs), are given."""
    config = TrainingConfig(**settings)
    inputs: Floats = np.array(pre_activations, dtype=float)
    network = Network(["x"] * config.outputs, (), config.output_activation, config.outputs)
    network.layers[0].weights[:] = np.eye(config.outputs)
    targets = network.output.targets(np.array(labels, dtype=float), config.outputs)
    return measure(network, config, inputs, targets, split)


def test_losses_are_means_over_each_set() -> None:
    found = measured([[1], [2], [3], [5]], [0, 0, 1, 2], 3, problem="regression")
    assert [*found[:2]] == pytest.approx([4.5 / 3, 4.5])
    assert found[2:] == (None, None)


def test_the_huber_loss_is_linear_beyond_delta() -> None:
    found = measured([[1], [2], [0.1]], [0, 0, 0], 2, problem="regression", loss="huber", huber_delta=0.5)
    assert list(found[:2]) == pytest.approx([(0.375 + 0.875) / 2, 0.005])


def test_accuracy_is_the_fraction_of_correctly_classified_points() -> None:
    found = measured([[1], [-2], [3], [0.1], [-0.1]], [1, 1, -1, 1, 1], 3)
    assert found[3] == 0.5
    assert found[2] == pytest.approx(1 / 3)
    assert found.train_loss == pytest.approx(
        np.mean([0.5 * (np.tanh(z) - t) ** 2 for z, t in ((1, 1), (-2, 1), (3, -1))])
    )


@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_a_sigmoid_is_measured_on_targets_0_and_1(loss: str) -> None:
    found = measured([[0.2], [-3]], [1, 1], 1, output_activation="sigmoid", loss=loss)
    assert found[2:] == (1, 0)
    p = 1 / (1 + np.exp(-np.array([0.2, -3])))
    expected = 0.5 * (1 - p) ** 2 if loss == "squared_error" else -np.log(p)
    assert [*found[:2]] == pytest.approx([*expected])


@pytest.mark.parametrize("output", ["tanh", "sigmoid"])
def test_an_output_at_the_threshold_counts_as_the_positive_class(output: str) -> None:
    found = measured([[0]] * 5, [1, 1, 1, -1, -1], 4, output_activation=output)
    assert found[2:] == (0.75, 0)


@pytest.mark.parametrize("classes", range(2, 9))
def test_with_several_classes_the_likeliest_one_is_predicted(classes: int) -> None:
    pre_activations = np.eye(classes) * 2
    labels: list[float] = [*range(classes)]
    found = measured(pre_activations, labels, classes - 1, problem="multiclass", classes=classes)
    surprise = np.log(np.exp(2) + classes - 1) - 2
    assert [*found] == pytest.approx([surprise, surprise, 1, 1])
    turned = measured(pre_activations, [*labels[1:], 0.0], classes - 1, problem="multiclass", classes=classes)
    assert [*turned] == pytest.approx([surprise + 2, surprise + 2, 0, 0])


def test_of_equally_likely_classes_the_first_is_predicted() -> None:
    found = measured([[1, 1, 0], [0, 1, 1]], [0, 2], 1, problem="multiclass")
    assert found[2:] == (1, 0)


@pytest.mark.parametrize("end", HEADS)
@pytest.mark.parametrize("size", [1e200, -1e200, 1e308])
def test_overflowing_metrics_are_infinite_or_nan_without_warnings(end: tuple[str, str], size: float) -> None:
    problem = problem_of(end[0])
    pre_activations = np.full((4, 3 if problem == "multiclass" else 1), size)
    pre_activations[::2] *= -1
    labels: list[float] = [1, 1, 1, 1]
    with np.errstate(all="raise"):
        found = measured(pre_activations, labels, 2, problem=problem, output_activation=end[0], loss=end[1])
    assert found.test_accuracy is None or 0 <= found.test_accuracy <= 1
