"""Messages that change a session: settings, weights, points; what each keeps and what it begins anew."""

from typing import Any

import numpy as np
import pytest

from server.protocol import messages as wire
from server.protocol.frames import Tag
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.session import Session
from tests.server.sessions.session_client import SMALL, error, frame, never, state


@pytest.mark.parametrize(
    ("message", "changed"),
    [
        (wire.Play(), {"playing": True}),
        (wire.SetSpeed(epochs_per_second=None), {"speed": None}),
        (wire.SetSpeed(epochs_per_second=2.5), {"speed": 2.5}),
        (wire.Watch(layer=1, neuron=1), {"watch": wire.Node(layer=1, neuron=1)}),
    ],
)
def test_messages_that_leave_the_network_alone_keep_the_revision(
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
def test_changes_of_the_network_raise_the_revision_and_send_all_heat_maps(
    session: Session, view: ClientView, message: wire.AnyClientMessage
) -> None:
    frame(session, view)
    before = session.revision
    assert state(handle(session, view, message)).revision > before
    assert {Tag.DETAIL, Tag.PREVIEW, Tag.PARAMETERS} <= frame(session, view).tags


def test_settings_that_may_change_during_training_keep_weights_and_history(
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


def test_other_settings_restart_the_training(session: Session, view: ClientView) -> None:
    session.train(3, never)
    handle(session, view, wire.Configure(changes={"activation": "relu"}))
    seen = frame(session, view)
    assert seen.epoch == 0
    assert (seen.sections[Tag.HISTORY].a, len(seen.sections[Tag.HISTORY].values)) == (1, 1)


def test_an_edit_before_training_replaces_the_first_loss(session: Session, view: ClientView) -> None:
    frame(session, view)
    handle(session, view, wire.EditBias(layer=2, neuron=0, value=3.0))
    seen = frame(session, view)
    assert seen.sections[Tag.HISTORY].values == [pytest.approx([0, seen.train_loss, seen.test_loss])]


def test_the_output_is_watched_when_a_rebuild_removes_the_watched_neuron(
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


def test_new_weights_of_the_same_seed_restart_the_training(session: Session, view: ClientView) -> None:
    session.train(2, never)
    handle(session, view, wire.NewWeights(seed=SMALL.weights_seed))
    assert session.trainer.epoch == 0


def test_an_invalid_message_changes_nothing(session: Session, view: ClientView) -> None:
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


def test_reset_pauses_and_new_weights_keep_playing(session: Session, view: ClientView) -> None:
    handle(session, view, wire.Play())
    session.train(2, never)
    assert state(handle(session, view, wire.NewWeights())).playing
    assert session.trainer.epoch == 0
    session.train(2, never)
    assert not state(handle(session, view, wire.Reset())).playing
    assert session.trainer.epoch == 0


def test_changed_custom_points_keep_the_weights() -> None:
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
