"""Divergence: training stops, the last finite state is kept, and training can continue after a change."""

from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.errors import NoSuchParameter
from engine.training.trainer import Divergence, Trainer

pytestmark = pytest.mark.usefixtures("engine")


EXPLOSIVE: dict[str, Any] = {"problem": "regression", "activation": "linear", "learning_rate": 10.0}


def diverged(**settings: Any) -> Trainer:
    trainer = Trainer(TrainingConfig(**EXPLOSIVE | settings))
    trainer.run_epochs(100)
    assert trainer.divergence is not None
    return trainer


@pytest.mark.parametrize("penalty", [{}, {"regularization": "l1", "regularization_rate": 100.0}])
def test_training_stops_before_the_first_batch_that_makes_a_parameter_non_finite(
    penalty: dict[str, Any],
) -> None:
    trainer = diverged(**penalty)
    assert trainer.divergence == Divergence(trainer.epoch, trainer.batch, "parameters")
    # The same training, batch by batch, with an eye on the numbers themselves.
    single = Trainer(trainer.config)
    while single.divergence is None:
        last, dead = single.network.parameters.copy(), single.pruned.copy()
        single.step()
    assert single.divergence == trainer.divergence
    for one in (trainer, single):
        np.testing.assert_array_equal(one.network.parameters, last)
        np.testing.assert_array_equal(one.pruned, dead)
    assert np.abs(last).max() > 1e50


def test_an_edit_by_hand_is_not_undone_by_a_divergence() -> None:
    trainer = Trainer(TrainingConfig(**EXPLOSIVE))
    trainer.metrics()
    trainer.set_bias(1, 0, 0.375)
    trainer.set_weight(1, 0, 1, -0.25)
    edited = trainer.network.parameters.copy()
    trainer.network.parameters[:] = 1e300  # the losses are not checked in between
    trainer.metrics()
    assert trainer.divergence is not None
    np.testing.assert_array_equal(trainer.network.parameters, edited)


def test_an_edit_that_makes_the_loss_non_finite_is_undone() -> None:
    trainer = Trainer(TrainingConfig(**EXPLOSIVE))
    before = trainer.network.parameters.copy()
    trainer.set_weight(len(trainer.network.layers), 0, 0, 1e300)
    trainer.metrics()
    assert trainer.divergence is not None
    np.testing.assert_array_equal(trainer.network.parameters, before)


def test_a_diverged_training_does_not_run() -> None:
    trainer = diverged()
    before = trainer.network.parameters.copy()
    assert trainer.run_epochs(5) == 0
    trainer.step()
    np.testing.assert_array_equal(trainer.network.parameters, before)


def test_measuring_restores_the_last_finite_state() -> None:
    trainer = Trainer(TrainingConfig(**EXPLOSIVE))
    good = {}
    while trainer.divergence is None:
        metrics = trainer.metrics()
        good[trainer.epoch, trainer.batch] = (metrics, trainer.network.parameters.tolist())
        trainer.step()
    metrics = trainer.metrics()
    assert np.isfinite(metrics[:2]).all()
    assert (trainer.epoch, trainer.batch) == max(good)
    assert good[max(good)] == (metrics, trainer.network.parameters.tolist())


def test_a_non_finite_loss_counts_as_divergence() -> None:
    trainer = Trainer(TrainingConfig(**EXPLOSIVE))
    good = trainer.metrics()
    before = trainer.network.parameters.copy()
    trainer.set_weight(1, 0, 0, 1e200)
    assert trainer.metrics() == good
    assert trainer.divergence == Divergence(0, 0, "loss")
    np.testing.assert_array_equal(trainer.network.parameters, before)


def test_the_last_finite_state_has_its_own_epoch_and_batch() -> None:
    trainer = Trainer(TrainingConfig(**EXPLOSIVE | {"learning_rate": 0.001}))
    trainer.run_epochs(3)
    good = trainer.metrics()
    trainer.run_epochs(2)
    trainer.step()
    trainer.set_weight(1, 0, 0, 1e200)
    assert trainer.metrics() == good
    assert trainer.divergence == Divergence(5, 1, "loss")
    assert (trainer.epoch, trainer.batch) == (3, 0)


def test_measuring_a_diverged_training_keeps_the_first_cause() -> None:
    trainer = diverged()
    divergence = trainer.divergence
    metrics = trainer.metrics()
    assert np.isfinite(metrics[:2]).all()
    assert trainer.divergence == divergence
    assert trainer.metrics() == metrics


def test_a_smaller_learning_rate_lets_training_continue() -> None:
    trainer = diverged()
    before = trainer.metrics()
    trainer.change(trainer.config.changed({"learning_rate": 0.003}))
    assert trainer.divergence is None
    trainer.run_epochs(20)
    assert trainer.divergence is None
    assert trainer.metrics().train_loss < before.train_loss


def test_an_edit_or_a_reset_lets_training_continue() -> None:
    trainer = diverged()
    trainer.metrics()
    trainer.set_bias(1, 0, 0.5)
    index = (trainer.epoch, trainer.batch)
    trainer.step()
    assert (trainer.epoch, trainer.batch) > index
    trainer.run_epochs(100)
    assert trainer.divergence is not None
    trainer.reset()
    assert trainer.run_epochs(0) == trainer.epoch == 0
    np.testing.assert_array_equal(
        trainer.network.parameters, Trainer(TrainingConfig(**EXPLOSIVE)).network.parameters
    )


def test_a_snapshot_keeps_the_divergence() -> None:
    trainer = diverged()
    snapshot, divergence = trainer.snapshot(), trainer.divergence
    trainer.reset()
    trainer.restore(snapshot)
    assert trainer.divergence == divergence


def test_one_weight_overshoots_above_a_quarter_and_diverges_above_a_half() -> None:
    """From w = 5 with x = 2, target 6, a step takes 4 times the learning rate off the distance to 3."""
    point = Points(np.array([[2.0, 0.0]]), np.array([6.0]))
    data = Dataset(point, point)

    def distances(learning_rate: float, steps: int) -> list[float]:
        config = TrainingConfig(
            problem="regression", hidden_layers=(), features=("x1",), learning_rate=learning_rate
        )
        trainer = Trainer(config, data=data, parameters=np.array([5.0, 0.0]))
        result = []
        for _ in range(steps):
            trainer.step()
            trainer.set_bias(1, 0, 0.0)
            result.append(float(trainer.network.parameters[0]) - 3)
        return result

    assert distances(0.1, 1) == pytest.approx([1.2])
    assert distances(0.25, 1) == pytest.approx([0])
    assert distances(0.3, 2) == pytest.approx([-0.4, 0.08])
    assert np.abs(distances(0.1, 100)[-1]) < 1e-12
    assert np.abs(distances(0.49, 500)[-1]) < 1e-6
    assert np.abs(distances(0.51, 500)[-1]) > 1e6


def test_an_undone_batch_leaves_no_weight_pruned() -> None:
    points = Points(np.array([[-0.5, 0.0]]), np.array([0.0]))
    config = TrainingConfig(
        problem="regression",
        hidden_layers=(),
        learning_rate=100.0,
        regularization="l1",
        regularization_rate=0.01,
    )
    # The first weight overflows in the step in which L1 carries the second across 0.
    trainer = Trainer(config, data=Dataset(points, points), parameters=np.array([1.7e308, 0.01, 0.0]))
    trainer.step()
    assert trainer.divergence == Divergence(0, 0, "parameters")
    assert trainer.pruned.sum() == 0
    assert trainer.network.parameters.tolist() == [1.7e308, 0.01, 0.0]


def test_a_restored_snapshot_becomes_the_last_finite_state() -> None:
    trainer = Trainer(TrainingConfig(problem="regression", activation="linear"))
    trainer.run_epochs(3)
    snapshot = trainer.snapshot()
    trainer.reset()
    trainer.metrics()
    trainer.restore(snapshot)
    trainer.set_weight(1, 0, 0, 1e200)
    trainer.metrics()
    assert trainer.epoch == 3
    np.testing.assert_array_equal(trainer.network.parameters, snapshot.parameters)


def test_the_last_finite_state_keeps_no_weights_pruned_by_a_removed_penalty() -> None:
    trainer = Trainer(TrainingConfig(problem="regression", regularization="l1", regularization_rate=0.3))
    trainer.run_epochs(20)
    trainer.metrics()
    assert trainer.pruned.sum() > 0
    trainer.change(trainer.config.changed({"regularization": "none"}))
    trainer.set_bias(3, 0, 1e200)
    trainer.metrics()
    assert trainer.divergence is not None
    assert trainer.pruned.sum() == 0


@pytest.mark.parametrize(
    ("index", "message"),
    [
        ((1, 2, 0), "no weight 2 to 0 in layer 1: expected a source from 0 to 1"),
        ((1, 0, 4), "no weight 0 to 4 in layer 1: expected a neuron from 0 to 3"),
        ((3, 0), "no bias 0 in layer 3: expected a layer from 1 to 2"),
        ((2, 1), "no bias 1 in layer 2: expected neuron 0"),
    ],
)
def test_an_unknown_weight_or_bias_raises_with_a_readable_message(
    index: tuple[int, ...], message: str
) -> None:
    trainer = Trainer(TrainingConfig(features=("x1", "x2"), hidden_layers=(4,)))
    with pytest.raises(NoSuchParameter) as refused:
        trainer.set_bias(*index, 1.0) if len(index) == 2 else trainer.set_weight(*index, 1.0)  # type: ignore[call-arg]
    assert str(refused.value) == message


def test_a_state_from_before_a_change_of_points_is_restored_at_the_start_of_its_epoch() -> None:
    rows = tuple((float(number % 7 - 3), float(number % 5 - 2), 1.0) for number in range(200))
    settings: dict[str, Any] = {
        "problem": "regression",
        "activation": "linear",
        "learning_rate": 1e-4,
        "batch_size": 1,
    }
    config = TrainingConfig(dataset="own", points=rows, **settings)
    trainer = Trainer(config)
    trainer.run_epochs(1)
    for _ in range(60):
        trainer.step()
    trainer.metrics()
    kept, counts = trainer.network.parameters.copy(), trainer.counts
    trainer.change(config.changed({"points": rows[:6]}))
    trainer.network.parameters[:] = 1e300
    trainer.metrics()
    assert trainer.divergence is not None
    np.testing.assert_array_equal(trainer.network.parameters, kept)
    assert (trainer.epoch, trainer.batch) == (1, 0)
    assert trainer.counts == counts, "what was trained still counts"
    trainer.set_bias(1, 0, 0.125)  # training may go on
    assert trainer.run_epochs(2) == 2
    assert trainer.counts.steps == counts.steps + 2 * len(trainer.dataset.train.inputs)


def test_a_snapshot_of_more_batches_than_the_points_give_begins_its_epoch_again() -> None:
    long, short = (Trainer(TrainingConfig(batch_size=1, train_percent=percent)) for percent in (90, 10))
    for _ in range(100):
        long.step()
    short.restore(long.snapshot())
    assert short.batch == 0
    assert short.run_epochs(2) == 2
