from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.reference.heatmaps import ReferenceHeatMaps
from engine.reference.node_grids import value_at
from engine.training import backend
from engine.training.trainer import Trainer
from server.protocol.frames import WHOLE_OUTPUT, Flag, Tag
from server.sessions.client_view import ClientView
from server.sessions.frame_builder import DETAIL_RESOLUTION, PREVIEW_RESOLUTION, FrameBuilder
from server.sessions.loss_history import LossHistory
from tests.server.frame_reader import ReadFrame, read_frame


class Studio:
    """A trainer with a composer and one view."""

    def __init__(self, **settings: object) -> None:
        self.trainer = Trainer(TrainingConfig().changed(settings))
        self.history = LossHistory()
        self.frame_builder = FrameBuilder(self.trainer, self.history)
        self.view = ClientView(watch=self.frame_builder.output_node())

    def frame(self, revision: int = 1) -> ReadFrame:
        metrics = self.trainer.metrics()
        return read_frame(self.frame_builder.build(self.view, 1, metrics, revision=revision, playing=False))

    def is_stale(self, revision: int = 1) -> bool:
        return self.frame_builder.is_stale(self.view, revision=revision, playing=False)


def test_nothing_is_sent_twice() -> None:
    studio = Studio()
    assert studio.is_stale()
    of_images = {Tag.IMAGE, Tag.MAPS, Tag.FILTERS, Tag.CONFUSION}
    of_rivals = {tag for tag in Tag if tag >= Tag.RIVAL}
    assert studio.frame().tags == set(Tag) - {Tag.PROBE, Tag.CLASSES} - of_images - of_rivals
    assert not studio.is_stale()
    assert studio.frame().tags == set()
    studio.frame_builder.on_network_changed()
    assert studio.is_stale()
    assert studio.frame().tags == {Tag.DETAIL, Tag.LINE, Tag.PREVIEW, Tag.PARAMETERS}
    studio.frame_builder.on_data_changed()
    assert studio.frame().tags == {Tag.POINTS}
    studio.view.watch = (1, 0)
    assert studio.is_stale()
    assert studio.frame().tags == {Tag.DETAIL, Tag.LINE}
    studio.history.add(1, 0.5, 0.5)
    assert studio.frame().tags == {Tag.HISTORY}


def test_the_frame_after_a_retracted_one_has_its_sections() -> None:
    studio = Studio()
    studio.history.add(0, 0.5, 0.5)
    studio.frame()
    studio.frame_builder.on_network_changed()
    studio.history.add(1, 0.25, 0.25)
    studio.frame()
    studio.view.retract()
    studio.history.add(2, 0.125, 0.125)
    again = studio.frame()
    assert {Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS} <= again.tags
    assert again.sections[Tag.HISTORY].values == [[1, 0.25, 0.25], [2, 0.125, 0.125]]


def test_a_picture_without_any_value_is_all_zero() -> None:
    studio = Studio(initializer="zeros")
    detail = studio.frame().sections[Tag.DETAIL]
    assert set(detail.values) == {0}
    assert detail.scale > 0


def test_an_inputs_picture_is_sent_once_a_revision() -> None:
    studio = Studio()
    studio.view.watch = (0, 5)
    studio.frame()
    studio.frame_builder.on_network_changed()
    assert Tag.DETAIL not in studio.frame().tags
    assert Tag.DETAIL in studio.frame(revision=2).tags


@pytest.mark.parametrize("settings", [{}, {"output_activation": "sigmoid"}, {"problem": "regression"}])
def test_pictures_show_the_networks_values(settings: dict[str, object]) -> None:
    studio = Studio(**settings)
    studio.trainer.run_epochs(20)
    sections = studio.frame().sections
    detail = np.array(sections[Tag.DETAIL].values).reshape(DETAIL_RESOLUTION, DETAIL_RESOLUTION)
    scale = sections[Tag.DETAIL].scale
    assert abs(detail).max() == 127
    assert 0 < scale <= 1
    layer, neuron = len(studio.trainer.network.shape) - 1, 0
    for row, column in [(0, 0), (0, DETAIL_RESOLUTION - 1), (70, 30)]:
        x1, x2 = -6 + 12 * (column + 0.5) / DETAIL_RESOLUTION, 6 - 12 * (row + 0.5) / DETAIL_RESOLUTION
        value = value_at(studio.trainer.network, layer, neuron, x1, x2)
        if settings.get("output_activation") == "sigmoid":
            value = 2 * value - 1
        assert detail[row, column] == pytest.approx(127 * max(-1, min(1, value / scale)), abs=0.51)
    preview = np.array(sections[Tag.PREVIEW].values).reshape(-1, PREVIEW_RESOLUTION, PREVIEW_RESOLUTION)
    assert len(preview) == 7
    x2 = np.array(sections[Tag.INPUTS].values).reshape(-1, PREVIEW_RESOLUTION, PREVIEW_RESOLUTION)[1]
    assert x2[0, 0] == 127
    assert x2[-1, 0] == -127


def test_several_classes_are_shown_by_the_likeliest() -> None:
    studio = Studio(problem="multiclass", classes=5)
    studio.trainer.run_epochs(20)
    studio.view.probe = (1.5, -2.0)
    sections = studio.frame().sections
    assert Tag.DETAIL not in sections
    picture = np.array(sections[Tag.CLASSES].values).reshape(DETAIL_RESOLUTION, DETAIL_RESOLUTION)
    for row, column in [(0, 0), (40, 99), (70, 30)]:
        x1, x2 = -6 + 12 * (column + 0.5) / DETAIL_RESOLUTION, 6 - 12 * (row + 0.5) / DETAIL_RESOLUTION
        values = [value_at(studio.trainer.network, 3, neuron, x1, x2) for neuron in range(5)]
        assert picture[row, column] >> 5 == np.argmax(values)
        assert picture[row, column] & 31 == pytest.approx(31 * (max(values) - 0.2) / 0.8, abs=0.51)
    probe = sections[Tag.PROBE]
    assert probe.b == WHOLE_OUTPUT
    assert probe.values[:2] == [1.5, -2.0]
    assert probe.values[2:] == [value_at(studio.trainer.network, 3, neuron, 1.5, -2.0) for neuron in range(5)]
    assert len(sections[Tag.PREVIEW].values) == (4 + 2 + 5) * PREVIEW_RESOLUTION * PREVIEW_RESOLUTION


def test_one_of_several_classes_can_be_watched() -> None:
    studio = Studio(problem="multiclass")
    studio.frame()
    studio.view.watch = (3, 2)
    sections = studio.frame().sections
    assert set(sections) == {Tag.DETAIL, Tag.LINE}
    assert sections[Tag.LINE][1:4] == sections[Tag.DETAIL][1:4]
    value = value_at(studio.trainer.network, 3, 2, -5.94, 5.94)
    assert sections[Tag.DETAIL].values[0] == pytest.approx(
        127 * (2 * value - 1) / sections[Tag.DETAIL].scale, abs=0.51
    )


def test_the_line_of_an_input_is_empty_so_that_none_of_another_node_stays() -> None:
    studio = Studio()
    assert len(studio.frame().sections[Tag.LINE].payload) > 0
    studio.view.watch = (0, 0)
    assert studio.frame().sections[Tag.LINE].payload == b""


def test_points_are_train_then_test() -> None:
    studio = Studio(train_percent=10)
    section = studio.frame().sections[Tag.POINTS]
    assert section.train_points == 50
    dataset = studio.trainer.dataset
    assert section.values[0] == pytest.approx([*dataset.train.inputs[0], dataset.train.targets[0]], rel=1e-6)
    assert section.values[50] == pytest.approx([*dataset.test.inputs[0], dataset.test.targets[0]], rel=1e-6)
    assert len(section.values) == 500


def test_parameters_beyond_single_precision_are_clipped() -> None:
    studio = Studio()
    studio.trainer.set_bias(1, 0, 1e300)
    assert max(studio.frame().sections[Tag.PARAMETERS].values) == np.finfo(np.float32).max


def test_views_that_watch_the_same_share_a_section(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    class Noting(ReferenceHeatMaps):
        def __getattribute__(self, name: str) -> Any:
            if name in {"inputs", "preview", "detail"}:
                drawn.append(name)
            return super().__getattribute__(name)

    monkeypatch.setattr(backend, "heat_maps", lambda network, _config: Noting(network))
    studio = Studio()
    studio.frame()
    studio.view = ClientView(watch=studio.view.watch)
    studio.frame()
    assert sorted(drawn) == ["detail", "inputs", "inputs", "preview"], "the inputs are drawn once a client"


def test_regression_has_no_accuracy() -> None:
    frame = Studio(problem="regression").frame()
    assert not frame.flags & Flag.CLASSIFICATION
    assert np.isnan(frame.train_accuracy)
    assert np.isnan(frame.test_accuracy)
