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
from engine.optim import regularizers
from engine.optim.optimizers import OPTIMIZERS
from engine.optim.regularizers import REGULARIZERS
from engine.reference.loop import ReferenceLoop, batches_per_epoch, dropout_key, learning_rate
from engine.state import State
from engine.training.build import build_network
from engine.training.trainer import Trainer
from tests.engine.making import HEADS, Array, configs, data_for, problem_of, rows_of, slope, some_targets
from tests.engine.plain import PlainNetwork


class Walk:
    """A network with random parameters and data, and a descent that has not begun."""

    def __init__(self, count: int = 9, batch_size: int = 0, seed: int = 8, **settings: Any) -> None:
        rng = np.random.default_rng(seed)
        self.config = TrainingConfig(**settings)
        self.network = build_network(self.config, rng)
        size = self.network.parameters.size
        # Away from 0, so that no weight crosses it and L1 has a slope.
        self.network.parameters[:] = rng.choice([-1, 1], size) * rng.uniform(0.2, 1, size)
        self.inputs = rng.uniform(-2, 2, (count, self.network.shape[0]))
        labels = some_targets(self.config.problem, self.config.classes, count, rng)
        self.targets = self.network.output.targets(labels, self.config.outputs)
        self.state = State.initial(self.network.parameters, OPTIMIZERS[self.config.optimizer].slots)
        self.descent = ReferenceLoop(
            self.network, self.config, self.inputs, self.targets, batch_size or count
        )

    def loss(self, parameters: Array, dropped: Any = ()) -> float:
        """Return the mean loss for these parameters, penalties included."""
        before = self.network.parameters.copy()
        self.network.parameters[:] = parameters
        forward = self.network.propagate(self.inputs, dropped)
        self.network.parameters[:] = before
        config = self.config
        losses = head(config.output_activation, config.loss, config.huber_delta).loss(
            forward.pre_activations[-1], forward.outputs[-1], self.targets
        )
        l1, l2 = config.penalty
        weights = parameters[self.network.weights_mask()]
        penalty = l1 * regularizers.l1(weights).sum() + l2 * regularizers.l2(weights).sum()
        return float(losses.mean() + penalty)

    def moved(self, steps: int = 1) -> Array:
        """Return how far so many mini-batches go down, a learning rate of 1 being taken."""
        before = self.network.parameters.copy()
        assert self.descent.run_batches(self.state, steps)
        return (before - self.network.parameters) / self.config.learning_rate


def settings_of(output: str, loss: str) -> dict[str, Any]:
    problem = problem_of(output)
    return {"problem": problem, "output_activation": output, "loss": loss, "learning_rate": 1e-3}


@pytest.mark.parametrize(
    ("activation", "end", "regularization"), list(product(ACTIVATIONS, HEADS, REGULARIZERS))
)
def test_a_step_goes_down_the_slope_of_loss_and_penalty(
    activation: str, end: tuple[str, str], regularization: str
) -> None:
    walk = Walk(
        activation=activation,
        hidden_layers=(3, 2),
        regularization=regularization,
        regularization_rate=0.3,
        l1_ratio=0.3,
        **settings_of(*end),
    )
    measured = slope(walk.loss, walk.network.parameters.copy())
    np.testing.assert_allclose(walk.moved(), measured, atol=2e-7)
    assert np.abs(measured).max() > 1e-2


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_penalty_of_l2_enters_the_gradient_of_those_that_divide_by_its_size(optimizer: str) -> None:
    penalty: dict[str, Any] = {"regularization": "l2", "regularization_rate": 0.3}
    rest: dict[str, Any] = {"optimizer": optimizer, "learning_rate": 1e-3, "weight_decay": 0.5}
    # So large that dividing is by a constant, and the movement stays linear in the gradient.
    if "epsilon" in OPTIMIZERS[optimizer].parameters:
        rest["epsilon"] = 1.0
    plain, penalized = Walk(**rest), Walk(**rest, **penalty)
    weights = plain.network.weights_mask()
    at = plain.network.parameters.copy()
    gradient = slope(penalized.loss if OPTIMIZERS[optimizer].adaptive else plain.loss, at)
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
@pytest.mark.parametrize("shares", [(0.5, 0.0), (0.0, 0.5), (0.3, 0.6)])
@pytest.mark.parametrize("place", [(0, 0), (7, 1)])
def test_a_step_with_dropout_goes_down_the_slope_of_what_is_left(
    end: tuple[str, str], shares: tuple[float, ...], place: tuple[int, int]
) -> None:
    walk = Walk(
        count=14,
        batch_size=7,
        hidden_layers=(5, 4),
        layer_activations=("tanh", "softplus"),
        dropout=shares,
        **settings_of(*end),
    )
    walk.state.epoch, walk.state.batch = place
    points = range(7 * place[1], 7 * place[1] + 7)
    dropped = [
        dropout.factors(
            dropout_key(walk.config),
            share,
            epoch=place[0],
            layer=layer,
            layers=2,
            points=points,
            count=14,
            neurons=(5, 4)[layer],
        )
        for layer, share in enumerate(shares)
    ]
    assert (dropped[0] == 0).any() or (dropped[1] == 0).any()
    walk.inputs, walk.targets = (
        walk.inputs[points.start : points.stop],
        walk.targets[points.start : points.stop],
    )
    measured = slope(
        lambda parameters: walk.loss(parameters, [*dropped, None]), walk.network.parameters.copy()
    )
    np.testing.assert_allclose(walk.moved(), measured, atol=2e-7)


@pytest.mark.parametrize("longest", [0.01, 0.1, 1000.0])
def test_a_gradient_longer_than_allowed_is_shortened(longest: float) -> None:
    free, clipped = Walk(learning_rate=1e-3), Walk(learning_rate=1e-3, gradient_clip=longest)
    gradient, shorter = free.moved(), clipped.moved()
    length = float(np.linalg.norm(gradient))
    assert 0.1 < length < 1000
    np.testing.assert_allclose(shorter, gradient * min(1, longest / length), rtol=1e-9, atol=1e-12)


def test_clipping_leaves_the_penalty_out() -> None:
    walk = Walk(learning_rate=1e-3, gradient_clip=1e-9, regularization="l2", regularization_rate=1.0)
    before = walk.network.parameters.copy()
    np.testing.assert_allclose(walk.moved(), walk.network.weights_mask() * before, atol=1e-8)


def test_the_learning_rate_follows_the_schedule_epoch_by_epoch() -> None:
    settings: dict[str, Any] = {
        "learning_rate": 1e-3,
        "schedule": "step",
        "schedule_epochs": 2,
        "schedule_factor": 0.25,
    }
    rates = [learning_rate(TrainingConfig(**settings), epoch) for epoch in range(6)]
    assert rates == pytest.approx([1e-3, 1e-3, 2.5e-4, 2.5e-4, 6.25e-5, 6.25e-5])
    walk = Walk(count=6, batch_size=3, **settings)
    for rate in rates:
        for batch in range(2):
            rows = slice(3 * batch, 3 * batch + 3)
            forward = walk.network.propagate(walk.inputs[rows])
            gradient = walk.network.backward(
                forward, walk.targets[rows], head("tanh", "squared_error", 0.3)
            ).copy()
            np.testing.assert_allclose(walk.moved() * 1e-3, rate * gradient, atol=1e-14)


CALM: dict[str, Any] = {"epsilon": 1e-3, "regularization_rate": 0.02}
"""Where slopes that are but rounding errors would be divided by their own size, no two sums agree."""


def chaotic(config: TrainingConfig, data: Dataset, epochs: int) -> bool:
    """Return whether first parameters that differ by little more than their last bits end far apart."""

    def trained(parameters: Array) -> Trainer:
        trainer = Trainer(config, data=data, parameters=parameters)
        trainer.run_epochs(epochs)
        trainer.metrics()
        return trainer

    first = Trainer(config, data=data).network.parameters
    shake = np.random.default_rng(3).uniform(-1e-12, 1e-12, first.size)
    one, *others = (trained(first * (1 + times * shake)) for times in (0, 1, -1))
    if config.penalty.l1:
        # Whether a weight of about 0 is carried across it hangs on its very last bits.
        beside = [trained(first + times * shake) for times in (1, -1)]
        if any(trainer.pruned_weights != one.pruned_weights for trainer in (*others, *beside)):
            return True
    return any(
        trainer.divergence is not None
        or not np.allclose(one.network.parameters, trainer.network.parameters, rtol=1e-7, atol=1e-7)
        or not np.allclose(one.metrics()[:2], trainer.metrics()[:2], rtol=1e-7, atol=1e-7)
        for trainer in (one, *others)
    )


@pytest.mark.usefixtures("engine")
@given(
    config=configs(largest_layer=3, most_layers=2, **CALM),
    rate=st.sampled_from([0.003, 0.03]),
    batch_size=st.sampled_from([1, 2, 5, 11, 12, 500]),
)
@settings(max_examples=100)
def test_training_is_what_plain_loops_do(config: TrainingConfig, rate: float, batch_size: int) -> None:
    config = config.changed({"batch_size": batch_size, "learning_rate": rate})
    data = data_for(config, 11, 3)
    assume(not chaotic(config, data, 4))
    trainer = Trainer(config, data=data)
    train, test = rows_of(data.train), rows_of(data.test)
    plain = PlainNetwork(config, trainer.network.parameters.tolist(), train)
    for _ in range(4):
        metrics, expected = trainer.metrics(), [plain.loss(train), plain.loss(test)]
        np.testing.assert_allclose(metrics[:2], expected, rtol=1e-9, atol=1e-9)
        if config.problem != "regression" and not tied(plain, train + test):
            assert metrics[2:] == (plain.accuracy(train), plain.accuracy(test))
        trainer.run_epochs(1)
        plain.epoch(train)
    np.testing.assert_allclose(trainer.network.parameters, plain.flat(), rtol=1e-9, atol=1e-9)
    assert trainer.pruned_weights == plain.pruned_weights()


@pytest.mark.usefixtures("engine")
@given(
    config=configs(largest_layer=3, most_layers=2, learning_rate=0.01, **CALM),
    cuts=st.lists(st.integers(1, 9), min_size=1, max_size=8),
)
@settings(max_examples=50)
def test_pieces_of_any_size_make_the_same_training(config: TrainingConfig, cuts: list[int]) -> None:
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


def single(weight: float, inputs: Any, targets: Any, batch_size: int = 0, **settings: Any) -> Walk:
    """Return a walk of one weight, and one bias of 0: output w x + b; the learning rate is 0.1."""
    settings = {"problem": "regression", "features": ("x1",), "hidden_layers": (), **settings}
    walk = Walk(len(inputs), **{"learning_rate": 0.1} | settings)
    walk.network.parameters[:] = [weight, 0]
    walk.inputs, walk.targets = (np.array(values, dtype=float)[:, None] for values in (inputs, targets))
    walk.descent = ReferenceLoop(
        walk.network, walk.config, walk.inputs, walk.targets, batch_size or len(inputs)
    )
    return walk


def test_one_weight_by_hand() -> None:
    """From w = 5, x = 2, target 6: the output is 10, the slope at w is 8, and a step of 0.1 gives w = 4.2."""
    walk = single(5, [2], [6])
    assert walk.network.forward(walk.inputs).tolist() == [[10]]
    assert walk.moved()[0] == pytest.approx(8)
    assert walk.network.parameters[0] == pytest.approx(4.2)


@pytest.mark.parametrize("count", [1, 10, 11, 23])
def test_the_last_batch_may_be_short(count: int) -> None:
    assert batches_per_epoch(count, 11) == len(range(0, count, 11))


def test_a_short_last_batch_is_averaged_over_its_own_size() -> None:
    walk = single(0, [1, 1, 1], [1, 1, 4], batch_size=2)
    assert walk.descent.run_batches(walk.state, 2)
    # First batch: gradient -1 for both, so 0.1 each; the second has one point, with error 0.2 - 4.
    np.testing.assert_allclose(walk.network.parameters, [0.1 + 0.38, 0.1 + 0.38])


def test_batches_are_taken_in_order_from_the_place_of_the_state() -> None:
    inputs, targets = [1, 2, 3, 4], [1, -1, 2, -2]
    walk, turned = (
        single(1, inputs, targets, batch_size=1),
        single(1, inputs[1:3], targets[1:3], batch_size=1),
    )
    walk.state.batch = 1
    assert walk.descent.run_batches(walk.state, 2)
    assert turned.descent.run_batches(turned.state, 2)
    np.testing.assert_array_equal(walk.network.parameters, turned.network.parameters)
    assert (walk.state.epoch, walk.state.batch, walk.state.steps) == (0, 3, 2)
    assert (turned.state.epoch, turned.state.batch, turned.state.steps) == (1, 0, 2)


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_a_state_that_ceases_to_be_finite_comes_back_as_it_was_at_the_last_look(count: int) -> None:
    walk = single(1, [1e6, -1e6], [0, 1], batch_size=1, optimizer="momentum", learning_rate=100.0)
    good = walk.state.copy()
    while walk.descent.run_batches(walk.state, 1):
        if walk.state.batch == 0:
            good = walk.state.copy()
    # Begin again before the last whole epoch, with more than it takes.
    start = good.copy()
    walk.state.assign(start)
    assert not walk.descent.run_batches(walk.state, 2 + count)
    for name in ("parameters", "optimizer_state", "pruned"):
        np.testing.assert_array_equal(getattr(walk.state, name), getattr(start, name))
    assert (walk.state.epoch, walk.state.batch, walk.state.steps) == (start.epoch, 0, start.steps)


def test_l2_shrinks_the_weight_as_it_was_before_the_step() -> None:
    walk = single(2, [1], [0], regularization="l2", regularization_rate=0.5)
    walk.moved()
    # Gradient at w: (2 - 0) * 1 = 2; mid = 2 - 0.2; new = mid - 0.05 * 2. The bias has no penalty.
    np.testing.assert_allclose(walk.network.parameters, [1.7, -0.2])


def l1_step(weight: float, target: float, strength: float, *, dead: bool = False) -> tuple[float, bool]:
    """Take one step of one weight under L1, at x = 1; return where it is, and whether dead."""
    walk = single(weight, [1], [target], regularization="l1", regularization_rate=10 * strength)
    walk.state.pruned[0] = dead
    walk.moved()
    return round(float(walk.network.parameters[0]), 12), bool(walk.state.pruned[0])


def test_l1_pulls_by_the_sign() -> None:
    assert l1_step(2, 2, 0.05) == (1.95, False)
    assert l1_step(-2, -2, 0.05) == (-1.95, False)
    assert l1_step(0, 0, 0.05) == (0, False)


def test_a_weight_that_l1_carries_across_0_is_dead() -> None:
    assert l1_step(0.03, 0.03, 0.05) == (0, True)
    assert l1_step(-0.03, -0.03, 0.05) == (0, True)


def test_a_weight_that_the_data_carries_across_0_lives() -> None:
    # mid = 0.1 - 0.1 * (0.1 + 2.9) = -0.2, and the pull by the old sign takes it further.
    assert l1_step(0.1, -2.9, 0.05) == (-0.25, False)


def test_a_weight_that_comes_to_0_exactly_lives() -> None:
    assert l1_step(0.5, 0.5, 0.5) == (0, False)


def test_a_dead_weight_stays_where_it_is() -> None:
    assert l1_step(0, 5, 0.05, dead=True) == (0, True)


def test_the_elastic_net_is_some_of_both() -> None:
    penalty: dict[str, Any] = {"regularization": "elastic_net", "regularization_rate": 0.5, "l1_ratio": 0.2}
    walk = single(2, [1], [2], **penalty)
    walk.moved()
    # No slope; 0.1 * 0.5 * (0.2 sign(2) + 0.8 * 2) = 0.09.
    np.testing.assert_allclose(walk.network.parameters, [1.91, 0])


def test_every_problem_has_been_walked() -> None:
    assert {problem_of(output) for output, _ in HEADS} == set(PROBLEMS)


def tied(plain: PlainNetwork, rows: list[Any]) -> bool:
    """Return whether an answer stands so near the border of two classes that the last bits decide."""
    middle = 0.5 if plain.config.output_activation == "sigmoid" else 0.0
    for row in rows:
        outputs = sorted(plain.outputs(row))
        gap = outputs[-1] - outputs[-2] if len(outputs) > 1 else abs(outputs[0] - middle)
        if gap < 1e-9:
            return True
    return False
