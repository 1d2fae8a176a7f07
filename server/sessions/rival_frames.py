"""The frame sections of the rival in a race: its standing, its output and its losses."""

from engine.reference.heatmaps import HeatMap
from engine.training import backend
from engine.training.trainer import Metrics, Trainer
from server.protocol.frames import RIVAL, WHOLE_OUTPUT, Flag, Section, Tag
from server.sessions.client_view import DeliveredState
from server.sessions.grid_payloads import line_payload, or_nan, scaled_payload
from server.sessions.rival import Rival, score_of

OUTPUT_RESOLUTION = 100
"""Cells on a side of the heat map of its output."""

_UNSEEN_RESOLUTION = 2  # cells on a side of the previews of neurons, which are not shown


class RivalFrames:
    """Encodes the frame sections of one rival, which all views share."""

    def __init__(self, rival: Rival) -> None:
        self.rival = rival
        self._pictures: tuple[int, list[Section]] = (-1, [])

    def sections(
        self, before: DeliveredState, leader: Trainer, metrics: Metrics
    ) -> tuple[list[Section], DeliveredState]:
        """Return the sections that a client lacks, and what it will have after them.

        Args:
            before: what it has.
            leader: the training as it is shown, with which the rival is compared.
            metrics: the metrics of that training.
        """
        rival = self.rival
        found = [self._standing(leader, metrics)]
        if before.rival != rival.network:
            found += self._output()
        whole, points, cursor = rival.history.since(before.rival_history)
        if whole or len(points):
            found.append(Section(Tag.RIVAL_HISTORY, points.tobytes(), a=int(whole)))
        return found, before._replace(rival=rival.network, rival_history=cursor)

    def _standing(self, leader: Trainer, metrics: Metrics) -> Section:
        own = self.rival.metrics()
        shown = self.rival.shown
        flags = 0 if shown.divergence is None else int(Flag.DIVERGED)
        if shown.implementation == "reference" and backend.is_compiling(shown.config):
            flags |= int(Flag.COMPILING)
        payload = RIVAL.pack(
            shown.epoch,
            shown.batch,
            own.train_loss,
            own.test_loss,
            or_nan(own.train_accuracy),
            or_nan(own.test_accuracy),
            score_of(leader, metrics),
            score_of(shown, own),
        )
        return Section(Tag.RIVAL, payload, a=flags)

    def _output(self) -> list[Section]:
        """Return the heat map of the output and its decision line."""
        version, sections = self._pictures
        if version != self.rival.network:
            shown = self.rival.shown
            layer = len(shown.network.shape) - 1
            neuron = 0 if shown.network.shape[-1] == 1 else None
            drawn = shown.heat_maps.preview_and_detail(_UNSEEN_RESOLUTION, layer, neuron, OUTPUT_RESOLUTION)
            node = (layer, WHOLE_OUTPUT if neuron is None else neuron, OUTPUT_RESOLUTION)
            if isinstance(drawn.detail, HeatMap):
                picture = Section(Tag.RIVAL_DETAIL, scaled_payload(drawn.detail), *node)
            else:
                picture = Section(Tag.RIVAL_CLASSES, drawn.detail.tobytes(), 0, 0, OUTPUT_RESOLUTION)
            sections = [picture, Section(Tag.RIVAL_LINE, line_payload(drawn.contour), *node)]
            self._pictures = (self.rival.network, sections)
        return sections
