import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.protocol.frames import Flag, Tag
from server.sessions.client_view import ClientView, Delivery
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.training_control import Work
from server.sessions.training_loop import MAX_STEPS
from tests.server.frame_reader import ReadFrame, read_frame

SMALL = TrainingConfig().changed({"hidden_layers": [2]})
DIVERGING = TrainingConfig().changed({"problem": "regression", "activation": "linear", "learning_rate": 100})


def never() -> bool:
    return False


def after(count: int) -> Callable[[], bool]:
    """Return a `stop` that says so at the given time of asking."""
    asked = itertools.count(1)
    return lambda: next(asked) >= count


def frame(session: Session, view: ClientView, number: int = 1) -> ReadFrame:
    session.measure()
    return read_frame(session.frame(view, number))


def state(deliveries: list[Delivery]) -> wire.State:
    (delivery,) = deliveries
    assert isinstance(delivery.message, wire.State)
    return delivery.message


def error(deliveries: list[Delivery]) -> wire.Error:
    (delivery,) = deliveries
    assert isinstance(delivery.message, wire.Error)
    return delivery.message


@pytest.fixture
def session() -> Session:
    return Session(SMALL)


@pytest.fixture
def view(session: Session) -> ClientView:
    return session.attach()[0]


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
            wire.LayerLayout(weights=0, biases=4, inputs=2, neurons=2),
            wire.LayerLayout(weights=6, biases=8, inputs=2, neurons=1),
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


def test_training_stops_at_the_limit_and_keeps_every_loss(session: Session, view: ClientView) -> None:
    assert session.train(5, never) == 5
    assert session.history.points()["epoch"].tolist() == [0, 1, 2, 3, 4, 5]
    assert session.is_stale(view)
    assert frame(session, view).epoch == 5


def test_training_stops_when_told_to(session: Session) -> None:
    assert 1 <= session.train(math.inf, after(3)) < 10_000  # it is asked after a millisecond's epochs
    assert session.train(math.inf, after(1), by_batch=True) == 0
    assert session.trainer.batch == 1


def test_an_epoch_can_be_spread_over_several_calls(session: Session, view: ClientView) -> None:
    for _ in range(24):
        assert session.train(1, after(1), by_batch=True) == 0
    assert frame(session, view).batch == 24
    assert session.train(1, after(1), by_batch=True) == 1
    whole = Session(SMALL)
    whole.train(1, never)
    assert (whole.trainer.network.parameters == session.trainer.network.parameters).all()


def test_losses_are_kept_at_the_stride(session: Session) -> None:
    session.train(10, never, stride=4)
    assert session.history.points()["epoch"].tolist() == [0, 4, 8]
    assert session.train(3, never, stride=4) == 3
    assert session.history.points()["epoch"].tolist() == [0, 4, 8, 12]


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        (wire.Play(), {"playing": True}),
        (wire.SetSpeed(epochs_per_second=None), {"speed": None}),
        (wire.SetSpeed(epochs_per_second=2.5), {"speed": 2.5}),
        (wire.Watch(layer=1, neuron=1), {"watch": wire.Node(layer=1, neuron=1)}),
    ],
)
def test_what_is_no_change_of_the_network_keeps_the_revision(
    session: Session, view: ClientView, message: wire.AnyClientMessage, changed: dict[str, Any]
) -> None:
    before = session.state(view)
    assert state(handle(session, view, message)) == before.model_copy(update=changed)
    assert view.urgent


@pytest.mark.parametrize(
    "message",
    [
        wire.Reset(),
        wire.NewWeights(),
        wire.NewWeights(seed=0),
        wire.Regenerate(),
        wire.Configure(changes={"learning_rate": 0.1}),
        wire.Configure(changes={"hidden_layers": [3]}),
        wire.EditWeight(layer=1, source=0, neuron=0, value=1.0),
        wire.EditBias(layer=2, neuron=0, value=1.0),
    ],
)
def test_every_change_of_the_network_or_its_settings_raises_the_revision_and_draws_all_anew(
    session: Session, view: ClientView, message: wire.AnyClientMessage
) -> None:
    frame(session, view)
    before = session.revision
    assert state(handle(session, view, message)).revision > before
    assert {Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS} <= frame(session, view).tags


def test_all_views_hear_of_a_change_but_each_watches_for_itself(session: Session, view: ClientView) -> None:
    other, _ = session.attach()
    assert [delivery.view for delivery in handle(session, view, wire.Play())] == [view, other]
    assert [delivery.view for delivery in handle(session, view, wire.Watch(layer=1))] == [view]
    assert session.state(other).watch == wire.Node(layer=2, neuron=0)
    session.detach(view)
    assert [delivery.view for delivery in handle(session, other, wire.Pause())] == [other]


def test_settings_that_can_change_under_way_keep_weights_and_history(
    session: Session, view: ClientView
) -> None:
    session.train(3, never)
    weights = session.trainer.network.parameters.copy()
    handle(
        session, view, wire.Configure(changes={"learning_rate": 0.3, "regularization": "l2", "batch_size": 3})
    )
    handle(session, view, wire.Regenerate(seed=8))
    assert session.trainer.epoch == 3
    assert (session.trainer.network.parameters == weights).all()
    assert len(session.history) == 4
    assert Tag.POINTS in frame(session, view).tags


def test_other_settings_begin_anew(session: Session, view: ClientView) -> None:
    session.train(3, never)
    handle(session, view, wire.Configure(changes={"activation": "relu"}))
    seen = frame(session, view)
    assert seen.epoch == 0
    assert (seen.sections[Tag.HISTORY].a, len(seen.sections[Tag.HISTORY].values)) == (1, 1)


def test_an_edit_before_training_moves_the_first_loss(session: Session, view: ClientView) -> None:
    frame(session, view)
    handle(session, view, wire.EditBias(layer=2, neuron=0, value=3.0))
    seen = frame(session, view)
    assert seen.sections[Tag.HISTORY].values == [pytest.approx([0, seen.train_loss, seen.test_loss])]


def test_a_rebuild_falls_back_to_the_output_when_the_watched_neuron_is_gone(
    session: Session, view: ClientView
) -> None:
    handle(session, view, wire.Watch(layer=1, neuron=1))
    handle(session, view, wire.Configure(changes={"hidden_layers": [3, 3]}))
    assert view.watch == (1, 1)
    handle(session, view, wire.Configure(changes={"hidden_layers": [1]}))
    assert view.watch == (2, 0)
    handle(session, view, wire.Configure(changes={"hidden_layers": [4, 4]}))
    assert view.watch == (3, 0)


def test_new_weights_and_regenerate_draw_other_seeds(session: Session, view: ClientView) -> None:
    seeds = set()
    for _ in range(3):
        config = state(handle(session, view, wire.NewWeights())).config
        seeds.add(config.weights_seed)
        config = state(handle(session, view, wire.Regenerate())).config
        seeds.add(config.data_seed)
    assert len(seeds) == 6


def test_new_weights_of_the_same_seed_begin_anew(session: Session, view: ClientView) -> None:
    session.train(2, never)
    handle(session, view, wire.NewWeights(seed=SMALL.weights_seed))
    assert session.trainer.epoch == 0


def test_a_refused_change_changes_nothing(session: Session, view: ClientView) -> None:
    before = session.state(view)
    frame(session, view)
    invalid: list[tuple[wire.AnyClientMessage, str]] = [
        (wire.Configure(changes={"noise": 81, "learning_rate": 1.0}, ref=5), "noise"),
        (wire.Configure(changes={"features": ["x1", "x3"]}, ref=5), "features"),
        (
            wire.Configure(changes={"problem": "regression", "output_activation": "tanh"}, ref=5),
            "output_activation",
        ),
        (wire.Probe(x1=0.0, x2=-7.0, ref=5), "x2"),
    ]
    for message, field in invalid:
        refused = error(handle(session, view, message))
        assert (refused.code, refused.field, refused.ref) == ("invalid_value", field, 5)
        assert refused.expected
    absent: list[tuple[wire.AnyClientMessage, str]] = [
        (wire.Watch(layer=3, ref=5), "no_such_neuron"),
        (wire.Watch(layer=0, neuron=12, ref=5), "no_such_neuron"),
        (wire.EditBias(layer=1, neuron=2, value=0.0, ref=5), "no_such_parameter"),
        (wire.EditWeight(layer=2, source=2, neuron=0, value=0.0, ref=5), "no_such_parameter"),
    ]
    for message, code in absent:
        refused = error(handle(session, view, message))
        assert (refused.code, refused.ref) == (code, 5)
    assert session.state(view) == before
    assert not session.is_stale(view)


def test_steps_pause_and_add_up(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Play())
    assert not state(handle(session, view, wire.Step(unit="epoch", count=2))).playing
    handle(session, view, wire.Step(unit="epoch"))
    assert session.work == Work("epoch", 3)
    assert [session.do_work(never), session.do_work(never)] == [3, 0]
    assert session.work is None


def test_steps_are_done_in_pieces(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Step(unit="epoch", count=1000))
    done = session.do_work(after(1))
    assert 1 <= done < 1000
    assert session.work == Work("epoch", 1000 - done)


def test_batches_step_through_an_epoch(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Step(unit="batch", count=24))
    assert session.do_work(never) == 0
    assert (session.trainer.epoch, session.trainer.batch) == (0, 24)
    handle(session, view, wire.Step(unit="batch", count=2))
    assert session.do_work(never) == 1
    assert (session.trainer.epoch, session.trainer.batch) == (1, 1)
    handle(session, view, wire.Step(unit="epoch"))
    assert session.do_work(never) == 1
    assert (session.trainer.epoch, session.trainer.batch) == (2, 0)
    assert session.history.points()["epoch"].tolist() == [0, 1, 2]


def test_waiting_steps_are_bounded_and_given_up(session: Session, view: ClientView) -> None:
    for _ in range(MAX_STEPS // 1000 + 5):
        handle(session, view, wire.Step(unit="epoch", count=1000))
    assert session.work == Work("epoch", MAX_STEPS)
    handle(session, view, wire.Step(unit="batch"))
    assert session.work == Work("batch", 1)
    for message in (wire.Pause(), wire.Play(), wire.Reset()):
        handle(session, view, wire.Step(unit="epoch", count=1000))
        handle(session, view, message)
        assert session.work is None


def test_reset_stops_at_the_beginning_and_new_weights_go_on(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Play())
    session.train(2, never)
    assert state(handle(session, view, wire.NewWeights())).playing
    assert session.trainer.epoch == 0
    session.train(2, never)
    assert not state(handle(session, view, wire.Reset())).playing
    assert session.trainer.epoch == 0


def test_divergence_stops_and_is_told_once() -> None:
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


def test_a_diverged_training_does_not_go_on_before_something_changed() -> None:
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


def test_hidden_and_visible(session: Session, view: ClientView) -> None:
    frame(session, view)
    assert handle(session, view, wire.Visible(visible=False)) == []
    assert (view.visible, view.urgent) == (False, False)
    handle(session, view, wire.Visible(visible=True))
    assert (view.visible, view.urgent) == (True, True)


def test_a_reader_who_comes_later_gets_everything(session: Session, view: ClientView) -> None:
    session.train(50, never)
    frame(session, view)
    later, _ = session.attach()
    seen = frame(session, later)
    assert len(seen.sections[Tag.HISTORY].values) == 51
    assert {Tag.POINTS, Tag.INPUTS} <= seen.tags


def test_several_classes_are_looked_at_as_a_whole_until_one_is_chosen() -> None:
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


def test_own_points_are_trained_on_at_once_with_the_same_weights() -> None:
    rows = [[0.0, 0.0, 1.0], [1.0, 1.0, -1.0], [2.0, 0.0, 1.0]]
    session = Session(SMALL)
    view, _ = session.attach()
    handle(session, view, wire.Configure(changes={"dataset": "own", "points": rows}))
    session.train(5, lambda: False)
    before = session.trainer.network.parameters.copy()
    frame(session, view)
    state(handle(session, view, wire.Configure(changes={"points": [*rows, [3.0, 3.0, -1.0]]})))
    assert session.trainer.epoch == 5
    np.testing.assert_array_equal(session.trainer.network.parameters, before)
    assert len(frame(session, view).sections[Tag.POINTS].values) == 4
    refused = error(handle(session, view, wire.Configure(changes={"points": rows[:1]}, ref=2)))
    assert (refused.field, refused.expected) == ("points", "at least 2 entries")
