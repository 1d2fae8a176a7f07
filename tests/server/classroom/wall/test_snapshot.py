import math

import numpy as np
import pytest

from engine.config import TrainingConfig
from server.classroom.wall.snapshot import (
    MAX_CURVE_POINTS,
    Curve,
    WallConfusion,
    WallHeatMap,
    WallSnapshot,
    append_point,
    score_curve,
    take_snapshot,
)
from server.protocol import messages as wire
from server.sessions.commands import execute
from server.sessions.loss_history import LossHistory
from server.sessions.session import Session


def snapshot_of(session: Session, before: WallSnapshot | None = None, *, curve: bool = False) -> WallSnapshot:
    return take_snapshot(session, before, resolution=40, curve=curve)


def _heat_map(snapshot: WallSnapshot) -> WallHeatMap:
    assert isinstance(snapshot.heat_map, WallHeatMap)
    return snapshot.heat_map


def trained(epochs: int, **settings: object) -> Session:
    session = Session(TrainingConfig().changed(settings))
    session.train(epochs, lambda: False)
    return session


def test_it_has_the_metrics_of_the_session() -> None:
    session = trained(5)
    snapshot, metrics = snapshot_of(session), session.metrics()
    assert snapshot.epoch == 5
    assert snapshot.test_loss == pytest.approx(metrics.test_loss, rel=1e-4)
    assert snapshot.train_accuracy == pytest.approx(metrics.train_accuracy, rel=1e-4)
    assert not snapshot.playing
    assert not snapshot.diverged


@pytest.mark.parametrize(
    "settings",
    [
        {"output_activation": "sigmoid", "loss": "squared_error"},
        {"output_activation": "sigmoid", "loss": "cross_entropy"},
        {"problem": "regression", "output_activation": "linear", "loss": "huber"},
        {"problem": "multiclass"},
    ],
)
def test_its_curve_has_scores_whatever_is_trained(settings: dict[str, object]) -> None:
    session = trained(0, **settings)
    snapshot = snapshot_of(session)
    assert list(snapshot.curve.points) == [(0, snapshot.score)]
    for epoch in range(1, 4):
        session.train(1, lambda: False)
        snapshot = snapshot_of(session, snapshot, curve=True)
        assert snapshot.score == pytest.approx(session.loop.score(), rel=1e-4)
        assert [each for each, _ in snapshot.curve.points] == list(range(epoch + 1))
        assert snapshot.curve.points[-1][1] == pytest.approx(snapshot.score)


def test_a_curve_of_sampled_scores_stays_short_and_keeps_its_ends() -> None:
    curve = Curve(0, (0, 0, 0), ())
    for epoch in range(1000):
        curve = curve._replace(points=append_point(curve, epoch, 1 / (epoch + 1)))
    assert MAX_CURVE_POINTS / 2 <= len(curve.points) <= MAX_CURVE_POINTS
    assert [curve.points[0], curve.points[-1]] == [(0, 1), (999, 0.001)]


def test_epochs_that_new_points_cut_off_are_counted() -> None:
    session = Session(TrainingConfig(batch_size=1))
    for _ in range(5):
        execute(session, wire.Step(unit="batch", count=200))
        session.do_work(lambda: False)
        execute(session, wire.Regenerate())
    snapshot = snapshot_of(session)
    assert (snapshot.epoch, snapshot.counted_epochs) == (0, 4)


def test_its_picture_is_the_heat_map_of_the_output() -> None:
    session = trained(5)
    heat_map = session.trainer.heat_maps.detail(3, 0, 40)
    picture = _heat_map(snapshot_of(session))
    assert (picture.levels, picture.scale, picture.classes) == (
        heat_map.levels.tobytes(),
        heat_map.scale,
        False,
    )
    assert np.abs(np.frombuffer(picture.levels, np.int8)).max() == 127


def test_several_classes_share_one_picture() -> None:
    session = trained(1, problem="multiclass", classes=4)
    picture = _heat_map(snapshot_of(session))
    assert picture.classes
    assert picture.levels == session.trainer.heat_maps.classes(40).tobytes()
    assert len(picture.levels) == 1600


def test_unchanged_parts_are_reused() -> None:
    session = trained(3)
    first = snapshot_of(session)
    assert snapshot_of(session, first) is first
    assert snapshot_of(session, first, curve=True) is first
    session.control.playing = True
    playing = snapshot_of(session, first)
    assert playing.playing
    assert playing.heat_map is first.heat_map
    assert playing.curve is first.curve


def test_each_change_of_the_network_changes_the_picture() -> None:
    session = trained(3)
    snapshot = snapshot_of(session)
    for change in (
        wire.EditBias(type="edit_bias", layer=1, neuron=0, value=2.0),
        wire.Reset(type="reset"),
        wire.Configure(type="configure", changes={"hidden_layers": [3]}),
    ):
        execute(session, change)
        before, snapshot = snapshot, snapshot_of(session, snapshot)
        assert _heat_map(snapshot).levels != _heat_map(before).levels


def test_the_curve_is_updated_on_request_and_after_a_reset() -> None:
    session = trained(3)
    first = snapshot_of(session)
    assert [epoch for epoch, _ in first.curve.points] == [0, 1, 2, 3]
    session.train(2, lambda: False)
    later = snapshot_of(session, first)
    assert later.curve is first.curve
    assert [epoch for epoch, _ in snapshot_of(session, later, curve=True).curve.points] == [0, 1, 2, 3, 4, 5]
    execute(session, wire.Reset(type="reset"))
    after_reset = snapshot_of(session, later)
    assert [epoch for epoch, _ in after_reset.curve.points] == [0]
    assert after_reset.generation != later.generation


def test_a_curve_is_thinned_evenly() -> None:
    history = LossHistory()
    for epoch in range(5000):
        history.add(epoch, 1.0, 1 / (epoch + 1))
    points = list(score_curve(TrainingConfig(), history))
    assert len(points) == MAX_CURVE_POINTS
    assert [points[0], points[-1]] == [(0, 1), (4999, 0.0002)]
    gaps = np.diff([epoch for epoch, _ in points])
    assert gaps.max() < 2 * gaps.min()


def test_a_short_curve_has_each_point_once() -> None:
    history = LossHistory()
    history.add(0, 1.0, math.inf)
    assert len(score_curve(TrainingConfig(), history)) == 1


def test_a_diverged_training_has_only_finite_numbers() -> None:
    session = trained(200, problem="regression", learning_rate=100, hidden_layers=[8], activation="relu")
    snapshot = snapshot_of(session)
    assert snapshot.diverged
    assert all(
        value is None or math.isfinite(value)
        for value in (snapshot.train_loss, snapshot.test_loss, *(loss for _, loss in snapshot.curve.points))
    )


IMAGES: dict[str, object] = {
    "problem": "images",
    "layers": [{"kind": "conv", "filters": 2}, {"kind": "max_pool"}],
    "batch_size": 300,
    "train_percent": 80,
}


def _confusion(snapshot: WallSnapshot) -> WallConfusion:
    assert isinstance(snapshot.heat_map, WallConfusion)
    return snapshot.heat_map


def test_a_network_for_images_has_its_confusion_in_place_of_a_heat_map() -> None:
    session = trained(1, **IMAGES)
    snapshot = snapshot_of(session)
    counts = np.array(_confusion(snapshot).counts).reshape(10, 10)
    assert counts.sum() == 360
    assert np.trace(counts) / 360 == pytest.approx(snapshot.test_accuracy, rel=1e-4)
    assert snapshot_of(session, snapshot) is snapshot


def test_a_network_for_images_that_trains_is_shown_as_it_was_measured_last() -> None:
    session = trained(0, **IMAGES)
    execute(session, wire.Play())
    first = snapshot_of(session)
    session.train(1, lambda: True, by_batch=True)
    amid = snapshot_of(session, first)
    assert amid.network != first.network
    assert (amid.test_loss, amid.heat_map) == (first.test_loss, first.heat_map)
    assert amid.heat_map is first.heat_map
    session.train(1, lambda: False, by_batch=True)
    session.train(1, lambda: True, by_batch=True)
    epoch = snapshot_of(session, amid, curve=True)
    assert [each for each, _ in epoch.curve.points] == [0, 1]
    counts = np.array(_confusion(epoch).counts).reshape(10, 10)
    assert np.trace(counts) / 360 == pytest.approx(epoch.test_accuracy, rel=1e-4)
    assert epoch.test_accuracy != first.test_accuracy
