"""Metrics of a network, computed by the compiled kernels."""

from ctypes import POINTER, c_double, c_int64
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import chain_layout, codes, image_layout, registry
from engine.kernels.memory_layout import BAND, padded
from engine.kernels.scratch import pool
from engine.nn.network import Network
from engine.state import EpochAccuracies, Metrics

Ints: TypeAlias = NDArray[np.int64]


class EvaluationArguments(NamedTuple):
    """The arguments of `evaluation.evaluate` from `shape` to `split`.

    If the network is not dense, `shape` is the table of its chain, `codes` as long as that has rows.
    """

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


_EVALUATIONS: dict[codes.Family, str] = {
    "dense": "metrics",
    "chain": "chains",
    "images": "image_chains",
}
"""The module with the evaluation of each family of networks."""


def family_of(network: Network) -> codes.Family:
    """Return which kernels run a network."""
    return codes.family_of(network.kinds, images=network.image is not None)


def chain_table(network: Network) -> chain_layout.EvaluationTable:
    """Return the table of a network's chain for evaluations."""
    output = codes.OUTPUTS[network.output_name]
    if network.image is None:
        return chain_layout.evaluation_table(network.chain, output, network.shape[0])
    infer = registry.kernel("image_chains").infer.address
    return image_layout.evaluation_table(network.chain, output, network.shape[0], infer)


def evaluation_kernel(network: Network) -> int:
    """Return the address of the compiled evaluation of a network."""
    address: int = registry.kernel(_EVALUATIONS[family_of(network)]).evaluate.address
    return address


def layer_arguments(network: Network) -> tuple[Ints, Ints]:
    """Return what kernels take as shape and codes; of a network that is not dense, the table of its chain.

    The codes then only tell by their number how many rows the table has.
    """
    if family_of(network) == "dense":
        return shape_and_codes(network.shape, network.hidden_activations, network.output_name)
    return chain_table(network).table.ravel(), np.zeros(len(network.chain), np.int64)


def scratch_size(network: Network) -> int:
    """Return how many floats of scratch memory an evaluation needs."""
    if family_of(network) == "dense":
        return 3 * max(network.shape) * BAND
    return chain_table(network).scratch


def parameters_and_buffers(network: Network) -> Floats:
    """Return the parameters and then the buffers, as one vector; the parameters alone if there are none."""
    return (
        np.concatenate([network.parameters, network.buffers]) if network.buffers.size else network.parameters
    )


def evaluation_arguments(
    network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int
) -> EvaluationArguments:
    """Return the arguments for evaluating a network on the points described by `measure`."""
    return EvaluationArguments(
        *layer_arguments(network),
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


def outputs(network: Network, inputs: Floats) -> Floats:
    """Return the outputs (n, outputs) of a network of images for scaled inputs (n, inputs)."""
    arguments, points = chain_table(network), len(inputs)
    sums, scratch = np.empty((network.shape[-1], padded(points))), pool.acquire(arguments.scratch)
    parameters, inputs = parameters_and_buffers(network), np.ascontiguousarray(inputs)
    floats, table = (
        [array.ctypes.data_as(POINTER(kind)) for array in arrays]
        for kind, arrays in (
            (c_double, (parameters, inputs, scratch, sums)),
            (c_int64, (arguments.table,)),
        )
    )
    registry.kernel("image_chains").infer.ctypes(
        floats[0], table[0], len(arguments.table), floats[1], 0, points, *floats[2:], 0, sums.shape[1]
    )
    pool.release(scratch)
    with np.errstate(all="ignore"):
        return network.output.function(sums[:, :points].T)


def measure(network: Network, config: TrainingConfig, inputs: Floats, targets: Floats, split: int) -> Metrics:
    """Return the metrics of points, as `engine.reference.metrics.measure` does."""
    result, scratch = np.empty(4), pool.acquire(scratch_size(network))
    arguments = evaluation_arguments(network, config, inputs, targets, split)
    registry.kernel("metrics").measure(
        evaluation_kernel(network), parameters_and_buffers(network), *arguments, scratch, result
    )
    pool.release(scratch)
    return to_metrics(config, result.tolist())
