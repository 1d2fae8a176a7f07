"""Effects of changed settings on a running training."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.optim.optimizers import OPTIMIZERS
from engine.training.trainer import Change, Trainer
from tests.engine.changes import change, running
from tests.engine.factories import random_points, rows_of

pytestmark = pytest.mark.usefixtures("engine")


def test_the_same_settings_change_nothing() -> None:
    trainer = running()
    assert change(trainer) is Change.NONE
    assert (trainer.epoch, trainer.batch) == (20, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"learning_rate": 0.3},
        {"batch_size": 3},
        {"regularization": "l2"},
        {"regularization_rate": 0.1},
        {"l1_ratio": 0.2},
        {"learning_rate": 0.3, "batch_size": 3, "regularization": "l1", "regularization_rate": 1.0},
    ],
)
def test_settings_that_apply_while_running_keep_weights_and_epoch(changes: dict[str, Any]) -> None:
    trainer = running()
    before = trainer.network.parameters.copy()
    assert change(trainer, **changes) is Change.SETTINGS
    np.testing.assert_array_equal(trainer.network.parameters, before)
    assert (trainer.epoch, trainer.batch) == (20, 1)
    trainer.run_epochs(1)
    assert trainer.epoch == 21


def test_regenerated_data_keeps_weights_and_epoch() -> None:
    trainer = running()
    before, data = trainer.network.parameters.copy(), trainer.dataset
    assert change(trainer, data_seed=5) is Change.DATA
    np.testing.assert_array_equal(trainer.network.parameters, before)
    assert (trainer.epoch, trainer.batch) == (20, 0)
    assert not np.array_equal(trainer.dataset.train.inputs, data.train.inputs)
    np.testing.assert_array_equal(
        trainer.dataset.train.inputs, Trainer(TrainingConfig(data_seed=5)).dataset.train.inputs
    )


def test_training_continues_with_regenerated_data() -> None:
    trainer = running()
    snapshot = trainer.snapshot()
    change(trainer, data_seed=5)
    metrics = trainer.metrics()
    other = Trainer(TrainingConfig(data_seed=5))
    other.network.set_parameters(snapshot.parameters)
    assert metrics == other.metrics()
    trainer.run_epochs(1)
    other.run_epochs(1)
    np.testing.assert_array_equal(trainer.network.parameters, other.network.parameters)


@pytest.mark.parametrize(
    "changes",
    [
        {"problem": "regression"},
        {"problem": "multiclass"},
        {"problem": "multiclass", "classes": 5},
        {"dataset": "spiral"},
        {"input_scaling": "standardized"},
        {"layer_activations": ("relu", "sine")},
        {"output_activation": "sigmoid", "loss": "cross_entropy"},
        {"optimizer": "adam"},
        {"momentum": 0.5},
        {"schedule": "cosine"},
        {"schedule_epochs": 7},
        {"dropout": (0.5, 0.0)},
        {"gradient_clip": 0.1},
        {"initial_bias": 1.0},
        {"noise": 10.0},
        {"train_percent": 70},
        {"features": ("x1", "x1_x2")},
        {"hidden_layers": (3,)},
        {"activation": "relu"},
        {"output_activation": "sigmoid"},
        {"initializer": "zeros"},
        {"weights_seed": 3},
        {"weights_seed": 3, "data_seed": 4, "learning_rate": 1.0},
    ],
)
def test_all_other_settings_restart_the_training(changes: dict[str, Any]) -> None:
    trainer = running()
    assert change(trainer, **changes) is Change.REBUILT
    fresh = Trainer(TrainingConfig(**changes))
    assert (trainer.epoch, trainer.batch) == (0, 0)
    np.testing.assert_array_equal(trainer.network.parameters, fresh.network.parameters)
    np.testing.assert_array_equal(trainer.dataset.test.inputs, fresh.dataset.test.inputs)
    assert trainer.network.shape == fresh.network.shape
    trainer.run_epochs(3)
    fresh.run_epochs(3)
    np.testing.assert_array_equal(trainer.network.parameters, fresh.network.parameters)
    assert trainer.metrics() == fresh.metrics()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_changes_that_apply_while_running_keep_the_optimizer_state(optimizer: str) -> None:
    trainer, other = (running(optimizer=optimizer, learning_rate=0.003) for _ in range(2))
    optimizer_state = trainer.snapshot().state.optimizer_state
    change(trainer, learning_rate=0.006)
    np.testing.assert_array_equal(trainer.snapshot().state.optimizer_state, optimizer_state)
    assert trainer.snapshot().state.steps == other.snapshot().state.steps == 501
    before = trainer.network.parameters.copy()
    trainer.step()
    other.step()
    np.testing.assert_allclose(
        trainer.network.parameters - before, 2 * (other.network.parameters - before), rtol=1e-6, atol=1e-12
    )


def test_other_custom_points_keep_weights_and_epoch() -> None:
    rows = tuple(rows_of(random_points(40)))
    trainer = running(dataset="own", points=rows[:30])
    before, train = trainer.network.parameters.copy(), set(rows_of(trainer.dataset.train))
    assert change(trainer, points=rows[:31]) is Change.DATA
    np.testing.assert_array_equal(trainer.network.parameters, before)
    assert (trainer.epoch, trainer.batch) == (20, 0)
    assert set(rows_of(trainer.dataset.train)) - {rows[30]} == train
    trainer.run_epochs(1)
    assert trainer.epoch == 21


def test_scaling_follows_the_data() -> None:
    trainer = running(dataset="gaussian", input_scaling="standardized")
    before = trainer.network.scaling
    change(trainer, data_seed=5)
    inputs = trainer.network.inputs(trainer.dataset.train.inputs)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-12)
    assert not np.array_equal(trainer.network.scaling.mean, before.mean)


def test_a_changed_learning_rate_applies_to_the_next_step() -> None:
    trainer = running()
    other = running()
    change(trainer, learning_rate=0.3)
    before = trainer.network.parameters.copy()
    trainer.step()
    other.step()
    np.testing.assert_allclose(
        trainer.network.parameters - before, 10 * (other.network.parameters - before), rtol=1e-6, atol=1e-15
    )


def test_a_changed_batch_size_applies_from_the_next_epoch() -> None:
    trainer = running()
    change(trainer, batch_size=50)
    for _ in range(24):
        assert trainer.epoch == 20
        trainer.step()
    assert (trainer.epoch, trainer.batch) == (21, 0)
    for _ in range(5):
        assert trainer.epoch == 21
        trainer.step()
    assert trainer.epoch == 22


def test_between_epochs_a_changed_batch_size_applies_to_the_next_step() -> None:
    trainer, fresh = Trainer(TrainingConfig()), Trainer(TrainingConfig(batch_size=50))
    change(trainer, batch_size=50)
    trainer.run_epochs(2)
    fresh.run_epochs(2)
    np.testing.assert_array_equal(trainer.network.parameters, fresh.network.parameters)
