"""Builds a session's frames: for each view only what its client does not have yet."""

import math

import numpy as np
from numpy.typing import NDArray

from engine.errors import NoSuchNeuron
from engine.reference.heatmaps import HeatMap
from engine.reference.node_grids import check_node, classes_at, value_at
from engine.training.trainer import Metrics, Trainer
from server.protocol.frame_compression import FrameCompressor, difference_bases
from server.protocol.frames import (
    POINT_COUNTS,
    PROBE_POINT,
    SCALE,
    WHOLE_OUTPUT,
    Flag,
    Header,
    Section,
    Tag,
    encode,
)
from server.sessions.client_view import ClientView, DeliveredState, WatchedNode
from server.sessions.loss_history import LossHistory

FINE = 100
"""Cells on a side of the large heat map."""

COARSE = 20
"""Cells on a side of the small heat maps."""

_LARGEST = float(np.finfo(np.float32).max)


class FrameBuilder:
    """Builds the frames of one session; sections that several views need are encoded once.

    Attributes:
        network: version of the parameters; grows by `network_changed`.
        data: version of the data points; grows by `data_changed`.
    """

    def __init__(self, trainer: Trainer, history: LossHistory) -> None:
        self.network = 0
        self.data = 0
        self._trainer = trainer
        self._history = history
        self._shared: dict[object, bytes] = {}
        self._compressor = FrameCompressor()

    def rebuilt(self) -> None:
        """Note that there is another network, perhaps on other features."""
        self.network_changed()
        self.data_changed()

    def network_changed(self) -> None:
        """Note that parameters changed."""
        self.network += 1
        self._shared.clear()

    def data_changed(self) -> None:
        """Note that the data points changed."""
        self.data += 1

    def output_node(self) -> WatchedNode:
        """Return the output as it is watched: of several classes as a whole."""
        shape = self._trainer.network.shape
        return len(shape) - 1, 0 if shape[-1] == 1 else None

    def exists(self, layer: int, neuron: int | None) -> bool:
        """Return whether there is such a node; the nodes of layer 0 are all features, used or not."""
        if neuron is None:
            return (layer, neuron) == self.output_node()
        try:
            check_node(self._trainer.network, layer, neuron)
        except NoSuchNeuron:
            return False
        return True

    def is_stale(self, view: ClientView, *, revision: int, playing: bool) -> bool:
        """Return whether the view's client lacks something of the present state."""
        delivered = view.delivered
        return (
            delivered.network != self.network
            or delivered.revision != revision
            or delivered.playing != playing
            or delivered.data != self.data
            or delivered.fine != self._fine_version(view, revision)
        )

    def build(
        self, view: ClientView, number: int, metrics: Metrics, *, revision: int, playing: bool
    ) -> bytes:
        """Return the next frame for a view, and note in the view what its client will have."""
        trainer, delivered = self._trainer, view.delivered
        flags = Flag.PLAYING if playing else Flag(0)
        if metrics.train_accuracy is not None:
            flags |= Flag.CLASSIFICATION
        if trainer.divergence is not None:
            flags |= Flag.DIVERGED
        header = Header(
            flags=flags,
            frame=number,
            revision=revision,
            batch=trainer.batch,
            epoch=trainer.epoch,
            train_loss=metrics.train_loss,
            test_loss=metrics.test_loss,
            train_accuracy=_or_nan(metrics.train_accuracy),
            test_accuracy=_or_nan(metrics.test_accuracy),
        )
        sections = []
        if delivered.data != self.data:
            sections.append(self._points())
        if not delivered.inputs:
            sections.append(self._inputs())
        fine = self._fine_version(view, revision)
        if delivered.fine != fine:
            if delivered.network != self.network:
                self._draw_both(*view.watch)
            sections.append(self._fine(*view.watch))
        if delivered.network != self.network:
            sections += [self._coarse(), self._parameters()]
        whole, points, cursor = self._history.since(delivered.history)
        if whole or len(points):
            sections.append(Section(Tag.HISTORY, points.tobytes(), a=int(whole)))
        if view.probe is not None:
            sections.append(self._probe(*view.watch, *view.probe))
        compresses = view.compresses()
        bases = difference_bases(delivered.sections, sections) if compresses else {}
        view.deliver(DeliveredState(revision, self.network, self.data, True, fine, cursor, playing, bases))
        return (
            self._compressor.compress(header, sections, delivered.sections)
            if compresses
            else encode(header, sections)
        )

    def _fine_version(self, view: ClientView, revision: int) -> tuple[int, int, int | None]:
        """Return the large heat map's version. An input's is drawn anew only for another revision."""
        layer, neuron = view.watch
        return (self.network if layer else revision, layer, neuron)

    def _draw_both(self, layer: int, neuron: int | None) -> None:
        """Draw the large heat map and the small ones together, which is faster, unless either is drawn."""
        key = Tag.CLASSES if neuron is None else (layer, neuron)
        if layer == 0 or key in self._shared or Tag.COARSE in self._shared:
            return
        small, large = self._trainer.heat_maps.preview_and_detail(COARSE, layer, neuron, FINE)
        self._shared[Tag.COARSE] = small.tobytes()
        self._shared[key] = _scaled(large) if isinstance(large, HeatMap) else large.tobytes()

    def _fine(self, layer: int, neuron: int | None) -> Section:
        if neuron is None:
            return self._classes()
        key = (layer, neuron)
        if key not in self._shared:
            self._shared[key] = _scaled(self._trainer.heat_maps.detail(layer, neuron, FINE))
        return Section(Tag.FINE, self._shared[key], layer, neuron, FINE)

    def _classes(self) -> Section:
        if Tag.CLASSES not in self._shared:
            self._shared[Tag.CLASSES] = self._trainer.heat_maps.classes(FINE).tobytes()
        return Section(Tag.CLASSES, self._shared[Tag.CLASSES], c=FINE)

    def _coarse(self) -> Section:
        if Tag.COARSE not in self._shared:
            self._shared[Tag.COARSE] = self._trainer.heat_maps.preview(COARSE).tobytes()
        return Section(Tag.COARSE, self._shared[Tag.COARSE], c=COARSE)

    def _parameters(self) -> Section:
        if Tag.PARAMETERS not in self._shared:
            self._shared[Tag.PARAMETERS] = _float32(self._trainer.network.parameters).tobytes()
        return Section(Tag.PARAMETERS, self._shared[Tag.PARAMETERS])

    def _inputs(self) -> Section:
        return Section(Tag.INPUTS, self._trainer.heat_maps.inputs(COARSE).tobytes(), c=COARSE)

    def _points(self) -> Section:
        train, test = self._trainer.dataset.train, self._trainer.dataset.test
        payload = POINT_COUNTS.pack(len(train.targets), len(test.targets))
        for points in (train, test):
            payload += _float32(np.column_stack([points.inputs, points.targets])).tobytes()
        return Section(Tag.POINTS, payload)

    def _probe(self, layer: int, neuron: int | None, x1: float, x2: float) -> Section:
        network = self._trainer.network
        if neuron is None:
            values, neuron = classes_at(network, x1, x2), WHOLE_OUTPUT
        else:
            values = np.array([value_at(network, layer, neuron, x1, x2)])
        return Section(Tag.PROBE, PROBE_POINT.pack(x1, x2) + values.astype("<f8").tobytes(), layer, neuron)


def _scaled(picture: HeatMap) -> bytes:
    return SCALE.pack(picture.scale) + picture.levels.tobytes()


def _float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.minimum(np.maximum(values, -_LARGEST), _LARGEST).astype("<f4")


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
