"""Builds a session's frames: each contains only what its client does not have yet."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from engine.errors import NoSuchNeuron
from engine.reference.confusion import Confusion
from engine.reference.heatmaps import HeatMap
from engine.reference.node_grids import check_node, classes_at, value_at
from engine.training import backend
from engine.training.trainer import Metrics, Trainer
from server.protocol.frame_compression import FrameCompressor, difference_bases
from server.protocol.frames import (
    POINT_COUNTS,
    PROBE_POINT,
    WHOLE_OUTPUT,
    Flag,
    Header,
    Section,
    Tag,
    encode,
)
from server.sessions.client_view import ClientView, DeliveredState, WatchedNode
from server.sessions.grid_payloads import line_payload, or_nan, scaled_payload
from server.sessions.image_frames import MAX_FLOAT32, ImageFrames
from server.sessions.loss_history import LossHistory
from server.sessions.rival import Rival
from server.sessions.rival_frames import RivalFrames

DETAIL_RESOLUTION = 100
"""Cells on a side of the large heat map."""

PREVIEW_RESOLUTION = 20
"""Cells on a side of the small heat maps."""

_PLAYING, _CLASSIFICATION = int(Flag.PLAYING), int(Flag.CLASSIFICATION)
_DIVERGED, _COMPILING = int(Flag.DIVERGED), int(Flag.COMPILING)


class FrameBuilder:
    """Builds the frames of one session; sections that several views need are encoded once.

    Attributes:
        network: the version of the parameters, which `on_network_changed` increments.
        data: the version of the data points, which `on_data_changed` increments.
    """

    def __init__(self, trainer: Trainer, history: LossHistory, views: Collection[ClientView] = ()) -> None:
        """Create it for a trainer and its losses; `views` is the session's own list of all clients."""
        self.network = 0
        self.data = 0
        self._present = self._trainer = trainer
        self._history = history
        self._views = views
        self._shared: dict[object, bytes] = {}
        self._compressor = FrameCompressor()
        self._images = ImageFrames(trainer)
        self._rival: RivalFrames | None = None

    @property
    def rival(self) -> Rival | None:
        """The rival in a race, which frames show, too; None without a race."""
        return None if self._rival is None else self._rival.rival

    @rival.setter
    def rival(self, rival: Rival | None) -> None:
        self._rival = None if rival is None else RivalFrames(rival)

    @property
    def shown(self) -> Trainer:
        """The trainer whose network the frames show: the session's own, or one with an earlier network."""
        return self._trainer

    def show(self, trainer: Trainer) -> None:
        """Show the network of another trainer with the same layers and points, until the network changes."""
        if trainer is self._trainer:
            return
        self._trainer = trainer
        self._images.show(trainer)
        self._drop_network()

    def on_network_rebuilt(self) -> None:
        """Handle the replacement of the network, perhaps by one with other features."""
        self.on_network_changed()
        self.on_data_changed()

    def on_network_changed(self) -> None:
        """Handle a change of parameters; frames show the present network again."""
        if self._trainer is not self._present:
            self._trainer = self._present
            self._images.show(self._present)
        self._drop_network()

    def _drop_network(self) -> None:
        self.network += 1
        self._shared.clear()
        self._images.on_network_changed()

    def on_measured(self, *, before_training: bool = False) -> None:
        """Handle a measurement of the present network's metrics.

        If `before_training`, the network is about to change: its confusion matrix is computed now if a client
        needs it.
        """
        if self._takes_images:
            self._images.on_measured(at_once=before_training and any(view.visible for view in self._views))

    def confusion(self) -> Confusion:
        """Return the confusion of a network for images at its last measurement."""
        return self._images.confusion()

    def on_data_changed(self) -> None:
        """Handle a change of the data points."""
        self.data += 1

    @property
    def _takes_images(self) -> bool:
        return self._trainer.network.image is not None

    def output_node(self) -> WatchedNode:
        """Return the node of the network's output; its neuron is None for several classes."""
        shape = self._trainer.network.shape
        return len(shape) - 1, 0 if shape[-1] == 1 else None

    def exists(self, layer: int, neuron: int | None) -> bool:
        """Return whether a node exists; layer 0 has a node for every feature, used or not."""
        if neuron is None:
            return (layer, neuron) == self.output_node()
        try:
            check_node(self._trainer.network, layer, neuron)
        except NoSuchNeuron:
            return False
        return True

    def is_stale(self, view: ClientView, *, revision: int, playing: bool) -> bool:
        """Return whether the view's client lacks a part of the present state."""
        delivered = view.delivered
        return (
            delivered.network != self.network
            or delivered.revision != revision
            or delivered.playing != playing
            or delivered.data != self.data
            or (self._rival is not None and delivered.rival != self._rival.rival.network)
            or self._lacks_picture(view, revision)
        )

    def _lacks_picture(self, view: ClientView, revision: int) -> bool:
        if self._takes_images:
            return self._images.is_stale(view)
        return view.delivered.detail != self._detail_version(view, revision)

    def build(
        self, view: ClientView, number: int, metrics: Metrics, *, revision: int, playing: bool
    ) -> bytes:
        """Return the next frame for a view, and record in the view what its client will have."""
        before = view.delivered
        header = self._header(number, metrics, revision=revision, playing=playing)
        sections, after = self._pictures(view, revision)
        whole, points, cursor = self._history.since(before.history)
        if whole or len(points):
            sections.append(Section(Tag.HISTORY, points.tobytes(), a=int(whole)))
        if view.probe is not None and not self._takes_images:
            sections.append(self._probe(*view.watch, *view.probe))
        if self._rival is not None:
            of_rival, after = self._rival.sections(after, self._trainer, metrics)
            sections += of_rival
        compresses = view.compresses()
        bases = difference_bases(before.sections, sections) if compresses else {}
        view.record_delivery(
            DeliveredState(
                revision,
                self.network,
                self.data,
                after.inputs,
                after.detail,
                after.image,
                after.maps,
                after.confusion,
                history=cursor,
                playing=playing,
                rival=after.rival,
                rival_history=after.rival_history,
                sections=bases,
            )
        )
        return (
            self._compressor.compress(header, sections, before.sections)
            if compresses
            else encode(header, sections)
        )

    def _pictures(self, view: ClientView, revision: int) -> tuple[list[Section], DeliveredState]:
        """Return the sections about network and data that a view's client lacks, and what it will have."""
        if self._takes_images:
            return self._images.sections(view, network=self.network, data=self.data)
        delivered, sections = view.delivered, []
        if delivered.data != self.data:
            sections.append(self._points())
        if not delivered.inputs:
            sections.append(self._inputs())
        detail = self._detail_version(view, revision)
        if delivered.detail != detail:
            sections += self._detail(*view.watch)
        if delivered.network != self.network:
            sections += [self._preview(), self._parameters()]
        return sections, delivered._replace(inputs=True, detail=detail)

    def _header(self, number: int, metrics: Metrics, *, revision: int, playing: bool) -> Header:
        trainer = self._trainer
        flags = _PLAYING if playing else 0  # plain numbers: joining members of an enum takes microseconds
        if metrics.train_accuracy is not None:
            flags |= _CLASSIFICATION
        if trainer.divergence is not None:
            flags |= _DIVERGED
        if trainer.implementation == "reference" and backend.is_compiling(trainer.config):
            flags |= _COMPILING
        return Header(
            flags=flags,
            frame=number,
            revision=revision,
            batch=trainer.batch,
            epoch=trainer.epoch,
            train_loss=metrics.train_loss,
            test_loss=metrics.test_loss,
            train_accuracy=or_nan(metrics.train_accuracy),
            test_accuracy=or_nan(metrics.test_accuracy),
        )

    def _detail_version(self, view: ClientView, revision: int) -> tuple[int, int, int | None]:
        """Return the version of a node's large heat map; for an input only the revision changes it."""
        layer, neuron = view.watch
        return (self.network if layer else revision, layer, neuron)

    def _detail(self, layer: int, neuron: int | None) -> list[Section]:
        """Return the large heat map and its decision line.

        The small heat maps are rendered in the same pass, which is faster than two passes.
        """
        key = (layer, neuron)
        if key not in self._shared:
            small, large, contour = self._trainer.heat_maps.preview_and_detail(
                PREVIEW_RESOLUTION, layer, neuron, DETAIL_RESOLUTION
            )
            self._shared[Tag.PREVIEW] = small.tobytes()
            self._shared[key] = scaled_payload(large) if isinstance(large, HeatMap) else large.tobytes()
            self._shared[Tag.LINE, *key] = line_payload(contour)
        node = (layer, WHOLE_OUTPUT if neuron is None else neuron, DETAIL_RESOLUTION)
        tag = Tag.CLASSES if neuron is None else Tag.DETAIL
        place = (0, 0, DETAIL_RESOLUTION) if neuron is None else node
        return [
            Section(tag, self._shared[key], *place),
            Section(Tag.LINE, self._shared[Tag.LINE, *key], *node),
        ]

    def _preview(self) -> Section:
        if Tag.PREVIEW not in self._shared:
            self._shared[Tag.PREVIEW] = self._trainer.heat_maps.preview(PREVIEW_RESOLUTION).tobytes()
        return Section(Tag.PREVIEW, self._shared[Tag.PREVIEW], c=PREVIEW_RESOLUTION)

    def _parameters(self) -> Section:
        if Tag.PARAMETERS not in self._shared:
            self._shared[Tag.PARAMETERS] = _float32(self._trainer.network.parameters).tobytes()
        return Section(Tag.PARAMETERS, self._shared[Tag.PARAMETERS])

    def _inputs(self) -> Section:
        return Section(
            Tag.INPUTS, self._trainer.heat_maps.inputs(PREVIEW_RESOLUTION).tobytes(), c=PREVIEW_RESOLUTION
        )

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


def _float32(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.minimum(np.maximum(values, -MAX_FLOAT32), MAX_FLOAT32).astype("<f4")
