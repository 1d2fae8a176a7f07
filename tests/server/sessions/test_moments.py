"""Earlier networks of a session: which are kept, and what its clients see of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.protocol.frames import Tag
from server.protocol.inside import InspectPoint, MeasureLayers, PointToInspect
from server.protocol.quality import MeasureQuality
from server.protocol.timeline import KeptMoments, LookBack
from server.sessions import moments
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.session_record import capture_record, restore_record
from tests.server.sessions.session_client import DIVERGING, frame, never


def trained(epochs: int, **settings: object) -> tuple[Session, ClientView]:
    session = Session(TrainingConfig().changed(settings), playing=True)
    view, _ = session.attach()
    session.train(epochs, never)
    return session, view


def look(session: Session, view: ClientView, epoch: int | None) -> KeptMoments:
    """Look back; return the answer."""
    (told,) = (
        each.message
        for each in handle(session, view, LookBack(epoch=epoch))
        if isinstance(each.message, KeptMoments)
    )
    return told


def test_the_moments_of_a_run_begin_at_its_start_and_lie_closer_where_more_happens() -> None:
    session, view = trained(1000, train_percent=10, hidden_layers=[1])
    kept = look(session, view, None).epochs
    assert kept[0] == 0
    assert 30 <= len(kept) <= moments.MAX_MOMENTS
    assert kept == tuple(sorted(set(kept)))
    gaps = np.diff([*kept, 1000])
    assert gaps[:3].max() < 20
    assert gaps.max() < 130


@given(epochs=st.lists(st.integers(1, 100), min_size=1, max_size=6), size=st.integers(1, 60))
def test_no_stretch_of_a_run_is_without_moments(epochs: list[int], size: int) -> None:
    session = Session(TrainingConfig(hidden_layers=(1,), train_percent=10))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moments, "MAX_MOMENTS", size)
        for count in epochs:
            session.train(count, never)
        kept = session.loop.moments.epochs
    last = session.trainer.epoch
    assert kept[0] == 0
    assert len(kept) <= max(size, moments.MIN_MOMENTS)
    assert last - kept[-1] <= max(1, last // 16)


def test_many_networks_of_many_weights_take_bounded_memory() -> None:
    session = Session(TrainingConfig(hidden_layers=(64,) * 6, optimizer="adam", train_percent=10))
    for _ in range(40):
        session.train(1, never)
    assert moments.MIN_MOMENTS <= len(session.loop.moments) <= 4


def test_frames_show_an_earlier_network_bit_for_bit_until_training_goes_on() -> None:
    twin, watching = trained(40)
    then = frame(twin, watching)
    session, view = trained(40)
    session.train(160, never)
    assert look(session, view, 40).shown == 40
    shown = frame(session, view)
    assert (shown.epoch, shown.train_loss, shown.test_loss) == (40, then.train_loss, then.test_loss)
    for tag in (Tag.PARAMETERS, Tag.PREVIEW, Tag.DETAIL, Tag.LINE):
        assert shown.sections[tag] == then.sections[tag]
    assert (session.trainer.epoch, session.playing) == (200, False)
    assert session.state(view).shown_epoch == 40

    handle(session, view, wire.Play())
    assert session.state(view).shown_epoch is None
    session.train(1, never)
    assert frame(session, view).epoch == 201


def test_what_is_inside_is_that_of_the_epoch_shown() -> None:
    session, view = trained(100)
    point = PointToInspect(index=0)
    asked = (MeasureLayers(), MeasureQuality(), InspectPoint(point=point))
    look(session, view, 20)
    shown = [handle(session, view, each)[0].message for each in asked]
    assert [
        shown[0].statistics.epoch,  # type: ignore[union-attr]
        shown[1].quality.epoch,  # type: ignore[union-attr]
        shown[2].step.epoch,  # type: ignore[union-attr]
    ] == [20] * 3
    assert shown[0].explanations == []  # type: ignore[union-attr]


def test_the_training_goes_on_as_if_nobody_had_looked_back() -> None:
    session, view = trained(60, optimizer="adam", hidden_layers=[4, 4], normalization=["batch_norm", "none"])
    twin, _ = trained(60, optimizer="adam", hidden_layers=[4, 4], normalization=["batch_norm", "none"])
    look(session, view, 7)
    frame(session, view)
    again = restore_record(capture_record(session))
    for each in (session, twin, again):
        each.control.play()
        each.train(20, never)
    for each in (session, again):
        np.testing.assert_array_equal(
            each.trainer.network.parameters, twin.trainer.network.parameters, strict=True
        )


@pytest.mark.parametrize(
    "message",
    [
        wire.Play(),
        wire.Step(unit="epoch"),
        wire.Reset(),
        wire.NewWeights(),
        wire.Regenerate(),
        wire.Configure(changes={"learning_rate": 0.3}),
        wire.EditBias(layer=1, neuron=0, value=0.5),
        LookBack(epoch=None),
        LookBack(epoch=10**9),
    ],
    ids=lambda message: message.type,
)
def test_every_change_shows_the_present_again(message: wire.AnyClientMessage) -> None:
    session, view = trained(50)
    assert look(session, view, 12).shown == 12
    handle(session, view, message)
    assert session.state(view).shown_epoch is None
    assert session.look_back.shown is session.trainer


def test_a_restart_forgets_what_was_before_it() -> None:
    session, view = trained(50)
    handle(session, view, wire.Reset())
    assert look(session, view, 12).shown is None
    assert look(session, view, None).epochs == ()
    session.train(2, never)
    assert look(session, view, 1).epochs == (0, 1, 2)


def test_another_optimizer_meanwhile_leaves_its_averages_out() -> None:
    session, view = trained(50)
    handle(session, view, wire.Configure(changes={"optimizer": "adam"}))
    session.train(50, never)
    epochs = look(session, view, None).epochs
    assert look(session, view, epochs[1]).shown == epochs[1]


def test_a_training_that_has_diverged_can_be_looked_back_at() -> None:
    session = Session(DIVERGING, playing=True)
    view, _ = session.attach()
    session.train(1000, never)
    session.measure()
    assert session.trainer.divergence is not None
    kept = look(session, view, 0)
    assert max(kept.epochs) <= session.trainer.epoch
    assert kept.shown == (0 if session.trainer.epoch else None)
