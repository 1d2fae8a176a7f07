"""A step of training taken apart: its numbers are those of training, and derivatives those of differences."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.nn.heads import head
from engine.nn.layer_kinds.kind import EVALUATION, ForwardContext
from engine.training.inspection import Inspection, apply_step, inspect_point, inspect_training_point
from engine.training.trainer import Trainer
from tests.engine.factories import numerical_gradient

CASES: dict[str, dict[str, Any]] = {
    "default": {},
    "cross-entropy": {"output_activation": "sigmoid", "loss": "cross_entropy", "activation": "relu"},
    "several classes": {"problem": "multiclass", "classes": 4, "activation": "gelu"},
    "regression": {"problem": "regression", "loss": "huber", "activation": "softplus"},
    "momentum and L1": {"optimizer": "momentum", "regularization": "l1", "regularization_rate": 0.01},
    "Adam, clipped": {"optimizer": "adam", "gradient_clip": 0.1},
    "Adam and L2": {"optimizer": "adam", "regularization": "l2", "regularization_rate": 0.1},
    "dropout": {"dropout": (0.5, 0.2)},
    "batch norm": {"normalization": ("batch_norm_before", "layer_norm")},
    "residual": {"residual": (1, 2), "initializer": "xavier_uniform"},
    "images": {
        "problem": "images",
        "layers": [{"kind": "conv", "filters": 2}, {"kind": "batch_norm"}, {"kind": "max_pool", "size": 4}],
    },
}


def trained(name: str, steps: int = 7) -> Trainer:
    trainer = Trainer(TrainingConfig(**CASES[name]))
    for _ in range(steps):
        trainer.step()
    return trainer


def of_next(trainer: Trainer) -> Inspection:
    return inspect_training_point(trainer, trainer.batch * trainer.config.batch_size + 3)


@pytest.mark.parametrize("name", CASES)
def test_the_next_step_is_the_one_that_training_takes(name: str) -> None:
    trainer = trained(name)
    found = of_next(trainer)
    assert (found.is_next, found.row, len(found.indices)) == (True, 3, 10)
    np.testing.assert_array_equal(found.network.parameters, trainer.network.parameters)
    before = trainer.snapshot()
    trainer.restore(before)
    trainer.step()
    np.testing.assert_allclose(trainer.network.parameters, found.after.parameters, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(trainer.network.buffers, found.after.buffers, rtol=1e-9, atol=1e-12)
    state = trainer.snapshot().state
    np.testing.assert_allclose(state.optimizer_state, found.after.optimizer_state, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_looking_changes_nothing(name: str) -> None:
    trainer = trained(name)
    before = trainer.snapshot()
    of_next(trainer)
    inspect_training_point(trainer, 0)
    after = trainer.snapshot()
    np.testing.assert_array_equal(before.parameters, after.parameters)
    np.testing.assert_array_equal(before.state.buffers, after.state.buffers)
    np.testing.assert_array_equal(before.state.optimizer_state, after.state.optimizer_state)
    assert (before.state.steps, before.state.batch) == (after.state.steps, after.state.batch)


@pytest.mark.parametrize("name", [name for name in CASES if name not in {"dropout", "batch norm", "images"}])
def test_derivatives_by_the_values_of_layers_are_those_of_differences(name: str) -> None:
    found = of_next(trained(name))
    network, config = found.network, trained(name).config
    ours = head(config.output_activation, config.loss, config.huber_delta)
    for index, layer in enumerate(network.chain):

        def loss_with(values: np.ndarray, index: int = index) -> float:
            given = [*found.forward.values[: index + 1], values[None]]
            for number in range(index + 1, len(network.chain)):
                given.append(_layer(found, number, given))
            output = network.output.function(given[-1])
            return float(ours.loss(given[-1], output, found.targets[found.row][None])[0, 0])

        values = found.forward.values[index + 1][found.row].copy()
        measured = numerical_gradient(loss_with, values)
        np.testing.assert_allclose(
            found.value_gradients[index][found.row], measured, atol=1e-6, err_msg=str(layer)
        )


def _layer(found: Inspection, number: int, given: list[Any]) -> Any:
    """Return the values of a layer for one point, from those of the layers before."""
    network, layer = found.network, found.network.chain[number]
    parameters = [slot.view(network.parameters) for slot in network.slots[number]]
    skipped = None
    if layer.skips is not None:
        skipped = given[layer.skips + 1]
        skipped = skipped if len(skipped) == 1 else skipped[found.row][None]
    x = given[number] if len(given[number]) == 1 else given[number][found.row][None]
    return layer.forward(x, ForwardContext(parameters, [], EVALUATION, skipped))[0]


@pytest.mark.parametrize("name", CASES)
def test_a_point_that_is_not_next_makes_a_step_of_its_own(name: str) -> None:
    trainer = trained(name)
    found = inspect_training_point(trainer, 2)
    assert (found.is_next, found.indices, found.row, len(found.inputs)) == (False, (), 0, 1)
    np.testing.assert_array_equal(found.inputs[0], trainer.arrays.inputs[2])
    assert not np.array_equal(found.before.parameters, found.after.parameters)
    arrays = trainer.arrays
    test_point = inspect_point(trainer, arrays.inputs[-1], arrays.targets[-1])
    assert np.isfinite(test_point.losses).all()


def test_the_gradient_is_the_mean_of_what_each_point_gives() -> None:
    found = of_next(trained("default"))
    weights = found.network.slots[0][0]
    each = found.inputs.T @ found.value_gradients[0] / len(found.inputs)
    np.testing.assert_allclose(weights.view(found.gradient), each, rtol=1e-12)


@pytest.mark.parametrize("index", [-1, 250, 10_000])
def test_a_point_that_does_not_exist_is_refused(index: int) -> None:
    with pytest.raises(InvalidValue, match="a training point from 0 to 249"):
        inspect_training_point(trained("default"), index)


@pytest.mark.parametrize("name", CASES)
def test_what_was_inspected_is_what_is_applied(name: str) -> None:
    for index in (70 + 3, 2):  # in the next mini-batch, and not
        trainer = trained(name)
        found = inspect_training_point(trainer, index)
        assert found.is_next == (index != 2)
        assert apply_step(trainer, found)
        state = trainer.snapshot().state
        for array in ("parameters", "buffers", "optimizer_state"):
            told, taken = getattr(found.after, array), getattr(state, array)
            np.testing.assert_allclose(taken, told, rtol=1e-9, atol=1e-12, err_msg=f"{index}: {array}")


@pytest.mark.parametrize("name", [name for name in CASES if name not in {"dropout", "batch norm", "images"}])
def test_the_loss_after_the_step_is_that_of_the_network_after_it(name: str) -> None:
    trainer = trained(name)
    found = inspect_training_point(trainer, 2)
    apply_step(trainer, found)
    again = inspect_training_point(trainer, 2)
    np.testing.assert_allclose(found.outputs_after, again.forward.output, rtol=1e-9)
    np.testing.assert_allclose(found.losses_after, again.losses, rtol=1e-9)


def test_after_the_step_the_same_values_are_dropped() -> None:
    trainer = trained("dropout")
    found = of_next(trainer)
    trainer.network.parameters[:] = found.after.parameters
    again = of_next(trainer)
    np.testing.assert_array_equal(found.outputs_after, again.forward.output)
    np.testing.assert_array_equal(found.forward.tapes[2], again.forward.tapes[2])


def test_a_step_with_one_point_is_part_of_no_epoch_and_counts_as_training() -> None:
    trainer, other = trained("Adam and L2"), trained("Adam and L2")
    assert apply_step(trainer, inspect_training_point(trainer, 2))
    assert (trainer.epoch, trainer.batch) == (0, 7)
    assert (trainer.counts.steps, trainer.counts.points_seen) == (8, 71)
    assert trainer.counts.epochs_seen == pytest.approx(71 / 250)
    assert of_next(trainer).indices == of_next(other).indices


def test_a_step_with_one_point_that_makes_numbers_infinite_diverges_and_changes_nothing() -> None:
    trainer = Trainer(TrainingConfig(problem="regression", activation="linear"))
    arrays = trainer.arrays
    before = trainer.network.parameters.copy()
    far = inspect_point(trainer, arrays.inputs[0] * 1e300, arrays.targets[0])
    assert apply_step(trainer, far)
    assert trainer.divergence is not None
    np.testing.assert_array_equal(trainer.network.parameters, before)
    assert not apply_step(trainer, far)


def test_a_batch_size_that_holds_from_the_next_epoch_on_holds_for_its_first_step() -> None:
    trainer = Trainer(TrainingConfig())
    trainer.change(TrainingConfig(batch_size=30))
    found = inspect_training_point(trainer, 29)
    assert (found.is_next, len(found.indices)) == (True, 30)
    trainer.step()
    np.testing.assert_allclose(trainer.network.parameters, found.after.parameters, rtol=1e-9)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"])
def test_the_learning_rate_and_the_clipping_are_those_of_the_step(optimizer: str) -> None:
    config = TrainingConfig(
        optimizer=optimizer, schedule="step", schedule_epochs=1, schedule_factor=0.5, gradient_clip=0.01
    )
    trainer = Trainer(config)
    trainer.run_epochs(2)
    found = inspect_training_point(trainer, 2)
    assert found.rate == pytest.approx(config.learning_rate / 4)
    assert np.linalg.norm(found.gradient) * found.clipped == pytest.approx(0.01)
