"""What the best linear map leaves of the targets."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.training.linear_fit import linear_fit
from engine.training.trainer import Trainer


def left(data: Dataset | None = None, **settings: Any) -> tuple[str, float]:
    return linear_fit(Trainer(TrainingConfig(**settings), data=data))


@pytest.mark.parametrize("seed", range(3))
def test_a_straight_border_is_found_and_no_more(seed: int) -> None:
    assert left(dataset="gaussian", data_seed=seed) == ("wrong", 0.0)
    for dataset, least in {"circle": 0.25, "xor": 0.25, "spiral": 0.2}.items():
        measure, share = left(dataset=dataset, data_seed=seed)
        assert measure == "wrong"
        assert least < share < 0.5
    bent = left(dataset="circle", features=("x1_squared", "x2_squared"), data_seed=seed)
    assert bent == ("wrong", 0.0)


def test_a_narrow_gap_between_unequal_classes_is_found() -> None:
    rng = np.random.default_rng(3)
    points = rng.uniform(-5, 5, (200, 2))
    points = points[np.abs(points[:, 0] - 3.0) > 0.3]
    data = Points(points, np.where(points[:, 0] > 3.0, 1.0, -1.0))
    assert left(Dataset(data, data)) == ("wrong", 0.0)


def test_several_classes_are_divided_by_a_linear_softmax() -> None:
    corners = np.array([[3.0, 3], [-3, 3], [-3, -3], [3, -3]])
    targets = np.arange(200) % 4
    points = corners[targets] + np.random.default_rng(1).normal(0, 0.4, (200, 2))
    data = Points(points, targets.astype(np.float64))
    given = Dataset(data, data)
    assert left(given, problem="multiclass", classes=4) == ("wrong", 0.0)


def test_in_regression_it_is_the_unexplained_variance() -> None:
    measure, share = left(problem="regression", dataset="plane")
    assert measure == "unexplained"
    assert share == pytest.approx(0, abs=1e-9)
    points = np.random.default_rng(1).normal(0, 2, (300, 2))
    data = Points(points, points[:, 0] + 3 * np.sin(points[:, 1]))
    measure, share = left(Dataset(data, data), problem="regression")
    design = np.column_stack([points, np.ones(300)])
    solution = np.linalg.lstsq(design, data.targets, rcond=None)[0]
    expected = np.var(data.targets - design @ solution) / np.var(data.targets)
    assert share == pytest.approx(expected)


def test_a_single_class_leaves_nothing() -> None:
    data = Points(np.array([[1.0, 2.0], [2.0, 1.0]]), np.array([1.0, 1.0]))
    assert left(Dataset(data, data)) == ("wrong", 0.0)
