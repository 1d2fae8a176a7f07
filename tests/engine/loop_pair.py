"""Helpers for kernel tests: a fixture that loads the kernels, and the same training in both loops."""

import numpy as np
import pytest

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.data.datasets import Dataset
from engine.data.scaling import fit
from engine.kernels import compile_cache, run_training
from engine.optim.optimizers import OPTIMIZERS
from engine.reference.loop import ReferenceLoop
from engine.seeding import Purpose, stream
from engine.state import State
from engine.training.build import build_network


@pytest.fixture(scope="session", autouse=True)
def kernels_loaded() -> None:
    """Wait until all kernels are compiled."""
    assert compile_cache.wait(), compile_cache.status()


class LoopPair:
    """The same training in the reference loop and the compiled loop, from the same initial parameters.

    `expected` is the state of the reference loop, `state` that of the compiled loop.
    """

    def __init__(self, config: TrainingConfig, data: Dataset, layout: int | None = None) -> None:
        self.network = build_network(config, stream(config.weights_seed, Purpose.WEIGHTS))
        self.network.scaling = fit(config.input_scaling, self.network.unscaled_inputs(data.train.inputs))
        self.inputs = self.network.inputs(data.train.inputs)
        self.targets = self.network.output.targets(data.train.targets, config.outputs)
        slots = OPTIMIZERS[config.optimizer].slots
        self.expected = State.initial(self.network.parameters, self.network.buffers, slots)
        self.state = State.initial(self.network.parameters.copy(), self.network.buffers.copy(), slots)
        arguments = (self.network, config, self.inputs, self.targets, config.batch_size)
        self.reference = ReferenceLoop(*arguments)
        self.kernel = run_training.CompiledLoop(*arguments, layout=layout)

    def run_batches(self, count: int) -> tuple[bool, bool]:
        """Run mini-batches in both loops; return for each whether all values stayed finite."""
        return self.reference.run_batches(self.expected, count), self.kernel.run_batches(self.state, count)

    def check(self, tolerance: float = 1e-9) -> None:
        """Assert that both loops are at the same step, with the same arrays."""
        for name in ("steps", "epoch", "batch"):
            assert getattr(self.state, name) == getattr(self.expected, name), name
        close(self.state.parameters, self.expected.parameters, tolerance)
        close(self.state.buffers, self.expected.buffers, tolerance)
        close(self.state.optimizer_state, self.expected.optimizer_state, tolerance)
        np.testing.assert_array_equal(self.state.pruned, self.expected.pruned)


def close(actual: Floats, expected: Floats, tolerance: float) -> None:
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


def perturbed(parameters: Floats) -> Floats:
    """Return the parameters plus small differences, as large as accumulated rounding errors."""
    return parameters + 1e-12 * np.random.default_rng(3).uniform(0.5, 1, parameters.size)


def equal_up_to_rounding(one: State, other: State) -> bool:
    """Return whether two states are equal up to rounding errors, with the same weights pruned.

    If training from perturbed parameters gives a state that is not, it amplifies rounding errors, or they
    decide which weights L1 prunes; then two correct implementations need not agree.
    """
    return np.array_equal(one.pruned, other.pruned) and all(
        np.allclose(getattr(one, name), getattr(other, name), 1e-9, 1e-9, equal_nan=True)
        for name in ("parameters", "buffers")
    )


def amplifies_rounding(config: TrainingConfig, data: Dataset, count: int) -> bool:
    """Return whether the state after `count` mini-batches depends on the last bits of the first weights."""
    plain, perturbed_pair = LoopPair(config, data), LoopPair(config, data)
    perturbed_pair.expected.parameters[:] = perturbed(perturbed_pair.expected.parameters)
    for both in (plain, perturbed_pair):
        both.reference.run_batches(both.expected, count)
    return not equal_up_to_rounding(plain.expected, perturbed_pair.expected)
