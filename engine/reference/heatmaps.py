"""Heat maps: the node grids of a network with 8 bits per cell, as the page draws them."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloats
from engine.nn.layers import DENSE_KINDS
from engine.nn.network import Network
from engine.reference.contours import NO_CONTOUR, Contour, trace
from engine.reference.node_grids import NodeGrids

Levels: TypeAlias = NDArray[np.int8]

MAX_SCALE = 1e30
MIN_SCALE = 1e-6
"""The smallest scale of a heat map: weaker values are not amplified further."""

MAX_CONFIDENCE = 31
"""The highest level of confidence in a heat map of several classes."""


class HeatMap(NamedTuple):
    """The values of one node over the plane."""

    levels: Levels
    """(resolution, resolution): 127 represents `scale`, 0 represents 0."""
    scale: float
    """At most 1, less if all values are smaller, so that their contours stay smooth. Hidden neurons of
    networks with layers of other kinds than dense have the scale of their largest value, also beyond 1."""


class PreviewAndDetail(NamedTuple):
    """What a frame shows of a network."""

    preview: Levels
    """(neurons, resolution, resolution): all hidden neurons, then the outputs."""
    detail: HeatMap | NDArray[np.uint8]
    """One node, or the most probable classes."""
    contour: Contour
    """The decision line of the detail."""


def quantize(values: AnyFloats) -> Levels:
    """Return values as signed 8 bits: -1..1 becomes -127..127, larger values are clipped, nan becomes 0."""
    return np.rint(np.nan_to_num(np.clip(values, -1, 1)) * 127).astype(np.int8)


def normalized(values: AnyFloats, max_scale: float = 1.0) -> HeatMap:
    """Return values as a heat map: the largest magnitude, up to `max_scale`, has the level 127 or -127."""
    scale = np.float32(np.clip(np.nan_to_num(np.abs(values)).max(), MIN_SCALE, max_scale))
    return HeatMap(quantize(values / scale), float(scale))


def encode_classes(probabilities: AnyFloats) -> NDArray[np.uint8]:
    """Return the most probable class of each cell and its level of confidence, as class << 5 | level.

    `probabilities` is (classes, ...). Level 0 is the probability 1 / classes, level `MAX_CONFIDENCE` is 1. Of
    equal classes the first is returned; nan gives class 0 and level 0.
    """
    chance = 1 / len(probabilities)
    known = np.nan_to_num(probabilities)
    confidence = np.clip((known.max(axis=0) - chance) / (1 - chance), 0, 1)
    return np.asarray(known.argmax(axis=0) * 32 + np.rint(MAX_CONFIDENCE * confidence), dtype=np.uint8)


class ReferenceHeatMaps:
    """The heat maps of a network with its present parameters, in NumPy."""

    def __init__(self, network: Network) -> None:
        self._grids = NodeGrids(network)
        self._hidden = range(1, len(network.neurons)) if network.kinds - DENSE_KINDS else range(0)
        # The layers whose heat maps have a scale of their own.

    def inputs(self, resolution: int) -> Levels:
        """Return the levels of all features, in the table's order: (features, resolution, resolution)."""
        return quantize(self._grids.inputs(resolution))

    def preview(self, resolution: int) -> Levels:
        """Return the levels of all hidden neurons, then the outputs: (neurons, resolution, resolution)."""
        return quantize(self._grids.preview(resolution))

    def detail(self, layer: int, neuron: int, resolution: int) -> HeatMap:
        """Return the heat map of one node. Raises `NoSuchNeuron`."""
        max_scale = MAX_SCALE if layer in self._hidden else 1.0
        return normalized(self._grids.detail(layer, neuron, resolution), max_scale)

    def classes(self, resolution: int) -> NDArray[np.uint8]:
        """Return the most probable class in each cell, as `encode_classes` does: (resolution, resolution)."""
        return encode_classes(self._grids.classes(resolution))

    def preview_and_detail(
        self, preview: int, layer: int, neuron: int | None, detail: int
    ) -> PreviewAndDetail:
        """Return the preview, and the detail of one neuron, or of the classes if `neuron` is None.

        `preview` and `detail` are the resolutions of the two; the detail has a contour unless it is an input.
        """
        small = self.preview(preview)
        if neuron is None:
            classes = self.classes(detail)
            sides = (classes >> 5).astype(np.int64)
            return PreviewAndDetail(small, classes, trace(self._grids.sums(layer, None, detail), sides))
        large = self.detail(layer, neuron, detail)
        if layer == 0:
            return PreviewAndDetail(small, large, NO_CONTOUR)
        sums = self._grids.sums(layer, neuron, detail)
        return PreviewAndDetail(small, large, trace(sums, (sums[0] > 0).astype(np.int64)))
