from collections.abc import Mapping

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.reference.feature_maps import feature_maps, filters_of
from server.protocol import messages as wire
from server.protocol.frames import UNKNOWN_LABEL, ImageSource, Tag
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.image_frames import MAX_WRONG
from server.sessions.session import Session
from tests.server.frame_reader import ReadSection
from tests.server.sessions.session_client import error, frame, never, state

TINY = {
    "problem": "images",
    "layers": [
        {"kind": "conv", "filters": 2, "activation": "relu"},
        {"kind": "max_pool"},
        {"kind": "dense", "neurons": 4, "activation": "relu"},
    ],
    "train_percent": 80,
    "batch_size": 500,
}
SEVEN = (0,) * 8 + (0, 16, 16, 16, 16, 16, 0, 0) + (0, 0, 0, 0, 9, 0, 0, 0) * 6
PARTS = {Tag.MAPS, Tag.FILTERS}


@pytest.fixture
def session() -> Session:
    return Session(TrainingConfig.model_validate(TINY))


@pytest.fixture
def view(session: Session) -> ClientView:
    return session.attach()[0]


def _tags(sections: Mapping[int, ReadSection]) -> set[int]:
    return set(sections)


def _maps(section: ReadSection, session: Session) -> list[np.ndarray]:
    """Return the values that a MAPS section stands for."""
    values, at, arrays = np.array(section.values), 0, []
    layers = session.state(session.views[0]).images
    assert layers is not None
    for scale, layer in zip(section.scales, layers.layers, strict=True):
        shape = layer.channels, layer.height, layer.width
        size = layer.channels * layer.height * layer.width
        arrays.append(scale * values[at : at + size].reshape(shape) / 127)
        at += size
    assert at == len(values)
    return arrays


def test_a_first_frame_has_all_of_images_and_nothing_of_the_plane(session: Session, view: ClientView) -> None:
    assert frame(session, view).tags == PARTS | {Tag.IMAGE, Tag.CONFUSION, Tag.HISTORY}
    assert not session.is_stale(view)
    assert frame(session, view).tags == set()


def test_the_state_says_what_the_frames_show(session: Session, view: ClientView) -> None:
    told = session.state(view).images
    assert told is not None
    shapes = [(each.kind, each.channels, each.height, each.width) for each in told.layers]
    assert shapes == [
        ("input", 1, 8, 8),
        ("conv", 2, 8, 8),
        ("max_pool", 2, 4, 4),
        ("dense", 4, 1, 1),
        ("output", 10, 1, 1),
    ]
    assert state(Session(TrainingConfig()).attach()[1]).images is None


def test_the_first_test_image_goes_through_all_layers(session: Session, view: ClientView) -> None:
    sections = frame(session, view).sections
    test = session.trainer.dataset.test
    image = sections[Tag.IMAGE]
    assert (image.a, image.b) == (test.targets[0], ImageSource.TEST)
    assert image.values == [0, *np.rint(255 * test.inputs[0])]
    shown = _maps(sections[Tag.MAPS], session)
    for got, expected in zip(shown, feature_maps(session.trainer.network, test.inputs[0]), strict=True):
        assert got == pytest.approx(expected, abs=np.abs(expected).max() / 200)
    assert shown[-1].sum() == pytest.approx(1, abs=0.05)


def test_filters_are_sent_with_their_scale(session: Session, view: ClientView) -> None:
    section = frame(session, view).sections[Tag.FILTERS]
    (expected,) = filters_of(session.trainer.network)
    got = section.scales[0] * np.array(section.values).reshape(expected.shape) / 127
    assert got == pytest.approx(expected, abs=np.abs(expected).max() / 200)


def test_another_image_brings_only_its_pixels_and_maps(session: Session, view: ClientView) -> None:
    frame(session, view)
    assert handle(session, view, wire.ShowImage(set="train", index=5)) == []
    assert session.is_stale(view)
    sections = frame(session, view).sections
    assert _tags(sections) == {Tag.IMAGE, Tag.MAPS}
    assert sections[Tag.IMAGE].b == ImageSource.TRAIN
    assert sections[Tag.IMAGE].values[1:] == list(np.rint(255 * session.trainer.dataset.train.inputs[5]))


def test_a_drawing_goes_through_all_layers(session: Session, view: ClientView) -> None:
    handle(session, view, wire.ShowImage(pixels=SEVEN))
    sections = frame(session, view).sections
    assert (sections[Tag.IMAGE].a, sections[Tag.IMAGE].b) == (UNKNOWN_LABEL, ImageSource.DRAWN)
    assert _maps(sections[Tag.MAPS], session)[0].ravel() == pytest.approx(np.array(SEVEN) / 16, abs=0.01)


def test_each_client_sees_its_own_image(session: Session, view: ClientView) -> None:
    other = session.attach()[0]
    handle(session, other, wire.ShowImage(set="test", index=3))
    assert frame(session, view).sections[Tag.IMAGE].values[0] == 0
    assert frame(session, other).sections[Tag.IMAGE].values[0] == 3


@pytest.mark.parametrize(
    ("message", "field"),
    [
        (wire.ShowImage(set="test", index=360, ref=4), "index"),
        (wire.ShowImage(set="train", index=1437, ref=4), "index"),
    ],
)
def test_an_image_that_is_not_there_is_refused(
    session: Session, view: ClientView, message: wire.ShowImage, field: str
) -> None:
    frame(session, view)
    refused = error(handle(session, view, message))
    assert (refused.code, refused.field, refused.ref) == ("invalid_value", field, 4)
    assert not session.is_stale(view)


def test_what_belongs_to_the_other_kind_of_network_is_refused(session: Session, view: ClientView) -> None:
    assert error(handle(session, view, wire.Probe(x1=1.0, x2=2.0))).code == "other_problem"
    plane = Session(TrainingConfig())
    looking = plane.attach()[0]
    assert error(handle(plane, looking, wire.ShowImage(set="test"))).code == "other_problem"


def test_an_image_that_a_smaller_set_no_longer_has_gives_way_to_the_first(
    session: Session, view: ClientView
) -> None:
    handle(session, view, wire.ShowImage(set="test", index=359))
    frame(session, view)
    handle(session, view, wire.Configure(changes={"train_percent": 90}))
    image = frame(session, view).sections[Tag.IMAGE]
    assert (image.b, image.values[0]) == (ImageSource.TEST, 0)


@pytest.mark.medium
def test_a_client_sees_the_plane_again_after_images(session: Session, view: ClientView) -> None:
    frame(session, view)
    plane = handle(session, view, wire.Configure(changes={"problem": "classification"}))
    assert state(plane).images is None
    expected = {Tag.POINTS, Tag.INPUTS, Tag.DETAIL, Tag.LINE, Tag.PREVIEW, Tag.PARAMETERS, Tag.HISTORY}
    assert frame(session, view).tags == expected
    handle(session, view, wire.Probe(x1=1.0, x2=1.0))
    handle(session, view, wire.Configure(changes={"problem": "images"}))
    assert frame(session, view).tags == PARTS | {Tag.IMAGE, Tag.CONFUSION, Tag.HISTORY}


def test_the_confusion_matrix_counts_the_test_set(session: Session, view: ClientView) -> None:
    section = frame(session, view).sections[Tag.CONFUSION]
    matrix, *wrong = section.values
    assert sum(matrix) == 360
    accuracy = session.metrics().test_accuracy
    assert accuracy is not None
    assert sum(matrix[:: section.a + 1]) / 360 == pytest.approx(accuracy)
    assert len(wrong) == section.b == MAX_WRONG
    test = session.trainer.dataset.test
    outputs = session.trainer.network.forward(test.inputs)
    for index, label, predicted, probability, *pixels in wrong:
        assert label == test.targets[index] != predicted == outputs[index].argmax()
        assert probability / 255 == pytest.approx(outputs[index].max(), abs=0.003)
        assert pixels == list(np.rint(255 * test.inputs[index]))


@pytest.mark.medium
def test_while_it_trains_frames_have_the_metrics_of_the_last_epoch(
    session: Session, view: ClientView
) -> None:
    first = frame(session, view)
    handle(session, view, wire.Play())
    session.train(1, lambda: True, by_batch=True)
    amid = frame(session, view)
    assert amid.batch == 1
    assert amid.tags == PARTS
    assert (amid.train_loss, amid.test_accuracy) == (first.train_loss, first.test_accuracy)
    session.train(1, never, by_batch=True)
    session.train(1, lambda: True, by_batch=True)  # one more mini-batch
    epoch = frame(session, view)
    assert (epoch.epoch, epoch.batch) == (1, 1)
    assert epoch.tags == PARTS | {Tag.CONFUSION, Tag.HISTORY}
    (_, train_loss, _) = epoch.sections[Tag.HISTORY].values[-1]
    assert epoch.train_loss == train_loss != first.train_loss
    handle(session, view, wire.Pause())
    paused = frame(session, view)
    assert paused.train_loss != train_loss
    assert Tag.CONFUSION in paused.tags
    assert not session.is_stale(view)


def test_a_run_that_ends_shows_its_last_metrics(session: Session, view: ClientView) -> None:
    frame(session, view)
    handle(session, view, wire.Step(unit="batch", count=2))
    session.do_work(lambda: True, by_batch=True)
    frame(session, view)
    session.do_work(never, by_batch=True)
    last = frame(session, view)
    assert last.batch == 2
    assert last.train_loss == session.trainer.metrics().train_loss
    assert not session.is_stale(view)


@pytest.mark.medium
@pytest.mark.parametrize("rate", [100, 1e-5])
def test_a_network_that_diverges_or_overflows_is_shown_all_the_same(rate: float) -> None:
    session = Session(TrainingConfig.model_validate({**TINY, "learning_rate": rate, "optimizer": "sgd"}))
    view = session.attach()[0]
    if rate < 1:
        session.trainer.network.parameters[:] = 1e200  # sums overflow, parameters do not
        session.loop.on_network_changed()
    handle(session, view, wire.Play())
    for _ in range(60):
        session.train(1, lambda: True, by_batch=True)
        session.measure()
        shown = frame(session, view)
        assert Tag.MAPS in shown.sections or session.trainer.divergence is not None
        if session.trainer.divergence is not None:
            break
    if rate < 1:
        assert session.trainer.divergence is not None
    assert not session.is_stale(view)
    assert sum(session.confusion().matrix.ravel()) == 360
