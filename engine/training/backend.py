"""Who does the work: the compiled kernels as soon as they are ready, until then the reference."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import registry
from engine.nn.network import Network
from engine.reference import metrics
from engine.reference.heatmaps import Levels, Picture, Pictures
from engine.reference.loop import Descends, Descent
from engine.state import Metrics

Measure: TypeAlias = Callable[[Network, TrainingConfig, Floats, Floats, int], Metrics]


class Paints(Protocol):
    """What `engine.reference.heatmaps.Pictures` offers."""

    def inputs(self, resolution: int) -> Levels:
        """Return all features, in the table's order: (features, resolution, resolution)."""

    def coarse(self, resolution: int) -> Levels:
        """Return every neuron of the hidden layers, then the outputs: (neurons, resolution, resolution)."""

    def fine(self, layer: int, neuron: int, resolution: int) -> Picture:
        """Return one node. Raises `NoSuchNeuron`."""

    def classes(self, resolution: int) -> NDArray[np.uint8]:
        """Return the winner of several classes, as `classified` has it: (resolution, resolution)."""

    def coarse_and_fine(
        self, coarse: int, layer: int, neuron: int | None, fine: int
    ) -> tuple[Levels, Picture | NDArray[np.uint8]]:
        """Return all neurons coarsely, and one of them finely, or the classes if that is None."""


def descent(
    network: Network,
    config: TrainingConfig,
    inputs: Floats,
    targets: Floats,
    batch_size: int,
    before: Descends | None = None,
) -> Descends:
    """Return what takes mini-batches.

    For the arguments see `engine.reference.loop.Descent`; `before` took them until now.
    """
    if not registry.supports(config):
        return Descent(network, config, inputs, targets, batch_size)
    compiled = before if isinstance(before, registry.CompiledDescent) else None
    return registry.CompiledDescent(network, config, inputs, targets, batch_size, before=compiled)


def measuring(config: TrainingConfig) -> Measure:
    """Return the function that measures a network of this config."""
    return registry.measure if registry.supports(config) else metrics.measure


def pictures(network: Network, config: TrainingConfig) -> Paints:
    """Return what makes pictures of a network."""
    return registry.CompiledPictures(network) if registry.supports(config) else Pictures(network)
