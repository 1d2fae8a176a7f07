"""Surfaces in eight bits a cell, as a page draws them."""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloats
from engine.nn.network import Network
from engine.reference.node_grids import NodeGrids

Levels: TypeAlias = NDArray[np.int8]

FAINTEST = 1e-6
"""A picture weaker than this is not made any stronger."""

CONFIDENCE = 31
"""The highest level of confidence in a picture of several classes."""


class HeatMap(NamedTuple):
    """One node over the plane."""

    levels: Levels
    """(resolution, resolution): 127 stands for `scale`, 0 for exactly 0."""
    scale: float
    """At most 1, and less where the whole picture is weak, so that its lines stay smooth."""


def quantize(values: AnyFloats) -> Levels:
    """Return values as signed 8 bits: -1..1 becomes -127..127, what lies beyond is clipped, nan becomes 0."""
    return np.rint(np.nan_to_num(np.clip(values, -1, 1)) * 127).astype(np.int8)


def scaled(values: AnyFloats) -> HeatMap:
    """Return values as a picture whose strongest cell has the strongest level."""
    scale = np.float32(np.clip(np.nan_to_num(np.abs(values)).max(), FAINTEST, 1.0))
    return HeatMap(quantize(values / scale), float(scale))


def classified(probabilities: AnyFloats) -> NDArray[np.uint8]:
    """Return the winner of several classes at each place, and how sure it is: class << 5 | level.

    `probabilities` is (classes, ...). Level 0 is a probability as of all classes alike, `CONFIDENCE` is 1.
    Among equals the first wins; what is not a number counts as class 0 and level 0.
    """
    share = 1 / len(probabilities)
    known = np.nan_to_num(probabilities)
    confidence = np.clip((known.max(axis=0) - share) / (1 - share), 0, 1)
    return np.asarray(known.argmax(axis=0) * 32 + np.rint(CONFIDENCE * confidence), dtype=np.uint8)


class ReferenceHeatMaps:
    """Pictures of the nodes of a network, as they are now."""

    def __init__(self, network: Network) -> None:
        self._surface = NodeGrids(network)

    def inputs(self, resolution: int) -> Levels:
        """Return all features, in the table's order: (features, resolution, resolution)."""
        return quantize(self._surface.inputs(resolution))

    def preview(self, resolution: int) -> Levels:
        """Return every neuron of the hidden layers, then the outputs: (neurons, resolution, resolution)."""
        return quantize(self._surface.preview(resolution))

    def detail(self, layer: int, neuron: int, resolution: int) -> HeatMap:
        """Return one node. Raises `NoSuchNeuron`."""
        return scaled(self._surface.detail(layer, neuron, resolution))

    def classes(self, resolution: int) -> NDArray[np.uint8]:
        """Return the winner of several classes, as `classified` has it: (resolution, resolution)."""
        return classified(self._surface.classes(resolution))

    def preview_and_detail(
        self, coarse: int, layer: int, neuron: int | None, fine: int
    ) -> tuple[Levels, HeatMap | NDArray[np.uint8]]:
        """Return all neurons coarsely, and one of them finely, or the classes if that is None."""
        large = self.classes(fine) if neuron is None else self.detail(layer, neuron, fine)
        return self.preview(coarse), large
