"""Heat maps of a network, drawn by the compiled kernels."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import AnyFloats
from engine.kernels import codes, registry
from engine.kernels.run_metrics import family_of, layer_arguments, parameters_and_buffers, scratch_size
from engine.kernels.scratch import pool
from engine.nn.network import Network
from engine.reference.contours import NO_CONTOUR, Contour
from engine.reference.heatmaps import (
    HeatMap,
    Levels,
    PreviewAndDetail,
    ReferenceHeatMaps,
    normalized,
    quantize,
)
from engine.reference.node_grids import NodeGrids, check_node

Bytes = NDArray[np.uint8]

MAX_LANES = 16
"""Maximum number of floats in a vector."""


_DENSE = {4: "heatmaps", 8: "heatmaps_double"}
_CHAINS = {4: "chain_heatmaps", 8: "chain_heatmaps_double"}
"""The modules that draw dense networks and others, by the bytes of a float."""


class _Part(NamedTuple):
    """A grid of cells, with memory for the heat maps drawn on it."""

    resolution: int
    inputs: AnyFloats
    """(inputs * points,)"""
    points: int
    levels: Bytes
    """(neurons * points,)"""

    def drawn(self) -> Bytes:
        """Return the levels of the cells: (neurons, resolution, resolution)."""
        size = self.resolution
        return self.levels.reshape(-1, self.points)[:, : size * size].reshape(-1, size, size)


class CompiledHeatMaps:
    """Heat maps of a network, like those of `engine.reference.heatmaps.ReferenceHeatMaps`."""

    def __init__(self, network: Network) -> None:
        """Prepare to draw a network, whose kernels must be loaded."""
        self._network = network
        self._grids = NodeGrids(network)
        self._reference = ReferenceHeatMaps(network)
        self._kernels = _DENSE if family_of(network) == "dense" else _CHAINS
        self._shape, self._codes = layer_arguments(network)
        self._scratch = scratch_size(network)
        self._last = len(network.neurons)
        self._output = network.output.probability, network.output_name == "softmax"
        self._widest = max(network.shape)
        self._neurons = sum(network.shape[1:])
        self._cells: dict[tuple[int, Any], tuple[AnyFloats, int]] = {}

    def inputs(self, resolution: int) -> Levels:
        """Return the levels of all features, in the table's order: (features, resolution, resolution)."""
        return quantize(self._grids.inputs(resolution))

    def preview(self, resolution: int) -> Levels:
        """Return the levels of all hidden neurons, then the outputs: (neurons, resolution, resolution)."""
        kind = self._precision()
        if kind is None:
            return self._reference.preview(resolution)
        part = self._part(resolution, self._neurons, kind)
        self._paint(kind, part, _NONE[kind], self._last, 0, codes.ALL)
        return part.drawn().view(np.int8)

    def detail(self, layer: int, neuron: int, resolution: int) -> HeatMap:
        """Return the heat map of one node. Raises `NoSuchNeuron`."""
        check_node(self._network, layer, neuron)
        kind = self._precision()
        if layer == 0:
            return normalized(self._grids.detail(layer, neuron, resolution))
        if kind is None:
            return self._reference.detail(layer, neuron, resolution)
        part = self._part(resolution, 1, kind)
        scale, _ = self._paint(kind, _NONE[kind], part, layer, neuron, codes.ONE)
        return HeatMap(part.drawn()[0].view(np.int8), float(np.float32(scale)))

    def classes(self, resolution: int) -> Bytes:
        """Return the most probable class in each cell, as `encode_classes` does: (resolution, resolution)."""
        kind = self._precision()
        if kind is None:
            return self._reference.classes(resolution)
        part = self._part(resolution, 1, kind)
        self._paint(kind, _NONE[kind], part, self._last, 0, codes.WINNER)
        classes: Bytes = part.drawn()[0]
        return classes

    def preview_and_detail(
        self, preview: int, layer: int, neuron: int | None, detail: int
    ) -> PreviewAndDetail:
        """Return the preview, and the detail of one neuron, or of the classes if `neuron` is None.

        `preview` and `detail` are the resolutions of the two; the detail has a contour unless it is an input.
        """
        if layer == 0:
            return PreviewAndDetail(
                self.preview(preview), self.detail(layer, neuron or 0, detail), NO_CONTOUR
            )
        if neuron is not None:
            check_node(self._network, layer, neuron)
        kind = self._precision()
        if kind is None:
            return self._reference.preview_and_detail(preview, layer, neuron, detail)
        small, large = self._part(preview, self._neurons, kind), self._part(detail, 1, kind)
        what = (self._last, 0, codes.WINNER) if neuron is None else (layer, neuron, codes.ONE)
        scale, contour = self._paint(kind, small, large, *what, traced=True)
        levels = large.drawn()[0]
        heat_map = levels if neuron is None else HeatMap(levels.view(np.int8), float(np.float32(scale)))
        return PreviewAndDetail(small.drawn().view(np.int8), heat_map, contour)

    def _precision(self) -> np.dtype[Any] | None:
        """Return the floats that are precise enough now; None if their kernel is not loaded yet."""
        kind = self._grids.precision
        return kind if kind.itemsize == 4 or registry.is_loaded(self._kernels[8]) else None

    def _part(self, resolution: int, neurons: int, kind: np.dtype[Any]) -> _Part:
        """Return a grid with memory for levels. Its cells are padded to whole vectors with the last one."""
        if (resolution, kind) not in self._cells:
            inputs = self._grids.input_grids(resolution, kind)
            missing = -inputs.shape[1] % (64 // kind.itemsize)
            if missing:
                inputs = np.pad(inputs, ((0, 0), (0, missing)), mode="edge")
                inputs.setflags(write=False)
            self._cells[resolution, kind] = inputs.ravel(), inputs.shape[1]
        inputs, points = self._cells[resolution, kind]
        return _Part(resolution, inputs, points, np.empty(neurons * points, np.uint8))

    def _paint(
        self,
        kind: np.dtype[Any],
        preview: _Part,
        detail: _Part,
        depth: int,
        neuron: int,
        what: int,
        *,
        traced: bool = False,
    ) -> tuple[float, Contour]:
        """Draw all neurons on the preview grid, `what` on the detail grid.

        Return the scale of the detail, and its contour if it is to be `traced`.
        """
        size = self._scratch
        end = size + max(preview.points, detail.points)
        sums_end = end + detail.points * (self._network.shape[-1] if what == codes.WINNER else 1)
        sides_end = sums_end + detail.points + detail.resolution + MAX_LANES
        cells = 2 * detail.resolution**2 if traced else 0
        steps, parts = np.empty(1 + cells, np.uint16), np.empty(cells, np.uint8)
        scratch = pool.acquire(sides_end)
        floats = scratch.view(kind)
        single = kind.itemsize == 4
        module = registry.kernel(self._kernels[kind.itemsize])
        scale: float = (module.paint_floats if single else module.paint_doubles)(
            parameters_and_buffers(self._network).astype(kind), self._shape, self._codes,
            *self._output, self._widest,
            preview.inputs, preview.points, preview.levels, detail.inputs, detail.points, detail.levels,
            depth, neuron, what, floats[:size], floats[size:end], floats[end:sums_end],
            floats[sums_end:sides_end], detail.resolution if traced else 0, steps, parts,
        )  # fmt: skip
        pool.release(scratch)
        count = int(steps[0]) if traced else 0
        return scale, Contour(steps[1 : 1 + count], parts[:count]) if traced else NO_CONTOUR


def _no_part(kind: np.dtype[Any]) -> _Part:
    inputs: AnyFloats = np.empty(0, kind)
    inputs.setflags(write=False)
    return _Part(0, inputs, 0, np.empty(0, np.uint8))


_NONE = {np.dtype(kind): _no_part(np.dtype(kind)) for kind in (np.float32, np.float64)}
"""A grid without cells, for each precision."""
