"""A race: two set-ups are trained in step on the same points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.protocol.frames import Flag, Tag
from server.protocol.race import EndRace, StartRace, SwapRival
from server.protocol.stop_conditions import StopConditions
from server.protocol.timeline import LookBack
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun
from tests.server.sessions.raced_session import RELU, alone, raced, rival_of, same, told_rival
from tests.server.sessions.session_client import after, frame, never, state


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
