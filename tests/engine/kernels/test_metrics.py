"""Compiled metrics compared with those of the reference."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.kernels import run_metrics
from engine.reference import metrics
from engine.training.build import build_network
from tests.engine.factories import configs, data_for
from tests.engine.loop_pair import kernels_loaded  # noqa: F401 - a fixture
from tests.support.examples import examples


def both(config: TrainingConfig, train: int, test: int, scale: float) -> tuple[Any, Any]:
    network = build_network(config, np.random.default_rng(0))
    network.parameters *= scale
    data = data_for(config, train, test)
    inputs = network.inputs(np.concatenate([data.train.inputs, data.test.inputs]))
    targets = network.output.targets(np.concatenate([data.train.targets, data.test.targets]), config.outputs)
    return (
        run_metrics.measure(network, config, inputs, targets, train),
        metrics.measure(network, config, inputs, targets, train),
    )


@given(
    config=configs(largest_layer=11),
    train=st.integers(1, 600),
    test=st.integers(1, 600),
    scale=st.sampled_from([0.1, 1.0, 20.0]),
)
@settings(max_examples=examples(100))
def test_metrics_are_the_reference_s(config: TrainingConfig, train: int, test: int, scale: float) -> None:
    ours, expected = both(config, train, test, scale)
    np.testing.assert_allclose(ours[:2], expected[:2], rtol=1e-9, atol=1e-9)
    if config.problem == "regression":
        assert ours[2:] == expected[2:] == (None, None)
    elif not {"step", "sine"} & {*config.activations}:
        # A point on the border may fall on either side.
        np.testing.assert_allclose(
            np.array(ours[2:], float), np.array(expected[2:], float), atol=1.5 / min(train, test)
        )


@pytest.mark.parametrize("problem", ["classification", "multiclass", "regression"])
def test_a_non_finite_loss_is_reported(problem: str) -> None:
    config = TrainingConfig(problem=problem, activation="relu", initializer="he_normal", initial_bias=1.0)
    ours, expected = both(config, 20, 20, 1e300)
    np.testing.assert_array_equal(np.isfinite(ours[:2]), np.isfinite(expected[:2]))
    assert ours[2:] == expected[2:]
