"""Effects of changed settings and edited parameters on a running training."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue, NoSuchParameter
from engine.optim.optimizers import OPTIMIZERS
from engine.training.trainer import Change, Trainer
from tests.engine.factories import random_dataset, random_points, rows_of

pytestmark = pytest.mark.usefixtures("engine")

L1: dict[str, Any] = {"regularization": "l1", "regularization_rate": 0.1}


def running(**settings: Any) -> Trainer:
    trainer = Trainer(TrainingConfig(**settings))
    trainer.run_epochs(20)
    trainer.step()
    return trainer


def change(trainer: Trainer, **changes: Any) -> Change:
    return trainer.change(trainer.config.changed(changes))


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


@pytest.mark.parametrize(
    "revive",
    [
        lambda trainer: change(trainer, regularization="l2"),
        lambda trainer: change(trainer, regularization="none"),
        lambda trainer: change(trainer, regularization_rate=0.03),
        lambda trainer: change(trainer, l1_ratio=0.3),
        lambda trainer: trainer.reset(),
    ],
)
def test_pruned_weights_are_restored_by_another_penalty_and_by_reset(
    revive: Callable[[Trainer], object],
) -> None:
    trainer = running(**L1)
    assert trainer.pruned_weights > 0
    pruned = trainer.pruned.copy()
    revive(trainer)
    assert trainer.pruned_weights == 0
    trainer.step()
    assert trainer.network.parameters[pruned].any()


@pytest.mark.parametrize("changes", [{"learning_rate": 0.01}, {"batch_size": 5}, {"data_seed": 3}])
def test_pruned_weights_stay_pruned_under_other_changes(changes: dict[str, Any]) -> None:
    trainer = running(**L1)
    pruned = trainer.pruned.copy()
    change(trainer, **changes)
    trainer.run_epochs(2)
    assert (trainer.pruned >= pruned).all()
    assert not trainer.network.parameters[pruned].any()


def test_an_edit_restores_only_the_edited_pruned_weight() -> None:
    trainer = running(**L1)
    layer, source, neuron = next(
        (layer, int(places[0][0]), int(places[1][0]))
        for layer, (weights, _) in enumerate(trainer.network.layer_views(trainer.pruned), start=1)
        if len((places := np.nonzero(weights))[0])
    )
    before = trainer.pruned_weights
    trainer.set_weight(layer, source, neuron, 0.7)
    assert trainer.pruned_weights == before - 1
    assert trainer.network.layers[layer - 1].weights[source, neuron] == 0.7
    trainer.step()
    assert trainer.network.layers[layer - 1].weights[source, neuron] not in (0, 0.7)


def test_an_edit_changes_one_parameter_and_not_the_epoch() -> None:
    trainer = running()
    before = trainer.network.parameters.copy()
    trainer.set_weight(1, 1, 2, -3.5)
    trainer.set_bias(3, 0, 4)
    assert (trainer.epoch, trainer.batch) == (20, 1)
    changed = np.flatnonzero(trainer.network.parameters != before)
    assert trainer.network.parameters[changed].tolist() == [-3.5, 4]
    assert trainer.network.layers[0].weights[1, 2] == -3.5
    assert trainer.network.layers[2].biases[0] == 4


@pytest.mark.parametrize(
    "index", [(0, 0, 0), (4, 0, 0), (-1, 0, 0), (1, 2, 0), (1, -1, 0), (1, 0, 4), (1, 0, -1)]
)
def test_setting_an_unknown_weight_raises(index: tuple[int, int, int]) -> None:
    trainer = running()
    before = trainer.network.parameters.copy()
    with pytest.raises(NoSuchParameter, match="expected"):
        trainer.set_weight(*index, 1.0)
    np.testing.assert_array_equal(trainer.network.parameters, before)


@pytest.mark.parametrize("index", [(0, 0), (4, 0), (1, 4), (3, 1), (2, -1)])
def test_setting_an_unknown_bias_raises(index: tuple[int, int]) -> None:
    with pytest.raises(NoSuchParameter, match="expected"):
        running().set_bias(*index, 1.0)
    with pytest.raises(NoSuchParameter, match="expected"):
        running().bias(*index)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_values_that_are_not_finite_are_refused(value: float) -> None:
    trainer = running()
    before = trainer.network.parameters.copy()
    with pytest.raises(InvalidValue, match="finite"):
        trainer.set_weight(1, 0, 0, value)
    with pytest.raises(InvalidValue, match="finite"):
        trainer.set_bias(1, 0, value)
    np.testing.assert_array_equal(trainer.network.parameters, before)


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


def test_given_parameters_are_kept_until_new_weights_are_requested() -> None:
    parameters = np.linspace(-1, 1, 25)
    trainer = Trainer(TrainingConfig(), parameters=parameters)
    change(trainer, activation="relu")
    np.testing.assert_array_equal(trainer.network.parameters, parameters)
    change(trainer, weights_seed=1)
    np.testing.assert_array_equal(
        trainer.network.parameters, Trainer(TrainingConfig(weights_seed=1)).network.parameters
    )


def test_a_weight_and_a_bias_are_read_back_as_set() -> None:
    trainer = running()
    trainer.set_weight(1, 1, 2, 3.5)
    trainer.set_bias(2, 1, -2.5)
    assert (trainer.weight(1, 1, 2), trainer.bias(2, 1)) == (3.5, -2.5)
    assert trainer.network.layers[0].weights[1, 2] == 3.5
