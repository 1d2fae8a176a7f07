"""`CompiledLoop` as the trainer uses it."""

import subprocess
import sys

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.kernels import fields, registry
from engine.kernels.memory_layout import ACROSS_NEURONS, ACROSS_POINTS
from engine.kernels.run_training import CompiledLoop
from engine.optim.schedules import SCHEDULES
from tests.engine.factories import random_dataset
from tests.engine.loop_pair import LoopPair, kernels_loaded  # noqa: F401 - a fixture

LAYOUTS = (ACROSS_POINTS, ACROSS_NEURONS)


def test_importing_the_registry_does_not_import_numba() -> None:
    code = "import sys; from engine.kernels import registry; "
    code += "assert not registry.ready() and 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_before_the_kernels_are_ready_nothing_is_supported() -> None:
    assert registry.supports("train", TrainingConfig())
    with registry.without():
        assert not registry.supports("train", TrainingConfig())
        assert not registry.ready()
    assert registry.supports("train", TrainingConfig())


def test_a_module_that_is_loaded_in_a_block_without_it_is_there_afterwards() -> None:
    code = "import sys; from engine.kernels import registry\nwith registry.without():\n"
    code += "    registry.register('chains', sys)\n    assert not registry.is_loaded('chains')\n"
    code += "assert registry.is_loaded('chains')"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_modules_stay_hidden_until_the_outermost_block_ends() -> None:
    with registry.without(["train"]):
        with registry.without(["train", "metrics"]):
            assert registry.loaded() == len(registry.KERNELS) - 2
        assert not registry.is_loaded("train")
        assert registry.is_loaded("metrics")
    assert registry.ready()


@pytest.mark.parametrize("missing", ["train", "metrics"])
def test_training_needs_the_evaluation_too(missing: str) -> None:
    with registry.without([missing]):
        assert not registry.supports("train", TrainingConfig())
        assert registry.supports("heatmaps", TrainingConfig())


def test_wide_networks_train_in_the_other_layout_until_theirs_is_compiled() -> None:
    config = TrainingConfig(hidden_layers=(64,), batch_size=1)
    both = LoopPair(config, random_dataset())
    assert both.kernel.plan.header[fields.LAYOUT] == ACROSS_NEURONS
    with registry.without(["gradient_by_neurons"]):
        before = LoopPair(config, random_dataset())
        assert before.kernel.plan.header[fields.LAYOUT] == ACROSS_POINTS
        assert before.run_batches(30) == (True, True)
        before.check()
    after = CompiledLoop(
        before.network, config, before.inputs, before.targets, config.batch_size, before=before.kernel
    )
    assert after.plan.header[fields.LAYOUT] == ACROSS_NEURONS
    assert after.run_batches(before.state, 30)
    assert before.reference.run_batches(before.expected, 30)
    before.check()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_results_do_not_depend_on_the_number_of_batches_per_call(schedule: str, layout: int) -> None:
    config = TrainingConfig(
        schedule=schedule, schedule_epochs=2, batch_size=5, optimizer="adam", epsilon=1e-3, dropout=(0.3, 0.0)
    )
    whole, pieces = LoopPair(config, random_dataset(), layout), LoopPair(config, random_dataset(), layout)
    assert whole.run_batches(23) == (True, True)
    whole.check()
    for count in (1, 0, 3, 2, 17):
        assert pieces.kernel.run_batches(pieces.state, count)
    np.testing.assert_array_equal(pieces.state.parameters, whole.state.parameters)
    np.testing.assert_array_equal(pieces.state.optimizer_state, whole.state.optimizer_state)
    assert (pieces.state.epoch, pieces.state.batch, pieces.state.steps) == (4, 3, 23)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_after_an_overflow_the_state_is_that_of_the_last_epoch(optimizer: str, layout: int) -> None:
    config = TrainingConfig(
        problem="regression",
        activation="relu",
        learning_rate=100.0,
        batch_size=5,
        optimizer=optimizer,
        regularization="l1",
        regularization_rate=1e-4,
    )
    both = LoopPair(config, random_dataset(problem="regression"), layout)
    assert both.run_batches(500) == (False, False)
    assert np.isfinite(both.state.parameters).all()
    assert both.state.batch == 0
    for name in ("epoch", "batch", "steps"):
        assert getattr(both.state, name) == getattr(both.expected, name), name
    # Batch by batch it stops at the same step as the reference.
    while both.kernel.run_batches(both.state, 1):
        pass
    while both.reference.run_batches(both.expected, 1):
        pass
    assert both.state.steps == both.expected.steps


def test_the_largest_network_matches_the_reference() -> None:
    config = TrainingConfig(
        problem="multiclass", classes=8, hidden_layers=(64,) * 16, initializer="xavier_normal", batch_size=30
    )
    both = LoopPair(config, random_dataset(problem="multiclass", classes=8))
    assert both.run_batches(2) == (True, True)
    both.check()


def test_epochs_per_call_is_estimated() -> None:
    small = LoopPair(TrainingConfig(), random_dataset(250)).kernel.epochs_per_call
    large = LoopPair(TrainingConfig(hidden_layers=(64,) * 16), random_dataset(250)).kernel.epochs_per_call
    assert small > 50
    assert large == 1
