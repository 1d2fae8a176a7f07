"""Data that is given, or exchanged, in a running training."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.training.trainer import Trainer
from tests.engine.changes import change
from tests.engine.factories import random_dataset

pytestmark = pytest.mark.usefixtures("engine")


def test_given_data_is_kept_until_another_dataset_is_chosen() -> None:
    data = random_dataset()
    trainer = Trainer(TrainingConfig(), data=data)
    change(trainer, activation="relu", classes=2, points=((0.0, 0.0, 1.0), (1.0, 1.0, -1.0)))
    assert trainer.dataset is trainer.overrides.data is data
    change(trainer, dataset="xor")
    assert len(trainer.dataset.train.targets) == 250


@pytest.mark.parametrize(
    "changes", [{"data_seed": 1}, {"noise": 10.0}, {"data_seed": 1, "learning_rate": 0.1}]
)
def test_given_data_has_neither_noise_nor_a_seed(changes: dict[str, Any]) -> None:
    data = random_dataset()
    trainer = Trainer(TrainingConfig(), data=data)
    before = trainer.config
    with pytest.raises(InvalidValue, match="not drawn"):
        change(trainer, **changes)
    assert (trainer.config, trainer.dataset) == (before, data)


def test_given_data_is_split_anew_by_another_share_of_training_points() -> None:
    data = random_dataset()
    trainer = Trainer(TrainingConfig(), data=data)
    rows = {tuple(row) for points in (data.train, data.test) for row in points.inputs.tolist()}
    change(trainer, train_percent=80)
    split = trainer.dataset
    assert {tuple(row) for points in (split.train, split.test) for row in points.inputs.tolist()} == rows
    assert len(split.train.targets) == pytest.approx(0.8 * len(rows), abs=1)
    assert trainer.overrides.data is split
    trainer.reset()
    assert trainer.dataset is split


def test_classes_that_given_data_needs_cannot_be_taken_away() -> None:
    config = TrainingConfig(problem="multiclass", dataset="blobs", classes=4)
    data = random_dataset(problem="multiclass", classes=4)
    trainer = Trainer(config, data=data)
    change(trainer, classes=5)
    assert trainer.dataset is data
    with pytest.raises(InvalidValue, match="classes"):
        change(trainer, classes=2)


def test_data_can_be_exchanged_during_training() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.run_epochs(3)
    weights = trainer.network.parameters.copy()
    data = random_dataset()
    trainer.set_data(data)
    np.testing.assert_array_equal(trainer.network.parameters, weights)
    assert (trainer.epoch, trainer.batch, trainer.dataset) == (3, 0, data)
    trainer.run_epochs(1)
    trainer.reset()
    assert trainer.dataset is data
