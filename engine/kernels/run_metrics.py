"""Metrics of a network, computed by the compiled kernels."""

from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import codes, registry
from engine.kernels.memory_layout import BAND
from engine.kernels.scratch import pool
from engine.nn.network import Network
from engine.state import EpochAccuracies, Metrics

Ints: TypeAlias = NDArray[np.int64]


class EvaluationArguments(NamedTuple):
    """The arguments of `evaluation.evaluate` from `shape` to `split`."""

    shape: Ints
    codes: Ints
    head: int
    huber: float
    threshold: float
    inputs: Floats
    targets: Floats
    points: int
    split: int


@lru_cache(maxsize=64)
def shape_and_codes(shape: tuple[int, ...], activations: tuple[str, ...], output: str) -> tuple[Ints, Ints]:
    """Return a network's shape, and the codes of the activations of its layers, as arrays."""
    layers = [*(codes.ACTIVATIONS[name] for name in activations), codes.OUTPUTS[output]]
    return np.array(shape, dtype=np.int64), np.array(layers, dtype=np.int64)


def scratch_size(network: Network) -> int:
    """Return how many floats of scratch memory an evaluation needs."""
    return 3 * max(network.shape) * BAND


def evaluation_arguments(
    network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int
) -> EvaluationArguments:
    """Return the arguments for evaluating a network on the points described by `measure`."""
    return EvaluationArguments(
        *shape_and_codes(network.shape, network.hidden_activations, network.output_name),
        codes.HEADS[config.output_activation, config.loss],
        config.huber_delta,
        network.output.threshold,
        inputs.ravel(),
        targets.ravel(),
        len(inputs),
        split,
    )


def to_metrics(config: TrainingConfig, numbers: list[float]) -> Metrics:
    """Return the four results of an evaluation as metrics."""
    train, test, train_accuracy, test_accuracy = numbers
    return Metrics(train, test, *to_accuracies(config, train_accuracy, test_accuracy))


def to_accuracies(config: TrainingConfig, train: float, test: float) -> EpochAccuracies:
    """Return the last two results of an evaluation as accuracies."""
    return (None, None) if config.problem == "regression" else (train, test)


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics of points, as `engine.reference.metrics.measure` does."""
    result, scratch = np.empty(4), pool.acquire(scratch_size(network))
    arguments = evaluation_arguments(network, config, inputs, targets, split)
    metrics = registry.kernel("metrics")
    metrics.measure(metrics.evaluate.address, network.parameters, *arguments, scratch, result)
    pool.release(scratch)
    return to_metrics(config, result.tolist())
