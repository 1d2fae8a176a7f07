"""The choice of an implementation: compiled kernels as soon as they are ready, until then the reference."""

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from engine.config import TrainingConfig
from engine.kernels import compile_cache, registry, run_metrics
from engine.kernels.run_heatmaps import CompiledHeatMaps
from engine.kernels.run_training import CompiledLoop
from engine.nn.network import Network
from engine.reference import metrics
from engine.reference.heatmaps import HeatMap, Levels, PreviewAndDetail, ReferenceHeatMaps
from engine.reference.loop import ReferenceLoop, TrainingLoop
from engine.state import Metrics

Measure: TypeAlias = Callable[[Network, TrainingConfig, Floats, Floats, int], Metrics]
"""A function with the signature of `engine.reference.metrics.measure`."""


Outputs: TypeAlias = Callable[[Network, Floats], Floats]
"""A function that returns the outputs (n, outputs) of a network for scaled inputs (n, inputs)."""


class HeatMaps(Protocol):
    """The heat maps of a network. `ReferenceHeatMaps` and the kernels implement it."""

    def inputs(self, resolution: int) -> Levels:
        """Return the levels of all features, in the table's order: (features, resolution, resolution)."""

    def preview(self, resolution: int) -> Levels:
        """Return the levels of all hidden neurons, then the outputs: (neurons, resolution, resolution)."""

    def detail(self, layer: int, neuron: int, resolution: int) -> HeatMap:
        """Return the heat map of one node. Raises `NoSuchNeuron`."""

    def classes(self, resolution: int) -> NDArray[np.uint8]:
        """Return the most probable class in each cell, as `encode_classes` does: (resolution, resolution)."""

    def preview_and_detail(
        self, preview: int, layer: int, neuron: int | None, detail: int
    ) -> PreviewAndDetail:
        """Return the preview, and the detail of one neuron, or of the classes if `neuron` is None.

        `preview` and `detail` are the resolutions of the two; the detail has a contour unless it is an input.
        """


def _ready(use: registry.Use, config: TrainingConfig) -> bool:
    """Return whether kernels can be used now. If some are loaded on demand, demand them."""
    missing = registry.missing(use, config)
    if missing:
        compile_cache.request(missing)
    return missing == ()


def is_compiling(config: TrainingConfig) -> bool:
    """Return whether kernels that would train a network of this config are on their way."""
    return compile_cache.is_loading(registry.missing("train", config) or ())


def training_loop(
    network: Network,
    config: TrainingConfig,
    inputs: Floats,
    targets: Floats,
    batch_size: int,
    before: TrainingLoop | None = None,
) -> TrainingLoop:
    """Return the fastest loop that can train a network now.

    The arguments are those of `engine.reference.loop.ReferenceLoop`. `before` is the previous loop, if any; a
    compiled loop reuses its memory.
    """
    if not _ready("train", config):
        return ReferenceLoop(network, config, inputs, targets, batch_size)
    compiled = before if isinstance(before, CompiledLoop) else None
    return CompiledLoop(network, config, inputs, targets, batch_size, before=compiled)


Implementation: TypeAlias = Literal["compiled", "reference"]


def implementation(loop: TrainingLoop) -> Implementation:
    """Return which implementation a loop belongs to."""
    return "compiled" if isinstance(loop, CompiledLoop) else "reference"


def metrics_function(config: TrainingConfig) -> Measure:
    """Return the fastest function that measures networks of this config now."""
    return run_metrics.measure if _ready("metrics", config) else metrics.measure


def outputs_function(config: TrainingConfig) -> Outputs:
    """Return the fastest function that computes outputs of networks of this config now."""
    return run_metrics.outputs if _ready("outputs", config) else Network.forward


def heat_maps(network: Network, config: TrainingConfig) -> HeatMaps:
    """Return the fastest heat maps of a network now."""
    return CompiledHeatMaps(network) if _ready("heatmaps", config) else ReferenceHeatMaps(network)
