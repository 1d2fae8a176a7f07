"""Frames from a training: for each view only what its client does not have yet."""

import math

import numpy as np
from numpy.typing import NDArray

from engine.errors import NoSuchNeuron
from engine.reference.heatmaps import HeatMap
from engine.reference.node_grids import check_node, classes_at, value_at
from engine.training.trainer import Metrics, Trainer
from server.protocol.frame_compression import FrameCompressor, kept
from server.protocol.frames import PLACE, POINT_COUNTS, SCALE, WHOLE, Flag, Header, Section, Tag, encode
from server.sessions.client_view import ClientView, DeliveredState, WatchedNode
from server.sessions.loss_history import History

FINE = 100
"""Cells on a side of the large picture."""

COARSE = 20
"""Cells on a side of the small pictures."""

_LARGEST = float(np.finfo(np.float32).max)


class FrameBuilder:
    """Makes the frames of one session, and keeps what several of its views can share.

    Attributes:
        network: version of the weights; grows by `network_changed`.
        data: version of the points; grows by `data_changed`.
    """

    def __init__(self, trainer: Trainer, history: History) -> None:
        self.network = 0
        self.data = 0
        self._trainer = trainer
        self._history = history
        self._shared: dict[object, bytes] = {}
        self._packer = FrameCompressor()

    def rebuilt(self) -> None:
        """Note that the network is another one, over other inputs perhaps."""
        self.network_changed()
        self.data_changed()

    def network_changed(self) -> None:
        """Note that weights changed."""
        self.network += 1
        self._shared.clear()

    def data_changed(self) -> None:
        """Note that the points changed."""
        self.data += 1

    def output(self) -> WatchedNode:
        """Return the output as it is drawn large: of several classes as a whole."""
        shape = self._trainer.network.shape
        return len(shape) - 1, 0 if shape[-1] == 1 else None

    def exists(self, layer: int, neuron: int | None) -> bool:
        """Return whether there is such a node; those of layer 0 are all inputs that could be chosen."""
        if neuron is None:
            return (layer, neuron) == self.output()
        try:
            check_node(self._trainer.network, layer, neuron)
        except NoSuchNeuron:
            return False
        return True

    def lacks(self, view: ClientView, *, revision: int, playing: bool) -> bool:
        """Return whether the view's client lacks anything of the present."""
        given = view.given
        return (
            given.network != self.network
            or given.revision != revision
            or given.playing != playing
            or given.data != self.data
            or given.fine != self._fine_version(view, revision)
        )

    def compose(
        self, view: ClientView, number: int, metrics: Metrics, *, revision: int, playing: bool
    ) -> bytes:
        """Return the next frame for a view, and note that its client has it."""
        trainer, given = self._trainer, view.given
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
        if given.data != self.data:
            sections.append(self._points())
        if not given.inputs:
            sections.append(self._inputs())
        fine = self._fine_version(view, revision)
        if given.fine != fine:
            if given.network != self.network:
                self._draw_both(*view.watch)
            sections.append(self._fine(*view.watch))
        if given.network != self.network:
            sections += [self._coarse(), self._parameters()]
        whole, points, cursor = self._history.since(given.history)
        if whole or len(points):
            sections.append(Section(Tag.HISTORY, points.tobytes(), a=int(whole)))
        if view.probe is not None:
            sections.append(self._probe(*view.watch, *view.probe))
        packs = view.packs()
        bases = kept(given.sections, sections) if packs else {}
        view.give(DeliveredState(revision, self.network, self.data, True, fine, cursor, playing, bases))
        return self._packer.pack(header, sections, given.sections) if packs else encode(header, sections)

    def _fine_version(self, view: ClientView, revision: int) -> tuple[int, int, int | None]:
        """Name the large picture. No training changes an input's, but each revision is complete in itself."""
        layer, neuron = view.watch
        return (self.network if layer else revision, layer, neuron)

    def _draw_both(self, layer: int, neuron: int | None) -> None:
        """Draw the large picture and the small ones together, if nobody was shown either: that is quicker."""
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
            values, neuron = classes_at(network, x1, x2), WHOLE
        else:
            values = np.array([value_at(network, layer, neuron, x1, x2)])
        return Section(Tag.PROBE, PLACE.pack(x1, x2) + values.astype("<f8").tobytes(), layer, neuron)


def _scaled(picture: HeatMap) -> bytes:
    return SCALE.pack(picture.scale) + picture.levels.tobytes()


def _float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.minimum(np.maximum(values, -_LARGEST), _LARGEST).astype("<f4")


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
