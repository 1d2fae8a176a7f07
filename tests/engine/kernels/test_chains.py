"""Networks with layers of all kinds: compiled training and evaluation beside those of the reference."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.kernels import codes, compile_cache, registry, run_metrics
from engine.nn.layers import LAYERS
from engine.optim.optimizers import OPTIMIZERS
from engine.reference import metrics
from engine.training import backend
from engine.training.trainer import Trainer
from tests.engine.chain_configs import chain_configs, divides_by_little
from tests.engine.factories import data_for, random_dataset
from tests.engine.kernels.test_run_training import compare_loops
from tests.engine.loop_pair import LoopPair, amplifies_rounding, kernels_loaded  # noqa: F401 - a fixture

pytestmark = pytest.mark.medium


@pytest.fixture(scope="module", autouse=True)
def chains_loaded() -> None:
    """Wait until the kernels of chains are compiled."""
    assert all(map(compile_cache.wait_for, registry.ON_DEMAND))


def of(**settings: Any) -> TrainingConfig:
    return TrainingConfig.model_validate(settings)


def dense(neurons: int, activation: str | None = None) -> dict[str, Any]:
    return {"kind": "dense", "neurons": neurons, "activation": activation}


NORM: dict[str, Any] = {"kind": "batch_norm"}
LAYERS_OF_ALL_KINDS = [
    dense(5, "relu"),
    {"kind": "batch_norm", "before_activation": True},
    dense(3),
    NORM,
    {"kind": "residual", "layers": 2},
    {"kind": "dropout", "rate": 0.2},
    dense(3),
    {"kind": "layer_norm"},
    {"kind": "residual", "layers": 1},
    {"kind": "residual", "layers": 3},
]


@pytest.mark.slow
def test_every_kind_of_layer_has_kernels() -> None:
    assert set(codes.KINDS) == set(LAYERS)


RATES = st.floats(1e-5, 0.01)


@given(
    config=st.sampled_from(list(OPTIMIZERS)).flatmap(lambda name: chain_configs(optimizer=name, epsilon=1.0)),
    rate=RATES,
    points=st.integers(2, 41),
    counts=st.lists(st.integers(1, 12), min_size=1, max_size=3),
)
@settings(max_examples=80)
@pytest.mark.slow
def test_any_chain_trains_as_the_reference_does(
    config: TrainingConfig, rate: float, points: int, counts: list[int]
) -> None:
    config = config.model_copy(update={"learning_rate": rate, "points": ()})
    data = data_for(config, points)
    both = LoopPair(config, data)
    for count in counts:
        assume(not divides_by_little(both.network, both.inputs, config.batch_size))
        finite = both.run_batches(count)
        assume(not divides_by_little(both.network, both.inputs, config.batch_size))
        assume(not amplifies_rounding(config, data, both.expected.steps))
        assert finite[0] == finite[1]
        both.check()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [2, 11, 22, 40])
@pytest.mark.slow
def test_all_kinds_together_train_as_the_reference_does(optimizer: str, batch_size: int) -> None:
    config = of(
        layers=LAYERS_OF_ALL_KINDS,
        batch_size=batch_size,
        optimizer=optimizer,
        regularization="elastic_net",
        regularization_rate=0.3,
        gradient_clip=0.5,
        epsilon=1e-3,
        learning_rate=0.01,
    )
    both = LoopPair(config, random_dataset())  # 23 points: with 2, 11 and 22 the last mini-batch has one
    assert both.run_batches(31) == (True, True)
    both.check()
    assert both.state.pruned.any()


@given(
    config=chain_configs(optimizer="sgd"),
    rate=RATES,
    finished_batches=st.integers(0, 3),
    pieces=st.lists(st.tuples(st.integers(1, 4), st.sampled_from([1, 2, 4, 10**12])), min_size=1, max_size=3),
)
@settings(max_examples=40)
@pytest.mark.slow
def test_evaluations_in_between_are_the_reference_s(
    config: TrainingConfig, rate: float, finished_batches: int, pieces: list[tuple[int, int]]
) -> None:
    config = config.model_copy(update={"learning_rate": rate})
    trainer = Trainer(config)
    for _ in range(3):  # before, and after some training
        assume(not divides_by_little(trainer.network, trainer.arrays.train_inputs, config.batch_size))
        trainer.run_epochs(6)
    loops = compare_loops(config, finished_batches, pieces, tolerance=1e-6)
    if loops is None:
        return
    reference, compiled = loops
    for one, other in ((reference.state, compiled.state), (reference.good, compiled.good)):
        assert (one.steps, one.epoch, one.batch) == (other.steps, other.epoch, other.batch)
        np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(one.buffers, other.buffers, rtol=1e-7, atol=1e-7)


@given(
    config=chain_configs(),
    train=st.integers(2, 600),
    test=st.integers(1, 600),
    seed=st.integers(0, 99),
)
@settings(max_examples=40)
@pytest.mark.slow
def test_losses_and_accuracies_are_the_reference_s(
    config: TrainingConfig, train: int, test: int, seed: int
) -> None:
    config = config.model_copy(update={"points": ()})
    network = Trainer(config, data=data_for(config, 5, 5)).network
    network.buffers *= np.random.default_rng(seed).uniform(0.3, 3, network.buffers.size)
    data = data_for(config, train, test)
    inputs = network.inputs(np.concatenate([data.train.inputs, data.test.inputs]))
    targets = network.output.targets(np.concatenate([data.train.targets, data.test.targets]), config.outputs)
    ours = run_metrics.measure(network, config, inputs, targets, train)
    expected = metrics.measure(network, config, inputs, targets, train)
    np.testing.assert_allclose(ours[:2], expected[:2], rtol=1e-9, atol=1e-9)
    if config.problem == "regression":
        assert ours[2:] == expected[2:] == (None, None)
    elif not {"step", "sine"} & {*config.activations}:
        # A point on the border may fall on either side.
        np.testing.assert_allclose(
            np.array(ours[2:], float), np.array(expected[2:], float), atol=1.5 / min(train, test)
        )


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.slow
def test_a_divergence_ends_as_in_the_reference(optimizer: str) -> None:
    config = of(
        problem="regression",
        layers=[dense(4, "relu"), dense(4, "relu"), {"kind": "residual", "layers": 1}],
        learning_rate=100.0,
        batch_size=5,
        optimizer=optimizer,
        regularization="l1",
        regularization_rate=1e-4,
    )
    both = LoopPair(config, random_dataset(problem="regression"))
    assert both.run_batches(500) == (False, False)
    assert np.isfinite(both.state.parameters).all()
    for name in ("epoch", "batch", "steps"):
        assert getattr(both.state, name) == getattr(both.expected, name), name
    while both.kernel.run_batches(both.state, 1):
        pass
    while both.reference.run_batches(both.expected, 1):
        pass
    assert both.state.steps == both.expected.steps


@pytest.mark.slow
def test_running_statistics_that_overflow_end_the_training_and_are_taken_back() -> None:
    both = LoopPair(of(layers=[dense(4, "linear"), NORM, dense(3)], batch_size=5), random_dataset())
    both.state.parameters[:] *= 1e170
    both.expected.parameters[:] *= 1e170
    before = both.state.copy()
    assert both.run_batches(3) == (False, False)
    for state in (both.state, both.expected):
        assert state.steps == 0
        np.testing.assert_array_equal(state.buffers, before.buffers)
        np.testing.assert_array_equal(state.parameters, before.parameters)


@pytest.mark.slow
def test_results_do_not_depend_on_the_number_of_batches_per_call() -> None:
    config = of(layers=LAYERS_OF_ALL_KINDS, batch_size=5, optimizer="adam", epsilon=1e-3)
    whole, pieces = LoopPair(config, random_dataset()), LoopPair(config, random_dataset())
    assert whole.run_batches(23) == (True, True)
    for count in (1, 0, 3, 2, 17):
        assert pieces.kernel.run_batches(pieces.state, count)
    for name in ("parameters", "buffers", "optimizer_state"):
        np.testing.assert_array_equal(getattr(pieces.state, name), getattr(whole.state, name))


@pytest.mark.slow
def test_a_snapshot_of_the_compiled_training_has_its_buffers() -> None:
    trainer = Trainer(of(layers=LAYERS_OF_ALL_KINDS))
    assert trainer.implementation == "compiled"
    trainer.run_epochs(2)
    snapshot = trainer.snapshot()
    assert snapshot.state.buffers.any()
    trainer.run_epochs(2)
    later = trainer.snapshot().state
    trainer.restore(snapshot)
    np.testing.assert_array_equal(trainer.network.buffers, snapshot.state.buffers)
    trainer.run_epochs(2)
    np.testing.assert_array_equal(trainer.snapshot().state.buffers, later.buffers)
    np.testing.assert_array_equal(trainer.snapshot().state.parameters, later.parameters)


@pytest.mark.slow
def test_until_its_kernels_are_loaded_a_chain_trains_in_numpy_and_demands_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demanded: list[str] = []
    monkeypatch.setattr(compile_cache, "request", demanded.extend)
    with registry.without(registry.ON_DEMAND):
        assert Trainer(TrainingConfig()).implementation == "compiled"
        assert not demanded
        trainer = Trainer(of(layers=LAYERS_OF_ALL_KINDS))
        assert not trainer.is_fast
        assert "chains" in demanded
        assert backend.metrics_function(trainer.config) is metrics.measure
    trainer.run_epochs(1)
    assert trainer.implementation == "compiled"
