"""What the tests of the kernels share: the kernels, loaded, and both engines on the same training."""

import numpy as np
import pytest

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.data.features import compute
from engine.data.scaling import fit
from engine.kernels import compile_cache, run_training
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import ReferenceLoop
from engine.seeding import Purpose, stream
from engine.state import State
from engine.training.build import build_network


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """Wait until the kernels are there."""
    assert compile_cache.wait(), compile_cache.status()


class Both:
    """The same training in both engines, from the same parameters."""

    def __init__(self, config: TrainingConfig, data: Dataset, layout: int | None = None) -> None:
        self.network = build_network(config, stream(config.weights_seed, Purpose.WEIGHTS))
        self.network.scaling = fit(config.input_scaling, compute(config.features, data.train.inputs))
        self.inputs = self.network.inputs(data.train.inputs)
        self.targets = self.network.output.targets(data.train.targets, config.outputs)
        slots = OPTIMIZERS[config.optimizer].slots
        self.expected = State.initial(self.network.parameters, slots)
        self.state = State.initial(self.network.parameters.copy(), slots)
        given = (self.network, config, self.inputs, self.targets, config.batch_size)
        self.reference = ReferenceLoop(*given)
        self.kernel = run_training.CompiledLoop(*given, layout=layout)

    def run_batches(self, count: int) -> tuple[bool, bool]:
        """Take mini-batches in both; return whether all stayed finite."""
        return self.reference.run_batches(self.expected, count), self.kernel.run_batches(self.state, count)

    def check(self, tolerance: float = 1e-9) -> None:
        """Assert that both are at the same place."""
        for name in ("steps", "epoch", "batch"):
            assert getattr(self.state, name) == getattr(self.expected, name), name
        close(self.state.parameters, self.expected.parameters, tolerance)
        close(self.state.optimizer_state, self.expected.optimizer_state, tolerance)
        np.testing.assert_array_equal(self.state.pruned, self.expected.pruned)


def close(actual: Floats, expected: Floats, tolerance: float) -> None:
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def shaken(parameters: Floats) -> Floats:
    """Return parameters that differ from these by rounding errors that many operations may leave behind."""
    return parameters + 1e-12 * np.random.default_rng(3).uniform(0.5, 1, parameters.size)


def same_but_for_rounding(one: State, other: State) -> bool:
    """Return whether two states, trained from parameters of which one set was shaken, are still together.

    Where they are not, the training magnifies rounding errors or L1 prunes by them, and two correct engines
    need not agree.
    """
    return np.array_equal(one.pruned, other.pruned) and np.allclose(
        one.parameters, other.parameters, 1e-9, 1e-9, equal_nan=True
    )


def magnifies_rounding(config: TrainingConfig, data: Dataset, count: int) -> bool:
    """Return whether the state after `count` mini-batches depends on the last bits of the first weights."""
    plain, moved = Both(config, data), Both(config, data)
    moved.expected.parameters[:] = shaken(moved.expected.parameters)
    for both in (plain, moved):
        both.reference.run_batches(both.expected, count)
    return not same_but_for_rounding(plain.expected, moved.expected)
