"""How good a network is: its numbers against the metrics and against recomputation."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.points import Points
from engine.training.quality import SetQuality, quality
from engine.training.trainer import Trainer

PROBLEMS: list[dict[str, Any]] = [
    {"noise": 40},
    {"noise": 40, "output_activation": "sigmoid", "loss": "cross_entropy"},
    {"problem": "multiclass", "classes": 5, "dataset": "blobs", "noise": 50},
]


def trained(**settings: Any) -> Trainer:
    trainer = Trainer(TrainingConfig(**settings))
    trainer.run_epochs(3)
    return trainer


def sets(trainer: Trainer) -> list[tuple[Points, SetQuality]]:
    return list(zip((trainer.dataset.train, trainer.dataset.test), quality(trainer), strict=True))


@pytest.mark.parametrize("settings", PROBLEMS)
def test_accuracy_and_matrix_agree_with_the_metrics_and_the_wrong_points(settings: dict[str, Any]) -> None:
    trainer = trained(**settings)
    metrics = trainer.metrics()
    for (points, found), accuracy in zip(
        sets(trainer), (metrics.train_accuracy, metrics.test_accuracy), strict=True
    ):
        assert found.matrix is not None
        assert found.accuracy == pytest.approx(accuracy)
        assert found.matrix.sum() == found.points == len(points.targets)
        assert found.matrix.trace() == found.points - len(found.worst)
        names = np.unique(points.targets)
        counted = [(points.targets == name).sum() for name in names]
        np.testing.assert_array_equal(found.matrix.sum(axis=1), counted)
        assert (found.r_squared, found.rmse) == (None, None)
        assert 0 < len(found.worst) < found.points
        for each in found.worst:
            assert each.target == points.targets[each.index] != each.predicted
            outputs = trainer.outputs(points.inputs[each.index : each.index + 1])[0]
            assert each.output == pytest.approx(outputs.max() if len(outputs) > 1 else outputs[0])
        losses = [each.loss for each in found.worst]
        assert losses == sorted(losses, reverse=True)


def test_regression_tells_r_squared_and_rmse_and_all_points_the_worst_first() -> None:
    trainer = trained(problem="regression", dataset="plane", noise=20)
    for points, found in sets(trainer):
        errors = trainer.outputs(points.inputs)[:, 0] - points.targets
        assert found.rmse == pytest.approx(np.sqrt(np.mean(errors**2)))
        assert found.r_squared == pytest.approx(1 - np.mean(errors**2) / np.var(points.targets))
        assert (found.accuracy, found.matrix) == (None, None)
        assert [each.index for each in found.worst] == list(np.argsort(-np.abs(errors), kind="stable"))


def test_r_squared_of_a_network_that_answers_the_mean_is_zero() -> None:
    trainer = Trainer(TrainingConfig(problem="regression", dataset="plane"))
    trainer.network.parameters[:] = 0
    trainer.set_bias(len(trainer.network.shape) - 1, 0, float(trainer.dataset.train.targets.mean()))
    train, _ = quality(trainer)
    assert train.r_squared == pytest.approx(0, abs=1e-9)
    assert train.rmse == pytest.approx(np.std(trainer.dataset.train.targets))


def test_numbers_that_are_not_finite_are_no_quality() -> None:
    trainer = Trainer(TrainingConfig(problem="regression", dataset="plane", activation="relu"))
    trainer.network.parameters[:] = 1e300
    train, test = quality(trainer)
    assert (train.r_squared, train.rmse, test.r_squared, test.rmse) == (None,) * 4
    assert len(train.worst) == train.points
