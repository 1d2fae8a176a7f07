"""A race: two set-ups that are trained in step on the same points."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from engine.training.trainer import Trainer
from server.limits.training_size import SizeLimits, memory_of
from server.protocol import messages as wire
from server.protocol.frames import Flag, Tag
from server.protocol.race import EndRace, RivalState, StartRace, SwapRival
from server.protocol.stop_conditions import StopConditions
from server.protocol.timeline import LookBack
from server.sessions.client_view import ClientView
from server.sessions.commands import handle
from server.sessions.rival import Rival
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.sessions.session_copy import take_copy
from server.sessions.session_record import capture, restore
from server.sessions.trained_model import open_model, take_model
from server.sessions.training_run import TrainingRun
from tests.server.sessions.session_client import after, error, frame, never, state

RELU = {"activation": "relu", "hidden_layers": [5]}


def raced(changes: Mapping[str, object], **own: object) -> tuple[Session, ClientView]:
    session = Session(TrainingConfig().changed(own))
    view, _ = session.attach()
    told = state(handle(session, view, StartRace(changes=dict(changes))))
    assert told.rival is not None
    return session, view


def rival_of(session: Session) -> Rival:
    assert session.race.rival is not None
    return session.race.rival


def told_rival(session: Session, view: ClientView) -> RivalState:
    told = session.state(view).rival
    assert told is not None
    return told


def alone(config: TrainingConfig, epochs: int) -> Trainer:
    trainer = Trainer(config)
    trainer.run_epochs(epochs)
    return trainer


def same(one: Trainer, other: Trainer) -> None:
    np.testing.assert_array_equal(one.network.parameters, other.network.parameters, strict=True)


def test_both_train_as_each_would_alone_on_the_same_points() -> None:
    session, view = raced(RELU, noise=20)
    assert told_rival(session, view).differs == ("hidden_layers", "activation")
    handle(session, view, wire.Play())
    session.train(30, never)
    rival = rival_of(session)
    assert (session.trainer.epoch, rival.trainer.epoch) == (30, 30)
    for one, other in zip(session.trainer.dataset.train, rival.trainer.dataset.train, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)
    same(session.trainer, alone(session.config, 30))
    same(rival.trainer, alone(session.config.changed(RELU), 30))
    assert rival.history.points()["epoch"].tolist() == [*range(31)]


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "activation": st.sampled_from(["relu", "sigmoid", "linear"]),
        "hidden_layers": st.sampled_from([[], [1], [3, 3]]),
        "batch_size": st.sampled_from([1, 7, 10, 1000]),
        "optimizer": st.sampled_from(["sgd", "adam", "momentum"]),
        "learning_rate": st.sampled_from([0.001, 0.03, 3]),
        "initializer": st.sampled_from(["uniform", "he_uniform"]),
    },
)


@settings(max_examples=25)
@given(
    changes=CHANGES,
    own_batch=st.sampled_from([1, 10, 30, 1000]),
    deeds=st.lists(
        st.tuples(st.sampled_from(["play", "slow", "epoch", "batch", "run"]), st.integers(1, 12)),
        min_size=1,
        max_size=5,
    ),
)
def test_however_they_are_trained_they_are_in_step(
    changes: dict[str, object], own_batch: int, deeds: list[tuple[str, int]]
) -> None:
    session, view = raced(changes, batch_size=own_batch, train_percent=10)
    for deed, count in deeds:
        if deed in ("play", "slow"):
            handle(session, view, wire.Play())
            for _ in range(count):
                session.train(1, after(2), by_batch=deed == "slow")
        elif deed == "run":
            session.start_run(TrainingRun("batch", count))
        else:
            handle(session, view, wire.Step(unit="epoch" if deed == "epoch" else "batch", count=count))
        while session.busy:
            session.do_work(after(3), by_batch=deed == "batch")
        own, other = session.trainer, rival_of(session).trainer
        if own.divergence is None and other.divergence is None:
            assert other.epoch == own.epoch
            assert other.batch == own.batch * other.batches // own.batches
    if own.divergence is None and other.divergence is None and not other.batch:
        same(other, alone(other.config, other.epoch))


def test_play_ends_for_both_where_the_training_reaches_what_was_asked_for() -> None:
    session, view = raced({"learning_rate": 0.001})
    handle(session, view, wire.Play(until=StopConditions(test_loss=0.2)))
    while session.playing:
        session.train(1000, never)
        session.control.pause_at_end()
    assert session.metrics().test_loss <= 0.2
    assert session.history.points()["test"][-2] > 0.2
    assert rival_of(session).trainer.epoch == session.trainer.epoch
    handle(session, view, wire.Play(until_epoch=session.trainer.epoch + 7))
    session.train(1000, never)
    assert session.control.pause_at_end()
    assert rival_of(session).trainer.epoch == session.trainer.epoch


def test_a_run_of_a_program_records_as_many_losses_of_both() -> None:
    session, _ = raced(RELU)
    session.start_run(TrainingRun("epoch", 40))
    while session.busy:
        session.do_work(never, stride=16)
    for each in (session.history, rival_of(session).history):
        assert each.points()["epoch"].tolist() == [*range(41)]


def test_a_race_begins_at_the_start_and_a_reset_returns_both_there() -> None:
    session, view = raced(RELU)
    first = rival_of(session).trainer.network.parameters.copy()
    handle(session, view, wire.Step(unit="epoch", count=5))
    session.do_work(never)
    handle(session, view, StartRace(changes=RELU))
    assert (session.trainer.epoch, rival_of(session).trainer.epoch, session.playing) == (0, 0, False)
    handle(session, view, wire.Step(unit="epoch", count=5))
    session.do_work(never)
    handle(session, view, wire.Reset())
    assert (session.trainer.epoch, rival_of(session).trainer.epoch) == (0, 0)
    np.testing.assert_array_equal(rival_of(session).trainer.network.parameters, first)
    assert rival_of(session).history.points()["epoch"].tolist() == [0]


def test_settings_are_changed_of_the_training_alone_and_points_of_both() -> None:
    session, view = raced({}, hidden_layers=[3])
    before = rival_of(session).trainer.config
    told = state(handle(session, view, wire.Configure(changes={"activation": "relu"})))
    assert told.rival is not None
    assert told.rival.differs == ("activation",)
    assert rival_of(session).trainer.config == before
    handle(session, view, wire.Configure(changes={"dataset": "xor", "noise": 30, "train_percent": 40}))
    handle(session, view, wire.Regenerate(seed=5))
    rival = rival_of(session).trainer
    assert (rival.config.dataset, rival.config.noise, rival.config.data_seed) == ("xor", 30, 5)
    for one, other in zip(session.trainer.dataset.test, rival.dataset.test, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)
    handle(session, view, wire.NewWeights(seed=9))
    assert rival.config.weights_seed == 9


def test_a_race_of_two_starts_keeps_its_own_weights() -> None:
    session, view = raced({"weights_seed": 3})
    handle(session, view, wire.NewWeights(seed=9))
    assert rival_of(session).trainer.config.weights_seed == 3


def test_the_two_are_exchanged_with_their_losses_and_earlier_networks() -> None:
    session, view = raced(RELU)
    handle(session, view, wire.Play())
    session.train(20, never)
    frame(session, view)
    own, other = session.trainer.network.parameters.copy(), rival_of(session).trainer.network.parameters
    losses, rival_losses = session.history.points(), rival_of(session).history.points()
    told = state(handle(session, view, SwapRival()))
    assert told.config.activation == "relu"
    assert told.rival is not None
    assert told.rival.config.activation == "tanh"
    assert (told.playing, session.trainer.epoch) == (False, 20)
    np.testing.assert_array_equal(session.trainer.network.parameters, other)
    np.testing.assert_array_equal(rival_of(session).trainer.network.parameters, own)
    np.testing.assert_array_equal(session.history.points(), rival_losses)
    np.testing.assert_array_equal(rival_of(session).history.points(), losses)
    shown = frame(session, view, 2)
    assert shown.sections[Tag.HISTORY].a == 1
    assert shown.sections[Tag.RIVAL_HISTORY].a == 1
    assert shown.test_loss == rival_losses["test"][-1]
    handle(session, view, LookBack(epoch=8))
    same(session.look_back.shown, alone(session.config, 8))
    same(rival_of(session).shown, alone(TrainingConfig(), 8))
    handle(session, view, wire.Play())
    session.train(10, never)
    same(session.trainer, alone(session.config, 30))
    same(rival_of(session).trainer, alone(TrainingConfig(), 30))


def test_frames_show_the_rival_and_without_one_nothing_of_it() -> None:
    session, view = raced({**RELU, "loss": "squared_error"})
    handle(session, view, wire.Play())
    session.train(3, never)
    first = frame(session, view)
    rival = rival_of(session)
    epoch, batch, train, test, *accuracies, score, rival_score = first.sections[Tag.RIVAL].values
    assert (epoch, batch) == (3, 0)
    assert (train, test) == (rival.metrics().train_loss, rival.metrics().test_loss)
    assert accuracies == pytest.approx([rival.metrics().train_accuracy, rival.metrics().test_accuracy])
    assert (score, rival_score) == (session.metrics().test_loss, test)
    assert {Tag.RIVAL_DETAIL, Tag.RIVAL_LINE, Tag.RIVAL_HISTORY} <= first.tags
    twin = Session(rival.trainer.config, playing=True)
    watching, _ = twin.attach()
    twin.train(3, never)
    shown = frame(twin, watching)
    for mine, theirs in ((Tag.RIVAL_DETAIL, Tag.DETAIL), (Tag.RIVAL_LINE, Tag.LINE)):
        assert first.sections[mine].payload == shown.sections[theirs].payload
    session.train(1, never)
    later = frame(session, view, 2)
    assert [each[0] for each in later.sections[Tag.RIVAL_HISTORY].values] == [4]
    handle(session, view, EndRace())
    session.train(1, never)
    assert not {tag for tag in frame(session, view, 3).tags if tag >= Tag.RIVAL}
    assert session.state(view).rival is None


def test_several_classes_race_too_and_scores_compare_what_losses_do_not() -> None:
    session, view = raced({"hidden_layers": [6]}, problem="multiclass")
    assert Tag.RIVAL_CLASSES in frame(session, view).tags
    session, view = raced({"output_activation": "sigmoid", "loss": "cross_entropy"})
    handle(session, view, wire.Play())
    session.train(30, never)
    *_, score, rival_score = frame(session, view).sections[Tag.RIVAL].values
    trainer = rival_of(session).trainer
    outputs = trainer.outputs(trainer.dataset.test.inputs)[:, 0]
    expected = np.mean((2 * outputs - 1 - trainer.dataset.test.targets) ** 2) / 2
    assert rival_score == pytest.approx(expected)
    assert score == session.metrics().test_loss


def test_a_look_back_shows_both_at_the_same_epoch() -> None:
    session, view = raced(RELU)
    handle(session, view, wire.Play())
    session.train(8, never)
    then = frame(session, view)
    session.train(50, never)
    handle(session, view, LookBack(epoch=8))
    shown = frame(session, view, 2)
    assert shown.epoch == 8
    assert shown.sections[Tag.RIVAL].values == then.sections[Tag.RIVAL].values
    assert shown.sections[Tag.RIVAL_DETAIL].payload == then.sections[Tag.RIVAL_DETAIL].payload
    handle(session, view, LookBack(epoch=None))
    assert frame(session, view, 3).sections[Tag.RIVAL].values[0] == 58


def test_a_rival_that_diverges_stays_behind_and_is_told() -> None:
    session, view = raced({"activation": "linear", "learning_rate": 100}, problem="regression")
    revision = session.revision
    handle(session, view, wire.Play())
    for _ in range(10):
        session.train(10, never)
        told = session.measure()
        if told:
            break
    assert session.revision > revision
    assert isinstance(told[0].message, wire.State)
    assert told[0].message.rival is not None
    assert told[0].message.rival.divergence is not None
    assert (session.playing, session.measure()) == (True, [])
    epoch = session.trainer.epoch
    session.train(10, never)
    assert session.trainer.epoch == epoch + 10
    assert frame(session, view).sections[Tag.RIVAL].a & Flag.DIVERGED
    handle(session, view, wire.Reset())
    assert told_rival(session, view).divergence is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"noise": 10}, "noise"),
        ({"dataset": "xor"}, "dataset"),
        ({"data_seed": 4}, "data_seed"),
        ({"train_percent": 80}, "train_percent"),
        ({"problem": "regression"}, "problem"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"activation": "cubic"}, "activation"),
        ({"colour": "red"}, "colour"),
        ({"hidden_layers": [100, 100]}, "hidden_layers"),
    ],
)
def test_a_rival_that_cannot_race_is_refused_and_nothing_changes(
    changes: dict[str, object], field: str
) -> None:
    session, view = raced(RELU)
    session.allowed = SizeLimits(parameters=5000)
    handle(session, view, wire.Step(unit="epoch", count=2))
    session.do_work(never)
    rival, revision = rival_of(session), session.revision
    assert error(handle(session, view, StartRace(changes=changes))).field == field
    assert (session.race.rival, session.revision, session.trainer.epoch) == (rival, revision, 2)


def test_without_a_race_there_is_nothing_to_exchange_and_nothing_to_end() -> None:
    session = Session(TrainingConfig())
    view, _ = session.attach()
    assert error(handle(session, view, SwapRival(ref=4))).code == "no_race"
    revision = session.revision
    assert state(handle(session, view, EndRace())).rival is None
    assert session.revision == revision


def test_networks_for_images_do_not_race() -> None:
    pytest.importorskip("sklearn")
    images = {"problem": "images", "hidden_layers": [2], "layers": []}
    session, view = raced(RELU)
    assert state(handle(session, view, wire.Configure(changes=images))).rival is None
    assert error(handle(session, view, StartRace())).code == "other_problem"


def test_locks_hold_for_the_rival_too() -> None:
    session, view = raced({})
    session.set_rules(Rules(frozenset({"activation"})))
    assert error(handle(session, view, StartRace(changes={"activation": "relu"}))).code == "locked"
    handle(session, view, StartRace(changes={"learning_rate": 0.1}))
    assert state(handle(session, view, SwapRival())).config.learning_rate == 0.1
    with session.ignoring_rules():
        handle(session, view, StartRace(changes={"activation": "relu"}))
    assert error(handle(session, view, SwapRival())).code == "locked"
    session.set_rules(Rules(frozenset({"weights"})))
    assert error(handle(session, view, StartRace(changes={"weights_seed": 8}))).code == "locked"
    handle(session, view, StartRace(changes={"learning_rate": 0.1}))
    with session.ignoring_rules():
        handle(session, view, wire.EditBias(layer=1, neuron=0, value=0.5))
    assert error(handle(session, view, SwapRival())).code == "locked"


def test_a_race_is_stored_and_goes_on_bit_for_bit() -> None:
    session, view = raced({**RELU, "optimizer": "adam"}, regularization="l1", regularization_rate=0.1)
    handle(session, view, wire.Play())
    session.train(12, never)
    handle(session, view, wire.Step(unit="batch", count=9))
    session.do_work(never)
    session.measure()
    again, copied = restore(capture(session)), (copy := take_copy(session)).create()
    assert copy.rival == rival_of(session).trainer.config
    watching, _ = again.attach()
    assert again.state(watching).rival == session.state(view).rival
    np.testing.assert_array_equal(rival_of(again).history.points(), rival_of(session).history.points())
    for each in (session, again, copied):
        each.control.play()
        each.train(20, never)
    for each in (again, copied):
        same(each.trainer, session.trainer)
        same(rival_of(each).trainer, rival_of(session).trainer)
    handle(session, view, EndRace())
    session.measure()
    assert restore(capture(session)).race.rival is None


def test_memory_is_counted_for_both() -> None:
    counted: list[int] = []

    class Counting:
        def check(self, config: TrainingConfig, **others: object) -> None:
            rival = others.get("rival")
            assert rival is None or isinstance(rival, TrainingConfig)
            counted.append(memory_of(config, 0, rival))

    session = Session(TrainingConfig())
    session.allowed = Counting()
    view, _ = session.attach()
    handle(session, view, StartRace(changes={"hidden_layers": [8]}))
    handle(session, view, wire.Configure(changes={"hidden_layers": [3]}))
    handle(session, view, EndRace())
    one, wide, three = (memory_of(TrainingConfig(hidden_layers=each)) for each in ((4, 2), (8,), (3,)))
    assert counted == [one + wide, three + wide, three]


def test_a_model_that_is_opened_ends_the_race() -> None:
    session, view = raced(RELU)
    other = Session(TrainingConfig(hidden_layers=(2,)))
    open_model(session, take_model(other))
    assert session.state(view).rival is None
