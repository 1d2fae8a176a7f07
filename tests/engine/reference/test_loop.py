from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.nn import dropout
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import PROBLEMS, head
from engine.nn.layer_kinds.kind import PropagationMode
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from engine.reference.loop import batches_per_epoch, dropout_key, learning_rate
from engine.training.trainer import Trainer
from tests.engine.factories import HEADS, Array, configs, data_for, numerical_gradient, problem_of, rows_of
from tests.engine.plain import PlainNetwork
from tests.engine.reference.training_case import TrainingCase, single_weight
from tests.support.examples import examples


def settings_of(output: str, loss: str) -> dict[str, Any]:
    problem = problem_of(output)
    return {"problem": problem, "output_activation": output, "loss": loss, "learning_rate": 1e-3}


@pytest.mark.parametrize(
    ("activation", "end", "regularization"), list(product(ACTIVATIONS, HEADS, REGULARIZERS))
)
def test_a_step_follows_the_gradient_of_loss_and_penalty(
    activation: str, end: tuple[str, str], regularization: str
) -> None:
    case = TrainingCase(
        activation=activation,
        hidden_layers=(3, 2),
        regularization=regularization,
        regularization_rate=0.3,
        l1_ratio=0.3,
        **settings_of(*end),
    )
    measured = numerical_gradient(case.loss, case.network.parameters.copy())
    np.testing.assert_allclose(case.moved(), measured, atol=2e-7)
    assert np.abs(measured).max() > 1e-2


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_l2_is_part_of_the_gradient_for_adaptive_optimizers(optimizer: str) -> None:
    penalty: dict[str, Any] = {"regularization": "l2", "regularization_rate": 0.3}
    rest: dict[str, Any] = {"optimizer": optimizer, "learning_rate": 1e-3, "weight_decay": 0.5}
    # So large that dividing is by a constant, and the movement stays linear in the gradient.
    if "epsilon" in OPTIMIZERS[optimizer].parameters:
        rest["epsilon"] = 1.0
    plain, penalized = TrainingCase(**rest), TrainingCase(**rest, **penalty)
    weights = plain.network.weights_mask()
    at = plain.network.parameters.copy()
    gradient = numerical_gradient(penalized.loss if OPTIMIZERS[optimizer].adaptive else plain.loss, at)
    expected = OPTIMIZERS[optimizer].update(
        gradient, penalized.state.optimizer_state.copy(), 0, 1.0, penalized.config.hyperparameters
    )
    if not OPTIMIZERS[optimizer].adaptive:
        expected += 0.3 * weights * at
    if optimizer == "adamw":
        expected += 0.5 * weights * at
    np.testing.assert_allclose(penalized.moved(), expected, atol=2e-7)
    assert not np.allclose(plain.moved(), expected, atol=1e-3)


@pytest.mark.parametrize("end", HEADS)
@pytest.mark.parametrize("rates", [(0.5, 0.0), (0.0, 0.5), (0.3, 0.6)])
@pytest.mark.parametrize("place", [(0, 0), (7, 1)])
def test_a_step_with_dropout_follows_the_gradient_of_the_remaining_neurons(
    end: tuple[str, str], rates: tuple[float, ...], place: tuple[int, int]
) -> None:
    case = TrainingCase(
        count=14,
        batch_size=7,
        hidden_layers=(5, 4),
        layer_activations=("tanh", "softplus"),
        dropout=rates,
        **settings_of(*end),
    )
    case.state.epoch, case.state.batch = place
    points = range(7 * place[1], 7 * place[1] + 7)
    dropped = [
        dropout.factors(
            dropout_key(case.config),
            share,
            epoch=place[0],
            layer=layer,
            layers=2,
            points=points,
            count=14,
            neurons=(5, 4)[layer],
        )
        for layer, share in enumerate(rates)
    ]
    assert (dropped[0] == 0).any() or (dropped[1] == 0).any()
    case.inputs, case.targets = (
        case.inputs[points.start : points.stop],
        case.targets[points.start : points.stop],
    )
    measured = numerical_gradient(
        lambda parameters: case.loss(
            parameters, PropagationMode(dropout_factors=lambda number, *_: dropped[number])
        ),
        case.network.parameters.copy(),
    )
    np.testing.assert_allclose(case.moved(), measured, atol=2e-7)


@pytest.mark.parametrize("maximum", [0.01, 0.1, 1000.0])
def test_a_gradient_above_the_clipping_norm_is_scaled_down(maximum: float) -> None:
    free, clipped = TrainingCase(learning_rate=1e-3), TrainingCase(learning_rate=1e-3, gradient_clip=maximum)
    gradient, shorter = free.moved(), clipped.moved()
    length = float(np.linalg.norm(gradient))
    assert 0.1 < length < 1000
    np.testing.assert_allclose(shorter, gradient * min(1, maximum / length), rtol=1e-9, atol=1e-12)


def test_clipping_does_not_include_the_penalty() -> None:
    case = TrainingCase(learning_rate=1e-3, gradient_clip=1e-9, regularization="l2", regularization_rate=1.0)
    before = case.network.parameters.copy()
    np.testing.assert_allclose(case.moved(), case.network.weights_mask() * before, atol=1e-8)


def test_the_learning_rate_follows_the_schedule_epoch_by_epoch() -> None:
    settings: dict[str, Any] = {
        "learning_rate": 1e-3,
        "schedule": "step",
        "schedule_epochs": 2,
        "schedule_factor": 0.25,
    }
    rates = [learning_rate(TrainingConfig(**settings), epoch) for epoch in range(6)]
    assert rates == pytest.approx([1e-3, 1e-3, 2.5e-4, 2.5e-4, 6.25e-5, 6.25e-5])
    case = TrainingCase(count=6, batch_size=3, **settings)
    for rate in rates:
        for batch in range(2):
            rows = slice(3 * batch, 3 * batch + 3)
            forward = case.network.propagate(case.inputs[rows])
            gradient = case.network.backward(
                forward, case.targets[rows], head("tanh", "squared_error", 0.3)
            ).copy()
            np.testing.assert_allclose(case.moved() * 1e-3, rate * gradient, atol=1e-14)


CALM: dict[str, Any] = {"epsilon": 1e-3, "regularization_rate": 0.02}
"""Settings under which adaptive optimizers do not amplify rounding errors of gradients that are nearly 0."""


def chaotic(config: TrainingConfig, data: Dataset, epochs: int) -> bool:
    """Return whether initial parameters that differ by rounding errors lead to clearly different results."""

    def trained(parameters: Array) -> Trainer:
        trainer = Trainer(config, data=data, parameters=parameters)
        trainer.run_epochs(epochs)
        trainer.metrics()
        return trainer

    first = Trainer(config, data=data).network.parameters
    perturbation = np.random.default_rng(3).uniform(-1e-12, 1e-12, first.size)
    one, *others = (trained(first * (1 + times * perturbation)) for times in (0, 1, -1))
    if config.penalty.l1:
        # Whether a weight of about 0 crosses 0 depends on its last bits.
        beside = [trained(first + times * perturbation) for times in (1, -1)]
        if any(trainer.pruned.sum() != one.pruned.sum() for trainer in (*others, *beside)):
            return True
    return any(
        trainer.divergence is not None
        or not np.allclose(one.network.parameters, trainer.network.parameters, rtol=1e-7, atol=1e-7)
        or not np.allclose(one.metrics()[:2], trainer.metrics()[:2], rtol=1e-7, atol=1e-7)
        for trainer in (one, *others)
    )


@pytest.mark.medium
@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("examples", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_training_matches_plain_loops(examples: int) -> None:
    @given(
        config=configs(largest_layer=3, most_layers=2, **CALM),
        rate=st.sampled_from([0.003, 0.03]),
        batch_size=st.sampled_from([1, 2, 5, 11, 12, 500]),
    )
    @settings(max_examples=examples)
    def check(config: TrainingConfig, rate: float, batch_size: int) -> None:
        config = config.changed({"batch_size": batch_size, "learning_rate": rate})
        data = data_for(config, 11, 3)
        assume(not chaotic(config, data, 4))
        trainer = Trainer(config, data=data)
        train, test = rows_of(data.train), rows_of(data.test)
        plain = PlainNetwork(config, trainer.network.parameters.tolist(), train)
        for _ in range(4):
            metrics, expected = trainer.metrics(), [plain.loss(train), plain.loss(test)]
            np.testing.assert_allclose(metrics[:2], expected, rtol=1e-9, atol=1e-9)
            for accuracy, rows in zip(metrics[2:], (train, test), strict=True):
                if config.problem == "regression":
                    assert accuracy is None
                else:
                    unclear = tied(plain, rows) / len(rows)
                    assert accuracy == pytest.approx(plain.accuracy(rows), rel=0, abs=unclear + 1e-12)
            trainer.run_epochs(1)
            plain.epoch(train)
        np.testing.assert_allclose(trainer.network.parameters, plain.flat(), rtol=1e-9, atol=1e-9)
        assert trainer.pruned.sum() == plain.pruned_weights()

    check()


@pytest.mark.medium
@pytest.mark.usefixtures("engine")
@given(
    config=configs(largest_layer=3, most_layers=2, learning_rate=0.01, **CALM),
    cuts=st.lists(st.integers(1, 9), min_size=1, max_size=8),
)
@settings(max_examples=examples(50))
def test_training_does_not_depend_on_the_number_of_batches_per_call(
    config: TrainingConfig, cuts: list[int]
) -> None:
    config = config.changed({"batch_size": 5})
    whole, pieces = (Trainer(config, data=data_for(config, 11, 3)) for _ in range(2))
    for cut in cuts:
        for _ in range(cut):
            pieces.step()
    epochs, rest = divmod(sum(cuts), 3)
    whole.run_epochs(epochs)
    for _ in range(rest):
        whole.step()
    np.testing.assert_array_equal(whole.network.parameters, pieces.network.parameters)
    assert (whole.epoch, whole.batch) == (pieces.epoch, pieces.batch)


def test_one_step_of_one_weight_matches_values_computed_by_hand() -> None:
    """From w = 5, x = 2, target 6: the output is 10, the gradient 8, and a step of 0.1 gives w = 4.2."""
    case = single_weight(5, [2], [6])
    assert case.network.forward(case.inputs).tolist() == [[10]]
    assert case.moved()[0] == pytest.approx(8)
    assert case.network.parameters[0] == pytest.approx(4.2)


@pytest.mark.parametrize("count", [1, 10, 11, 23])
def test_the_last_batch_may_be_short(count: int) -> None:
    assert batches_per_epoch(count, 11) == len(range(0, count, 11))


def test_a_short_last_batch_is_averaged_over_its_own_size() -> None:
    case = single_weight(0, [1, 1, 1], [1, 1, 4], batch_size=2)
    assert case.loop.run_batches(case.state, 2)
    # First batch: gradient -1 for both, so 0.1 each; the second has one point, with error 0.2 - 4.
    np.testing.assert_allclose(case.network.parameters, [0.1 + 0.38, 0.1 + 0.38])


def test_batches_follow_in_order_from_the_batch_of_the_state() -> None:
    inputs, targets = [1, 2, 3, 4], [1, -1, 2, -2]
    case, turned = (
        single_weight(1, inputs, targets, batch_size=1),
        single_weight(1, inputs[1:3], targets[1:3], batch_size=1),
    )
    case.state.batch = 1
    assert case.loop.run_batches(case.state, 2)
    assert turned.loop.run_batches(turned.state, 2)
    np.testing.assert_array_equal(case.network.parameters, turned.network.parameters)
    assert (case.state.epoch, case.state.batch, case.state.steps) == (0, 3, 2)
    assert (turned.state.epoch, turned.state.batch, turned.state.steps) == (1, 0, 2)


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_a_state_that_becomes_non_finite_is_restored_to_the_last_whole_epoch(count: int) -> None:
    case = single_weight(1, [1e6, -1e6], [0, 1], batch_size=1, optimizer="momentum", learning_rate=100.0)
    good = case.state.copy()
    while case.loop.run_batches(case.state, 1):
        if case.state.batch == 0:
            good = case.state.copy()
    # Start again from the last whole epoch, with more batches than it takes to diverge.
    start = good.copy()
    case.state.assign(start)
    assert not case.loop.run_batches(case.state, 2 + count)
    for name in ("parameters", "optimizer_state", "pruned"):
        np.testing.assert_array_equal(getattr(case.state, name), getattr(start, name))
    assert (case.state.epoch, case.state.batch, case.state.steps) == (start.epoch, 0, start.steps)


def test_every_problem_is_tested() -> None:
    assert {problem_of(output) for output, _ in HEADS} == set(PROBLEMS) - {"images"}


def tied(plain: PlainNetwork, rows: list[Any]) -> int:
    """Return how many outputs are so close to a class boundary that their last bits decide."""
    threshold = 0.5 if plain.config.output_activation == "sigmoid" else 0.0
    count = 0
    for row in rows:
        outputs = sorted(plain.outputs(row))
        gap = outputs[-1] - outputs[-2] if len(outputs) > 1 else abs(outputs[0] - threshold)
        count += gap < 1e-9
    return count
