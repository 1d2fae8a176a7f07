from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points, draw
from engine.data.features import compute
from engine.errors import InvalidValue
from engine.seeding import Purpose, stream
from engine.training.build import build_network
from engine.training.trainer import Trainer
from tests.engine.factories import configs, data_for, random_dataset, random_points, rows_of
from tests.support.examples import examples

pytestmark = pytest.mark.usefixtures("engine")


def trainer_of(**settings: Any) -> Trainer:
    return Trainer(TrainingConfig(**settings))


def same(one: Trainer, other: Trainer) -> None:
    """Assert that two trainers are at the same step with bit-identical parameters."""
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters)
    np.testing.assert_array_equal(one.pruned, other.pruned)
    assert (one.epoch, one.batch, one.divergence) == (other.epoch, other.batch, other.divergence)


def test_a_new_trainer_is_at_step_0() -> None:
    trainer = trainer_of()
    assert (trainer.epoch, trainer.batch, trainer.divergence, trainer.pruned.sum()) == (0, 0, None, 0)
    assert trainer.network.shape == (2, 4, 2, 1)
    assert len(trainer.dataset.train.targets) == len(trainer.dataset.test.targets) == 250


@pytest.mark.medium
@given(configs(learning_rate=0.1))
@settings(max_examples=examples(20))
def test_the_same_config_gives_bit_identical_results(config: TrainingConfig) -> None:
    one, other = Trainer(config), Trainer(config)
    one.run_epochs(2)
    other.run_epochs(2)
    same(one, other)
    assert one.metrics() == other.metrics()


def test_data_and_weights_have_separate_seeds() -> None:
    one, data, weights = trainer_of(), trainer_of(data_seed=1), trainer_of(weights_seed=1)
    np.testing.assert_array_equal(one.network.parameters, data.network.parameters)
    assert not np.array_equal(one.dataset.train.inputs, data.dataset.train.inputs)
    assert not np.array_equal(one.network.parameters, weights.network.parameters)
    np.testing.assert_array_equal(one.dataset.train.inputs, weights.dataset.train.inputs)
    drawn = build_network(weights.config, stream(1, Purpose.WEIGHTS))
    np.testing.assert_array_equal(weights.network.parameters, drawn.parameters)
    points = draw("circle", rng=stream(1, Purpose.DATA))
    np.testing.assert_array_equal(data.dataset.train.inputs, points.inputs[:250])


@pytest.mark.parametrize("batch_size", [1, 7, 10, 23, 500])
def test_single_steps_and_whole_epochs_give_the_same_state(batch_size: int) -> None:
    config = TrainingConfig(batch_size=batch_size, regularization="l1", regularization_rate=0.03)
    one, other = Trainer(config, data=random_dataset()), Trainer(config, data=random_dataset())
    batches = -(-23 // batch_size)
    for batch in range(2 * batches):
        assert (one.epoch, one.batch) == divmod(batch, batches)
        one.step()
    assert other.run_epochs(2) == 2
    same(one, other)


def test_run_epochs_finishes_the_current_epoch_first() -> None:
    one, other = trainer_of(), trainer_of()
    for _ in range(3):
        one.step()
    assert (one.epoch, one.batch) == (0, 3)
    assert one.run_epochs(1) == 1
    assert (one.epoch, one.batch) == (1, 0)
    other.run_epochs(1)
    same(one, other)


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_of_0_or_less_runs_no_epochs(count: int) -> None:
    trainer = trainer_of()
    assert trainer.run_epochs(count) == 0
    assert (trainer.epoch, trainer.batch) == (0, 0)


def test_run_epochs_stops_between_epochs_on_request() -> None:
    trainer = trainer_of()
    asked = iter([False, False, True])
    done = trainer.run_epochs(10_000, lambda: next(asked))
    # Asked after each epoch, or after a few epochs if they are short.
    assert 3 <= done < 10_000
    assert (trainer.epoch, trainer.batch) == (done, 0)
    assert next(asked, None) is None


@pytest.mark.medium
def test_the_default_network_learns_the_circle() -> None:
    trainer = trainer_of()
    before = trainer.metrics()
    trainer.run_epochs(300)
    after = trainer.metrics()
    assert after.train_loss < before.train_loss / 10
    assert after.test_accuracy is not None
    assert after.test_accuracy > 0.95


def test_metrics_are_the_mean_loss_and_the_accuracy() -> None:
    trainer = trainer_of(hidden_layers=(3,), noise=20)
    metrics = trainer.metrics()
    for points, loss, accuracy in (
        (trainer.dataset.train, metrics.train_loss, metrics.train_accuracy),
        (trainer.dataset.test, metrics.test_loss, metrics.test_accuracy),
    ):
        outputs = trainer.network.forward(compute(trainer.config.features, points.inputs))[:, 0]
        assert loss == pytest.approx((0.5 * (outputs - points.targets) ** 2).mean(), rel=1e-12)
        assert accuracy == (np.sign(outputs) == points.targets).mean()


def test_a_sigmoid_output_is_trained_on_targets_0_and_1() -> None:
    trainer = trainer_of(output_activation="sigmoid", hidden_layers=())
    outputs = trainer.network.forward(trainer.dataset.test.inputs)[:, 0]
    targets = (trainer.dataset.test.targets + 1) / 2
    metrics = trainer.metrics()
    assert metrics.test_loss == pytest.approx((0.5 * (outputs - targets) ** 2).mean(), rel=1e-12)
    assert metrics.test_accuracy == ((outputs > 0.5) == (targets == 1)).mean()


@pytest.mark.medium
def test_each_class_has_its_own_output() -> None:
    trainer = trainer_of(problem="multiclass", classes=4, input_scaling="standardized")
    before = trainer.metrics()
    assert before.train_loss == pytest.approx(np.log(4), rel=0.3)
    trainer.run_epochs(100)
    after = trainer.metrics()
    p = trainer.network.forward(trainer.network.inputs(trainer.dataset.test.inputs))
    labels = trainer.dataset.test.targets.astype(int)
    assert after.test_loss == pytest.approx(-np.log(p[range(len(labels)), labels]).mean())
    assert after.test_accuracy == (p.argmax(axis=1) == labels).mean()
    assert (p.argmax(axis=1) == labels).mean() > 0.9


def test_data_with_more_classes_than_the_config_raises() -> None:
    config = TrainingConfig(problem="multiclass", classes=2)
    with pytest.raises(InvalidValue, match="data: expected classes 0 to 1"):
        Trainer(config, data=random_dataset(problem="multiclass", classes=3))


def test_custom_points_are_learned() -> None:
    rows = tuple(rows_of(random_points(40)))
    trainer = trainer_of(dataset="own", points=rows, train_percent=70)
    assert sorted(rows_of(trainer.dataset.train) + rows_of(trainer.dataset.test)) == sorted(rows)
    assert abs(len(trainer.dataset.train.targets) - 28) <= 2  # one for each class
    before = trainer.metrics().train_loss
    trainer.run_epochs(200)
    assert trainer.metrics().train_loss < before


def test_scaling_is_fitted_to_the_training_points() -> None:
    trainer = trainer_of(input_scaling="standardized", train_percent=20)
    inputs = trainer.network.inputs(trainer.dataset.train.inputs)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(inputs.std(axis=0), 1)


def test_dropout_applies_only_in_training() -> None:
    dropping, plain = trainer_of(dropout=(0.5, 0.5)), trainer_of()
    assert dropping.metrics() == plain.metrics()
    dropping.run_epochs(1)
    plain.run_epochs(1)
    assert not np.array_equal(dropping.network.parameters, plain.network.parameters)
    assert dropping.metrics() == dropping.metrics()


@pytest.mark.parametrize("seed", [0, 1])
def test_dropout_is_seeded_by_the_weights_seed(seed: int) -> None:
    parameters = np.linspace(-1, 1, 25)
    config = TrainingConfig(dropout=(0.5, 0.5), weights_seed=seed)
    one, other = (
        Trainer(config, parameters=parameters),
        Trainer(config.changed({"weights_seed": 0}), parameters=parameters),
    )
    one.run_epochs(2)
    other.run_epochs(2)
    assert np.array_equal(one.network.parameters, other.network.parameters) == (seed == 0)


def test_restoring_a_snapshot_of_another_optimizer_raises() -> None:
    snapshot = trainer_of(optimizer="adam").snapshot()
    for optimizer in ("sgd", "momentum"):
        with pytest.raises(InvalidValue, match="snapshot: expected optimizer_state"):
            trainer_of(optimizer=optimizer).restore(snapshot)


def test_regression_has_no_accuracy() -> None:
    metrics = trainer_of(problem="regression").metrics()
    assert metrics.train_accuracy is metrics.test_accuracy is None


@pytest.mark.parametrize("output", ["tanh", "sigmoid"])
def test_an_output_at_the_threshold_counts_as_the_positive_class(output: str) -> None:
    data = Dataset(
        Points(np.ones((4, 2)), np.array([1.0, 1, 1, -1])), Points(np.ones((1, 2)), np.array([-1.0]))
    )
    config = TrainingConfig(initializer="zeros", output_activation=output)
    metrics = Trainer(config, data=data).metrics()
    assert (metrics.train_accuracy, metrics.test_accuracy) == (0.75, 0)


def test_given_data_and_parameters_are_used() -> None:
    data, parameters = random_dataset(), np.linspace(-1, 1, 25)
    trainer = Trainer(TrainingConfig(), data=data, parameters=parameters)
    assert trainer.dataset is data
    np.testing.assert_array_equal(trainer.network.parameters, parameters)
    trainer.run_epochs(1)
    trainer.reset()
    np.testing.assert_array_equal(trainer.network.parameters, parameters)


@pytest.mark.parametrize("parameters", [np.zeros(24), np.full(25, np.nan)])
def test_parameters_of_a_wrong_size_raise(parameters: np.ndarray) -> None:
    with pytest.raises(InvalidValue, match="parameters: expected"):
        Trainer(TrainingConfig(), parameters=parameters)


def test_reset_restores_the_same_initial_state() -> None:
    trainer = trainer_of(regularization="l1", regularization_rate=0.1)
    trainer.run_epochs(20)
    trainer.step()
    assert trainer.pruned.sum() > 0
    trainer.reset()
    same(trainer, trainer_of(regularization="l1", regularization_rate=0.1))
    trainer.run_epochs(5)
    other = trainer_of(regularization="l1", regularization_rate=0.1)
    other.run_epochs(5)
    same(trainer, other)


@pytest.mark.medium
@given(config=configs(), before=st.integers(0, 12), after=st.integers(1, 12))
@settings(max_examples=examples(40))
def test_a_snapshot_restores_everything_bit_for_bit(config: TrainingConfig, before: int, after: int) -> None:
    trainer = Trainer(config, data=data_for(config))
    for _ in range(before):
        trainer.step()
    snapshot = trainer.snapshot()
    for _ in range(after):
        trainer.step()
    then = trainer.snapshot()
    trainer.restore(snapshot)
    for _ in range(after):
        trainer.step()
    np.testing.assert_array_equal(trainer.network.parameters, then.parameters)
    np.testing.assert_array_equal(trainer.pruned, then.state.pruned)
    np.testing.assert_array_equal(trainer.snapshot().state.optimizer_state, then.state.optimizer_state)
    assert trainer.snapshot().state.steps == then.state.steps
    assert (trainer.epoch, trainer.batch, trainer.divergence) == (
        then.epoch,
        then.state.batch,
        then.divergence,
    )


def test_a_snapshot_can_be_continued_by_another_trainer_with_the_same_config() -> None:
    config = TrainingConfig(regularization="l1", regularization_rate=0.1, batch_size=7)
    one, other = Trainer(config), Trainer(config)
    one.run_epochs(20)
    one.step()
    other.restore(one.snapshot())
    assert other.pruned.sum() == one.pruned.sum() > 0
    one.run_epochs(2)
    other.run_epochs(2)
    same(one, other)


def test_a_snapshot_keeps_the_batch_size_of_its_current_epoch() -> None:
    trainer = trainer_of(batch_size=10)
    trainer.step()
    snapshot = trainer.snapshot()
    trainer.change(trainer.config.changed({"batch_size": 1}))
    trainer.run_epochs(2)
    trainer.restore(snapshot)
    for _ in range(24):
        assert trainer.epoch == 0
        trainer.step()
    assert trainer.epoch == 1


def test_restoring_a_snapshot_of_another_size_raises() -> None:
    snapshot = trainer_of(hidden_layers=(5,)).snapshot()
    trainer = trainer_of()
    before = trainer.network.parameters.copy()
    with pytest.raises(InvalidValue, match="snapshot"):
        trainer.restore(snapshot)
    np.testing.assert_array_equal(trainer.network.parameters, before)


@pytest.mark.parametrize("settings", [{}, {"problem": "multiclass", "classes": 4}, {"problem": "images"}])
def test_outputs_are_those_of_the_network_for_points_or_images(settings: dict[str, Any]) -> None:
    trainer = trainer_of(**settings, input_scaling="standardized")
    trainer.run_epochs(1)
    points = trainer.dataset.test.inputs
    outputs = trainer.outputs(points)
    assert outputs.shape == (len(points), trainer.config.outputs)
    expected = trainer.network.forward(trainer.network.inputs(points))
    np.testing.assert_allclose(outputs, expected, rtol=1e-9, atol=1e-9)
    assert trainer.outputs(points[:0]).shape == (0, trainer.config.outputs)
