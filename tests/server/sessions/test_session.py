"""What the clients of a session get: state, frames, news of a divergence."""

import math

import pytest

from engine.config import TrainingConfig
from engine.kernels import compile_cache, registry
from server.protocol import messages as wire
from server.protocol.frames import Flag, Tag
from server.protocol.parameter_layout import LayerLayout
from server.protocol.stop_conditions import StopConditions
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.session_record import capture_record, restore_record
from server.sessions.training_run import StopCriterion
from tests.server.sessions.session_client import DIVERGING, SMALL, frame, never, state


@pytest.mark.parametrize("by_batch", [False, True])
def test_play_pauses_when_the_epoch_is_finished_that_it_was_to_end_at(*, by_batch: bool) -> None:
    session = Session(TrainingConfig())
    session.control.play(until_epoch=5)
    for _ in range(3):
        session.train(2, lambda: False, by_batch=by_batch)
        session.control.pause_at_end()
    assert (session.trainer.epoch, session.playing) == (5, False)
    session.control.play(until_epoch=5)  # it is over, so that play goes on
    session.train(2, lambda: False, by_batch=by_batch)
    assert not session.control.pause_at_end()
    assert (session.trainer.epoch, session.playing) == (7, True)


@pytest.mark.parametrize("by_batch", [False, True])
@pytest.mark.parametrize(
    "until",
    [StopCriterion(test_loss=0.2), StopCriterion(train_loss=0.25), StopCriterion(train_accuracy=0.9)],
    ids=["test loss", "training loss", "accuracy"],
)
def test_play_pauses_after_the_first_epoch_that_meets_its_conditions(
    until: StopCriterion, *, by_batch: bool
) -> None:
    one_by_one = Session(TrainingConfig(), playing=True)
    while not until.is_met(one_by_one.metrics()):
        one_by_one.train(1, never)
    session = Session(TrainingConfig())
    session.control.play(until_epoch=500, until=until)
    for _ in range(200):
        session.train(7, never, by_batch=by_batch)
        if session.control.pause_at_end():
            break
    assert not session.playing
    assert session.trainer.epoch == one_by_one.trainer.epoch > 1
    session.control.play(until=until)  # they hold already, so that play goes on
    session.train(2, never, by_batch=by_batch)
    assert not session.control.pause_at_end()


def test_the_state_tells_the_losses_at_which_playing_pauses(session: Session, view: ClientView) -> None:
    until = StopConditions(test_loss=0.001)
    assert state(handle(session, view, wire.Play(until=until))).until == until
    assert restore_record(capture_record(session)).control.pause_conditions == until
    assert state(handle(session, view, wire.Pause())).until is None


def test_the_state_tells_at_which_epoch_playing_pauses(session: Session, view: ClientView) -> None:
    assert state(handle(session, view, wire.Play(until_epoch=5))).until_epoch == 5
    assert state(handle(session, view, wire.Play())).until_epoch is None
    handle(session, view, wire.Play(until_epoch=5))
    assert state(handle(session, view, wire.Pause())).until_epoch is None


def test_a_client_gets_the_state_first(session: Session) -> None:
    view, deliveries = session.attach()
    assert state(deliveries) == wire.State(
        revision=1,
        config=SMALL,
        playing=False,
        speed=60.0,
        shape=(2, 2, 1),
        parameters=9,
        layout=(
            LayerLayout(weights=0, biases=4, inputs=2, neurons=2),
            LayerLayout(weights=6, biases=8, inputs=2, neurons=1),
        ),
        watch=wire.Node(layer=2, neuron=0),
        divergence=None,
    )
    assert view.urgent


def test_the_first_frame_holds_epoch_0(session: Session, view: ClientView) -> None:
    first = frame(session, view)
    assert first.epoch == 0
    assert first.sections[Tag.HISTORY].values == [pytest.approx([0, first.train_loss, first.test_loss])]
    assert not session.is_stale(view)
    assert not view.urgent


def test_all_clients_get_a_changed_state_but_each_watches_its_own_neuron(
    session: Session, view: ClientView
) -> None:
    other, _ = session.attach()
    assert [delivery.view for delivery in handle(session, view, wire.Play())] == [view, other]
    assert [delivery.view for delivery in handle(session, view, wire.Watch(layer=1))] == [view]
    assert session.state(other).watch == wire.Node(layer=2, neuron=0)
    session.detach(view)
    assert [delivery.view for delivery in handle(session, other, wire.Pause())] == [other]


def test_a_hidden_client_needs_no_frame_until_it_is_visible_again(session: Session, view: ClientView) -> None:
    frame(session, view)
    assert handle(session, view, wire.Visible(visible=False)) == []
    assert (view.visible, view.urgent) == (False, False)
    handle(session, view, wire.Visible(visible=True))
    assert (view.visible, view.urgent) == (True, True)


def test_a_client_that_attaches_later_gets_the_whole_history(session: Session, view: ClientView) -> None:
    session.train(50, never)
    frame(session, view)
    later, _ = session.attach()
    seen = frame(session, later)
    assert len(seen.sections[Tag.HISTORY].values) == 51
    assert {Tag.POINTS, Tag.INPUTS} <= seen.tags


def test_several_classes_are_watched_together_until_one_is_chosen() -> None:
    session = Session(TrainingConfig(problem="multiclass", classes=4, hidden_layers=(2,)))
    view, deliveries = session.attach()
    seen = state(deliveries)
    assert seen.shape == (2, 2, 4)
    assert seen.watch == wire.Node(layer=2, neuron=None)
    assert {Tag.CLASSES} == frame(session, view).tags & {Tag.CLASSES, Tag.DETAIL}
    assert state(handle(session, view, wire.Watch(layer=2, neuron=3))).watch == wire.Node(layer=2, neuron=3)
    assert {Tag.DETAIL} == frame(session, view).tags & {Tag.CLASSES, Tag.DETAIL}
    # The class that is looked at is no more: back to the whole.
    assert state(handle(session, view, wire.Configure(changes={"classes": 3}))).watch.neuron is None
    assert state(handle(session, view, wire.Watch(layer=None))).watch == wire.Node(layer=2, neuron=None)
    two = wire.Configure(changes={"problem": "classification"})
    assert state(handle(session, view, two)).watch.neuron == 0


def test_frames_say_that_kernels_are_being_compiled_while_numpy_trains(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compile_cache, "is_loading", lambda names: "chains" in names)
    for norms, expected in (((), False), (("batch_norm", "none"), True)):
        with registry.without():
            session = Session(TrainingConfig(normalization=norms))
            view, _ = session.attach()
            assert bool(frame(session, view).flags & Flag.COMPILING) is expected


def test_divergence_stops_the_training_and_is_reported_once() -> None:
    session = Session(DIVERGING, playing=True)
    view, _ = session.attach()
    frame(session, view)
    before = session.revision
    session.train(1000, never)
    told = state(session.measure())
    assert told.divergence is not None
    assert told.revision > before
    assert not session.playing
    assert session.measure() == []
    assert session.train(10, never) == 0
    seen = frame(session, view)
    assert seen.flags & Flag.DIVERGED
    assert math.isfinite(seen.train_loss)
    assert all(map(math.isfinite, seen.sections[Tag.PARAMETERS].values))


def test_a_diverged_training_continues_only_after_a_change() -> None:
    session = Session(DIVERGING)
    view, _ = session.attach()
    handle(session, view, wire.Step(unit="epoch", count=100))
    session.do_work(never)
    session.measure()
    assert not state(handle(session, view, wire.Play())).playing
    handle(session, view, wire.Step(unit="epoch"))
    assert session.work is None
    assert state(handle(session, view, wire.Configure(changes={"learning_rate": 0.001}))).divergence is None
    handle(session, view, wire.Play())
    assert session.train(3, never) == 3
    assert session.measure() == []
