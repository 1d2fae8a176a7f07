"""Pruned weights, and weights and biases that are edited or given, in a running training."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue, NoSuchParameter
from engine.training.trainer import Trainer
from tests.engine.changes import change, running

pytestmark = pytest.mark.usefixtures("engine")

L1: dict[str, Any] = {"regularization": "l1", "regularization_rate": 0.1}


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
    assert trainer.pruned.sum() > 0
    pruned = trainer.pruned.copy()
    revive(trainer)
    assert trainer.pruned.sum() == 0
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
    before = trainer.pruned.sum()
    trainer.set_weight(layer, source, neuron, 0.7)
    assert trainer.pruned.sum() == before - 1
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


def test_pruned_weights_of_the_start_stay_0_until_a_penalty_changes() -> None:
    config = TrainingConfig().changed({"regularization": "l1", "regularization_rate": 0.001})
    pruned = np.zeros(25, np.bool_)
    pruned[[0, 3]] = True
    trainer = Trainer(config, parameters=np.where(pruned, 0.0, 0.5), pruned=pruned)
    trainer.run_epochs(3)
    assert (trainer.network.parameters[pruned] == 0).all()
    trainer.reset()
    assert trainer.pruned.tolist() == pruned.tolist()
    trainer.change(config.changed({"regularization_rate": 0.01}))
    assert not trainer.pruned.any()
    trainer.reset()
    assert not trainer.pruned.any()
