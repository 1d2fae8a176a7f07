"""With any settings and points, training ends finite or diverged, and never warns."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from engine.optim.optimizers import OPTIMIZERS
from engine.state import Metrics
from engine.training.trainer import Trainer
from tests.engine.factories import HEADS, configs, data_for, problem_of
from tests.support.examples import examples

pytestmark = pytest.mark.usefixtures("engine")
SLOW = pytest.mark.slow


def scaled(config: TrainingConfig, reach: float) -> Dataset:
    """Return random points multiplied by `reach`; in a regression the targets too."""

    def further(points: Points) -> Points:
        return Points(
            points.inputs * reach, points.targets * (reach if config.problem == "regression" else 1)
        )

    data = data_for(config, 11, 5)
    return Dataset(further(data.train), further(data.test))


@pytest.mark.medium
@given(
    config=configs(learning_rate=100.0),
    reach=st.sampled_from([1.0, 1e-3, 160.0]),
    batch_size=st.sampled_from([1, 2, 11, 100]),
)
@settings(max_examples=examples(150))
def test_any_training_ends_finite_or_diverged_without_warnings(
    config: TrainingConfig, reach: float, batch_size: int
) -> None:
    trainer = Trainer(config.changed({"batch_size": batch_size}), data=scaled(config, reach))
    with np.errstate(all="raise", under="ignore"):
        for _ in range(4):
            trainer.run_epochs(4)
            assert np.isfinite(trainer.network.parameters).all()
            assert_finite(trainer.metrics())
            assert np.isfinite(trainer.network.parameters).all()
        assert (trainer.divergence is None) == ((trainer.epoch, trainer.batch) == (16, 0))
        step_with_tiny_rate(trainer)


def step_with_tiny_rate(trainer: Trainer) -> None:
    """Run one step with a tiny learning rate; assert that it is counted unless the training diverges."""
    trainer.change(trainer.config.changed({"learning_rate": 1e-300}))
    position = (trainer.epoch, trainer.batch)
    trainer.step()
    assert ((trainer.epoch, trainer.batch) > position) == (trainer.divergence is None)
    assert np.isfinite(trainer.network.parameters).all()


REACHES = st.sampled_from([1.0, 160.0])


def continued(config: TrainingConfig, reach: float) -> tuple[Trainer, np.ndarray]:
    """Train until divergence, then take one step with a tiny learning rate.

    Return the trainer, and the parameters before that step. Reject what does not diverge.
    """
    trainer = Trainer(config, data=scaled(config, reach))
    with np.errstate(all="raise", under="ignore"):
        trainer.run_epochs(16)
        trainer.metrics()
        assume(trainer.divergence is not None)
        before = trainer.network.parameters.copy()
        step_with_tiny_rate(trainer)
    return trainer, before


UNBOUNDED = st.sampled_from([name for name in OPTIMIZERS if name not in ("rmsprop", "adam", "adamw")])
"""Optimizers whose steps are proportional to the gradient, so that a large learning rate diverges."""


def diverging(**fixed: Any) -> st.SearchStrategy[TrainingConfig]:
    """Return a strategy for configs most of which diverge."""
    settings: dict[str, Any] = {
        "problem": "regression",
        "loss": "squared_error",
        "activation": "linear",
        "layer_activations": (),
        "dropout": (),
        "learning_rate": 100.0,
        "schedule": "constant",
        "gradient_clip": 0.0,
    }
    return configs(**settings | fixed)


@pytest.mark.medium
@given(config=UNBOUNDED.flatmap(lambda name: diverging(optimizer=name)), reach=REACHES)
@settings(max_examples=examples(50))
def test_a_diverged_training_continues_finite_with_a_tiny_learning_rate(
    config: TrainingConfig, reach: float
) -> None:
    trainer, _ = continued(config, reach)
    assert np.isfinite(trainer.network.parameters).all()


@pytest.mark.medium
@given(config=diverging(optimizer="sgd", regularization="none"), reach=REACHES)
@settings(max_examples=examples(50))
def test_the_sgd_step_after_a_divergence_starts_from_the_last_finite_state(
    config: TrainingConfig, reach: float
) -> None:
    trainer, before = continued(config, reach)
    np.testing.assert_allclose(trainer.network.parameters, before, rtol=1e-6, atol=1e-6)


def assert_finite(metrics: Metrics) -> None:
    assert np.isfinite(metrics[:2]).all()
    for accuracy in metrics[2:]:
        assert accuracy is None or 0 <= accuracy <= 1


@pytest.mark.medium
@given(config=configs(learning_rate=100.0, gradient_clip=0.0), batch_size=st.sampled_from([1, 4]))
@settings(max_examples=examples(60))
def test_a_diverged_training_keeps_the_state_after_the_last_finite_batch(
    config: TrainingConfig, batch_size: int
) -> None:
    config = config.changed({"batch_size": batch_size})
    trainer, single = (Trainer(config, data=scaled(config, 160.0)) for _ in range(2))
    trainer.run_epochs(5)
    last = single.snapshot()
    while single.divergence is None and single.epoch < 5:
        last = single.snapshot()
        single.step()
    assert single.divergence == trainer.divergence
    np.testing.assert_array_equal(trainer.network.parameters, single.network.parameters)
    expected = single.snapshot() if single.divergence is None else last
    assert single.divergence in (None, (last.epoch, last.state.batch, "parameters"))
    for name in ("parameters", "pruned", "optimizer_state"):
        np.testing.assert_array_equal(getattr(trainer.snapshot().state, name), getattr(expected.state, name))


@pytest.mark.medium
@given(config=configs(), reach=st.sampled_from([1e60, 1e110, 1e200, 1e307]))
@settings(max_examples=examples(80))
def test_points_outside_all_bounds_do_not_raise(config: TrainingConfig, reach: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        data = scaled(config, reach / 10)
        trainer = Trainer(config, data=data)
        finite = np.isfinite(trainer.metrics()[:2]).all()
        assert finite == (trainer.divergence is None)
        trainer.run_epochs(3)
        trainer.metrics()
    assert np.isfinite(trainer.network.parameters).all()


@pytest.mark.medium
@given(config=configs(problem="regression"), reach=st.sampled_from([1e200, 1e307]))
@settings(max_examples=examples(40))
def test_points_without_a_finite_loss_leave_the_initial_parameters(
    config: TrainingConfig, reach: float
) -> None:
    with np.errstate(all="raise", under="ignore"):
        trainer = Trainer(config, data=scaled(config, reach / 10))
        first = trainer.network.parameters.copy()
        trainer.metrics()
        assume(trainer.divergence is not None)
        trainer.run_epochs(3)
        trainer.metrics()
    np.testing.assert_array_equal(trainer.network.parameters, first)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("end", HEADS)
@pytest.mark.parametrize(
    "activation",
    ["relu", "sine", *(pytest.param(name, marks=SLOW) for name in ("linear", "swish", "softplus", "gelu"))],
)
def test_custom_points_at_the_bounds_with_the_largest_learning_rate(
    optimizer: str, end: tuple[str, str], activation: str
) -> None:
    rows = tuple((x1, x2, 1.0) for x1 in (-1000.0, 1000.0) for x2 in (-1000.0, 1000.0, 0.0))
    config = TrainingConfig(
        problem=problem_of(end[0]),
        dataset="own",
        points=rows,
        features=("x1_cubed", "x2_cubed", "x1_x2"),
        output_activation=end[0],
        loss=end[1],
        optimizer=optimizer,
        activation=activation,
        learning_rate=100.0,
        batch_size=1,
        regularization="l2",
        regularization_rate=100.0,
        weight_decay=10.0,
    )
    trainer = Trainer(config)
    with np.errstate(all="raise", under="ignore"):
        trainer.run_epochs(60)
        assert_finite(trainer.metrics())
    assert np.isfinite(trainer.network.parameters).all()
    # Weights of plain descent change their sign at each step and grow ten thousandfold.
    assert (trainer.divergence is None) == (optimizer in ("rmsprop", "adam"))
