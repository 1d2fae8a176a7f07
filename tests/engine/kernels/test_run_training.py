"""Epochs with evaluations: the compiled loop compared with the reference loop."""

import sys

import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.kernels import codes, run_training
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import ReferenceLoop, TrainingLoop
from engine.state import State
from engine.training.trainer import Trainer
from tests.engine.factories import configs
from tests.engine.loop_pair import equal_up_to_rounding, kernels_loaded, perturbed  # noqa: F401 - a fixture
from tests.support.examples import examples


class LoopRun:
    """A network, its data and its state, trained by one of the two loops."""

    def __init__(
        self, config: TrainingConfig, kind: type[ReferenceLoop] | type[run_training.CompiledLoop]
    ) -> None:
        trainer = Trainer(config)
        self.network = trainer.network
        train, test = trainer.dataset.train, trainer.dataset.test
        inputs = self.network.inputs(np.concatenate([train.inputs, test.inputs]))
        labels = np.concatenate([train.targets, test.targets])
        targets = self.network.output.targets(labels, config.outputs)
        count = len(train.targets)
        self.points = inputs, targets
        self.loop: TrainingLoop = kind(
            self.network, config, inputs[:count], targets[:count], config.batch_size
        )
        self.state = trainer.snapshot().state.copy()
        self.state.parameters, self.state.buffers = self.network.parameters, self.network.buffers
        self.good = self.state.copy()

    def train_and_evaluate(self, epochs: int, stride: int) -> tuple[str, list[tuple[int, list[float]]]]:
        result, evaluations = self.loop.train_and_evaluate(
            self.state, self.good, epochs, stride, *self.points
        )
        assert (evaluations.metrics is None) == (not evaluations.losses)
        if evaluations.metrics is not None:
            assert evaluations.metrics == (*evaluations.losses[-1][1:], *evaluations.accuracies[-1])
            assert len(evaluations.accuracies) == len(evaluations.losses)
        return result, [(int(epoch), [train, test]) for epoch, train, test in evaluations.losses]


def same_state(one: State, other: State) -> None:
    assert (one.steps, one.epoch, one.batch) == (other.steps, other.epoch, other.batch)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-7, atol=1e-7)
    np.testing.assert_array_equal(one.pruned, other.pruned)


def compare_loops(
    config: TrainingConfig, finished_batches: int, pieces: list[tuple[int, int]], *, tolerance: float
) -> tuple[LoopRun, LoopRun] | None:
    """Train with both loops and assert that they evaluate the same epochs with the same losses.

    Return both; None if the training diverged, in both. A training that magnifies rounding errors is
    rejected.
    """
    reference, compiled = LoopRun(config, ReferenceLoop), LoopRun(config, run_training.CompiledLoop)
    moved = LoopRun(config, ReferenceLoop)
    moved.state.parameters[:] = perturbed(moved.state.parameters)
    for one in (reference, compiled, moved):
        one.loop.run_batches(one.state, finished_batches)
    for epochs, stride in pieces:
        result, evaluations = reference.train_and_evaluate(epochs, stride)
        same_result, same_evaluations = compiled.train_and_evaluate(epochs, stride)
        moved.train_and_evaluate(epochs, stride)
        if result != "good":
            assert same_result != "good"
            return None
        assume(equal_up_to_rounding(reference.state, moved.state))
        assert (result, [epoch for epoch, _ in evaluations]) == (
            same_result,
            [epoch for epoch, _ in same_evaluations],
        )
        for (_, found), (_, same) in zip(evaluations, same_evaluations, strict=True):
            assert found == pytest.approx(same, rel=tolerance, abs=tolerance)
    return reference, compiled


FINISHED_BATCHES = st.integers(0, 3)
PIECES = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from([1, 2, 4, 10**12, sys.maxsize])), min_size=1, max_size=3
)
RATES = st.floats(1e-5, 0.01)


@given(config=configs(optimizer="sgd"), rate=RATES, finished_batches=FINISHED_BATCHES, pieces=PIECES)
@settings(max_examples=examples(60))
def test_both_loops_evaluate_the_same_losses_and_reach_the_same_state(
    config: TrainingConfig, rate: float, finished_batches: int, pieces: list[tuple[int, int]]
) -> None:
    config = config.model_copy(update={"learning_rate": rate})
    assume(codes.supports(config))
    loops = compare_loops(config, finished_batches, pieces, tolerance=1e-6)
    if loops is None:
        reject()
    reference, compiled = loops
    same_state(reference.state, compiled.state)
    same_state(reference.good, compiled.good)


@given(
    config=st.sampled_from([name for name in OPTIMIZERS if name != "sgd"]).flatmap(
        lambda name: configs(optimizer=name, epsilon=1.0)
    ),
    rate=RATES,
    finished_batches=FINISHED_BATCHES,
    pieces=PIECES,
)
@settings(max_examples=examples(60))
def test_both_loops_agree_with_every_other_optimizer(
    config: TrainingConfig, rate: float, finished_batches: int, pieces: list[tuple[int, int]]
) -> None:
    """A large epsilon keeps adaptive optimizers from amplifying gradients that are only rounding errors."""
    config = config.model_copy(update={"learning_rate": rate})
    assume(codes.supports(config))
    compare_loops(config, finished_batches, pieces, tolerance=1e-6)


@pytest.mark.parametrize("kind", [ReferenceLoop, run_training.CompiledLoop])
def test_a_run_that_starts_within_an_epoch_ends_at_the_end_of_one(
    kind: type[ReferenceLoop] | type[run_training.CompiledLoop],
) -> None:
    one = LoopRun(TrainingConfig(), kind)
    one.loop.run_batches(one.state, 7)
    result, evaluations = one.train_and_evaluate(3, 2)
    assert result == "good"
    assert (one.state.epoch, one.state.batch, one.state.steps) == (3, 0, 75)
    assert [epoch for epoch, _ in evaluations] == [2]
    assert (one.good.epoch, one.good.batch, one.good.steps) == (2, 0, 50)


@pytest.mark.parametrize("kind", [ReferenceLoop, run_training.CompiledLoop])
@pytest.mark.parametrize(
    ("activation", "rate", "expected"), [("relu", 1e200, "parameters"), ("linear", 1e30, "loss")]
)
def test_a_non_finite_value_ends_the_run_and_keeps_the_last_finite_state(
    kind: type[ReferenceLoop] | type[run_training.CompiledLoop], activation: str, rate: float, expected: str
) -> None:
    config = TrainingConfig.model_validate(
        {"problem": "regression", "dataset": "plane", "activation": activation, "batch_size": 250}
    )
    one = LoopRun(config, kind)
    assert one.train_and_evaluate(2, 1)[0] == "good"
    wild = LoopRun(config.model_copy(update={"learning_rate": rate}), kind)
    wild.state.assign(one.state)
    wild.good.assign(one.good)
    result, evaluations = wild.train_and_evaluate(50, 1)
    assert result in {expected, "parameters"}
    assert all(np.isfinite(found[0]) for _, found in evaluations)
    assert np.isfinite(wild.good.parameters).all()
    assert wild.good.epoch == (evaluations[-1][0] if evaluations else 2)


def test_train_and_evaluate_equals_single_epochs_with_metrics() -> None:
    whole, single = Trainer(TrainingConfig()), Trainer(TrainingConfig())
    losses, metrics, accuracies = whole.train_and_evaluate(6, 2)
    for epoch in range(1, 7):
        single.run_epochs(1)
        if epoch % 2 == 0:
            assert losses[epoch // 2 - 1] == (epoch, *single.metrics()[:2])
            assert accuracies[epoch // 2 - 1] == single.metrics()[2:]
    assert metrics == single.metrics()
    assert np.array_equal(whole.network.parameters, single.network.parameters)
    assert whole.train_and_evaluate(1, 2) == ([], None, [])
