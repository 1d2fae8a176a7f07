"""Networks of images: compiled training and evaluation beside those of the reference."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.kernels import compile_cache, image_layout, registry, run_metrics
from engine.nn.activations import ACTIVATIONS
from engine.optim.optimizers import OPTIMIZERS
from engine.reference import metrics
from engine.training import backend
from engine.training.trainer import Trainer
from tests.engine.chain_configs import divides_by_little, image_configs
from tests.engine.factories import data_for
from tests.engine.kernels.test_run_training import compare_loops
from tests.engine.loop_pair import LoopPair, amplifies_rounding, kernels_loaded  # noqa: F401 - a fixture

pytestmark = [pytest.mark.medium, pytest.mark.slow]

Layers = list[dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def image_chains_loaded() -> None:
    """Wait until the kernels of networks of images are compiled."""
    assert compile_cache.wait_for("image_chains")


def of(layers: Layers, **settings: Any) -> TrainingConfig:
    usual = {"activation": "tanh", "initializer": "he_uniform", "batch_size": 11, "learning_rate": 0.05}
    return TrainingConfig.model_validate({"problem": "images", "layers": layers, **usual, **settings})


def conv(filters: int, size: int = 3, **settings: Any) -> dict[str, Any]:
    return {"kind": "conv", "filters": filters, "size": size, **settings}


def pool(kind: str, size: int = 2, **settings: Any) -> dict[str, Any]:
    return {"kind": f"{kind}_pool", "size": size, **settings}


NORM, BEFORE = {"kind": "batch_norm"}, {"kind": "batch_norm", "before_activation": True}
FLATTEN, RESIDUAL, TWO = (
    {"kind": "flatten"},
    {"kind": "residual", "layers": 1},
    {"kind": "residual", "layers": 2},
)
DENSE = {"kind": "dense", "neurons": 13}
ALL_KINDS = [
    *(conv(5), BEFORE, conv(5), NORM, RESIDUAL, {"kind": "dropout", "rate": 0.2}, pool("max")),
    *(conv(6, 2, padding="valid"), {"kind": "layer_norm"}, pool("average", 2, stride=1), FLATTEN),
    *(DENSE, {"kind": "layer_norm"}, DENSE, RESIDUAL, NORM, {"kind": "dropout", "rate": 0.3}),
]
CHAINS: dict[str, Layers] = {
    "dense alone": [DENSE, {"kind": "dense", "neurons": 8}],
    "wide and dense": [{"kind": "dense", "neurons": 256}, {"kind": "dense", "neurons": 128}],
    "same": [conv(4), conv(3)],
    "valid": [conv(4, padding="valid"), conv(9, 2, padding="valid")],
    "as large as the image": [conv(3, 8, padding="valid"), conv(2, 8)],
    "a single pixel": [conv(5, 1), conv(5, 1, stride=3)],
    "strides": [conv(6, 3, stride=2), conv(7, 2, stride=3)],
    "even": [conv(5, 4), conv(6, 6, stride=2), conv(3, 2)],
    "max pool": [conv(4), pool("max"), conv(5), pool("max", 3, stride=2)],
    "overlapping max pool": [conv(4), pool("max", 3, stride=1), conv(2), pool("max", 4, stride=3)],
    "average pool": [conv(4), pool("average"), conv(5), pool("average", 3, stride=2)],
    "average pool, overlapping": [conv(4), pool("average", 3, stride=1), pool("average", 2, stride=3)],
    "flatten": [conv(4), FLATTEN, DENSE],
    "batch norm": [conv(4), NORM, pool("max"), conv(3), BEFORE, DENSE, NORM],
    "residual": [conv(4), conv(4), RESIDUAL, conv(3), conv(4), TWO],
    "residual around pools": [conv(4), conv(4), pool("max", 3, stride=1), conv(4, 3), RESIDUAL, NORM],
    "residual after flatten": [
        conv(2),
        FLATTEN,
        {"kind": "dense", "neurons": 128},
        RESIDUAL,
        DENSE,
        TWO,
        NORM,
    ],
    "all kinds": ALL_KINDS,
}


@pytest.mark.parametrize("case", CHAINS)
@pytest.mark.parametrize("batch_size", [1, 2, 11, 40])
def test_every_kind_of_layer_trains_as_the_reference_does(case: str, batch_size: int) -> None:
    norms = any(layer["kind"] == "batch_norm" for layer in CHAINS[case])
    # Of two points, batch normalization leaves the signs of their differences: rounding errors decide.
    config = of(CHAINS[case], batch_size=max(batch_size, 4) if norms else batch_size, learning_rate=0.02)
    both = LoopPair(config, data_for(config, 23))  # the last mini-batch has one point
    assert both.run_batches(1) == (True, True)
    both.check(1e-12)
    assert both.run_batches(30) == (True, True)
    both.check()


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_activations_and_optimizers_train_as_the_reference_does(activation: str, optimizer: str) -> None:
    config = of(
        ALL_KINDS,
        activation=activation,
        optimizer=optimizer,
        regularization="elastic_net",
        regularization_rate=0.3,
        gradient_clip=0.5,
        epsilon=1e-3,
        learning_rate=0.01,
        input_scaling="standardized",
    )
    both = LoopPair(config, data_for(config, 23))
    assert both.run_batches(10) == (True, True)
    both.check()


RATES = st.floats(1e-5, 0.01)


@given(
    config=st.sampled_from(list(OPTIMIZERS)).flatmap(lambda name: image_configs(optimizer=name, epsilon=1.0)),
    rate=RATES,
    points=st.integers(2, 41),
    counts=st.lists(st.integers(1, 8), min_size=1, max_size=3),
)
@settings(max_examples=50)
def test_any_chain_trains_as_the_reference_does(
    config: TrainingConfig, rate: float, points: int, counts: list[int]
) -> None:
    config = config.model_copy(update={"learning_rate": rate})
    data = data_for(config, points)
    both = LoopPair(config, data)
    for count in counts:
        assume(not divides_by_little(both.network, both.inputs, config.batch_size))
        finite = both.run_batches(count)
        assume(not divides_by_little(both.network, both.inputs, config.batch_size))
        assume(not amplifies_rounding(config, data, both.expected.steps))
        assert finite[0] == finite[1]
        both.check()


@given(
    config=image_configs(optimizer="sgd", train_percent=10, regularization="none", gradient_clip=1.0),
    finished_batches=st.integers(0, 3),
    pieces=st.lists(st.tuples(st.integers(1, 2), st.sampled_from([1, 2, 10**12])), min_size=1, max_size=2),
)
@settings(max_examples=15)
def test_evaluations_in_between_are_the_reference_s(
    config: TrainingConfig, finished_batches: int, pieces: list[tuple[int, int]]
) -> None:
    config = config.model_copy(update={"learning_rate": 1e-4, "batch_size": 40})
    trainer = Trainer(config)
    assume(not divides_by_little(trainer.network, trainer.arrays.train_inputs, config.batch_size))
    compare_loops(config, finished_batches, pieces, tolerance=1e-6)


@given(config=image_configs(), train=st.integers(2, 600), test=st.integers(1, 600), seed=st.integers(0, 99))
@settings(max_examples=40)
def test_outputs_losses_and_accuracies_are_the_reference_s(
    config: TrainingConfig, train: int, test: int, seed: int
) -> None:
    network = Trainer(config, data=data_for(config, 5, 5)).network
    network.buffers *= np.random.default_rng(seed).uniform(0.3, 3, network.buffers.size)
    data = data_for(config, train, test)
    inputs = network.inputs(np.concatenate([data.train.inputs, data.test.inputs]))
    targets = network.output.targets(np.concatenate([data.train.targets, data.test.targets]), config.outputs)
    ours = run_metrics.measure(network, config, inputs, targets, train)
    expected = metrics.measure(network, config, inputs, targets, train)
    np.testing.assert_allclose(ours[:2], expected[:2], rtol=1e-9, atol=1e-9)
    if not {"step", "sine"} & {*config.activations}:
        np.testing.assert_allclose(
            np.array(ours[2:], float), np.array(expected[2:], float), atol=1.5 / min(train, test)
        )
        found = run_metrics.outputs(network, inputs)
        np.testing.assert_allclose(found, network.forward(inputs), rtol=1e-9, atol=1e-9)


def test_a_trainer_s_outputs_are_compiled() -> None:
    trainer = Trainer(of(CHAINS["max pool"]))
    assert trainer.implementation == "compiled"
    images = trainer.dataset.test.inputs
    expected = trainer.network.forward(trainer.network.inputs(images))
    np.testing.assert_allclose(trainer.outputs(images), expected, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(trainer.outputs(images[:1]), expected[:1], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(trainer.outputs(images[::-3]), expected[::-3], rtol=1e-12, atol=1e-12)
    assert trainer.outputs(images[:0]).shape == (0, 10)


def test_equal_values_in_a_window_give_the_gradient_to_the_first() -> None:
    config = of([conv(3, activation="step"), pool("max", 3, stride=2), conv(4), pool("max")])
    data = data_for(config, 30)
    alike = data.train._replace(inputs=data.train.inputs.round())
    both = LoopPair(config, Dataset(alike, data.test))
    assert both.run_batches(20) == (True, True)
    both.check()


@pytest.mark.parametrize("kind", ["max", "average"])
def test_a_divergence_ends_as_in_the_reference(kind: str) -> None:
    config = of([conv(4), pool(kind), DENSE], activation="relu", optimizer="momentum")
    both = LoopPair(config.model_copy(update={"learning_rate": 1e200}), data_for(config, 23))
    assert both.run_batches(50) == (False, False)
    assert np.isfinite(both.state.parameters).all()
    assert both.state.steps == both.expected.steps


def test_results_do_not_depend_on_the_number_of_batches_per_call() -> None:
    config = of(ALL_KINDS, batch_size=5, optimizer="adam", epsilon=1e-3)
    whole, pieces = (LoopPair(config, data_for(config, 23)) for _ in range(2))
    assert whole.run_batches(23) == (True, True)
    for count in (1, 0, 3, 2, 17):
        assert pieces.kernel.run_batches(pieces.state, count)
    for name in ("parameters", "buffers", "optimizer_state"):
        np.testing.assert_array_equal(getattr(pieces.state, name), getattr(whole.state, name))


def test_until_its_kernels_are_loaded_it_trains_in_numpy_and_demands_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    demanded: list[str] = []
    monkeypatch.setattr(compile_cache, "request", demanded.extend)
    with registry.without(registry.ON_DEMAND):
        trainer = Trainer(of(CHAINS["same"]))
        assert not trainer.is_fast
        assert set(demanded) == {"image_chains"}
        assert backend.metrics_function(trainer.config) is metrics.measure
    trainer.run_epochs(1)
    assert trainer.implementation == "compiled"


def test_the_cost_of_a_convolution_counts_each_of_its_places() -> None:
    chain = Trainer(
        of([conv(8), pool("max"), conv(16), pool("max"), {"kind": "dense", "neurons": 32}])
    ).network.chain
    expected = 64 * (9 + 1) * 8 + 16 * (72 + 1) * 16 + (64 + 1) * 32 + (32 + 1) * 10
    assert image_layout.multiply_adds(chain) == expected
