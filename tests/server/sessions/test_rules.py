import operator
from typing import Any

import pytest

from engine.config import TrainingConfig
from server.errors.wire_errors import MessageError
from server.protocol import messages as wire
from server.sessions.commands import execute, handle
from server.sessions.custom_values import set_parameters
from server.sessions.rules import InRoomError, Rules, changed_settings
from server.sessions.session import Session
from server.sessions.session_record import capture_record, restore_record
from server.sessions.training_run import TrainingRun


def ruled(*locked: str, paused: bool = False, reason: str = "") -> Session:
    session = Session(TrainingConfig())
    session.set_rules(Rules(frozenset(locked), reason, paused))
    return session


def test_the_seeds_go_with_the_weights() -> None:
    rules = Rules(frozenset({"weights", "noise"}))
    assert rules.first_locked(["dataset", "weights_seed"]) == "weights_seed"
    assert rules.first_locked(["noise"]) == "noise"
    assert rules.first_locked(["dataset"]) is None


def test_the_noise_of_custom_points_goes_with_that_of_other_data() -> None:
    assert Rules(frozenset({"noise"})).first_locked(["dataset", "points_noise"]) == "points_noise"
    assert Rules(frozenset({"points_noise"})).first_locked(["noise"]) is None


def test_the_columns_go_with_the_points_and_may_follow_another_dataset() -> None:
    rules = Rules(frozenset({"points"}))
    column = {"name": "length"}
    columns = {"x1": column, "x2": column, "classes": ["a", "b"]}
    points = [[0, 0, 1], [1, 1, -1]]
    config = TrainingConfig.model_validate({"dataset": "own", "points": points, "data_columns": columns})
    others = changed_settings(config, config.changed({"data_columns": {**columns, "classes": ["b", "a"]}}))
    assert rules.first_locked(others) == "data_columns"
    assert rules.first_locked(changed_settings(config, config.changed({"dataset": "xor"}))) is None


@pytest.mark.parametrize(
    ("lock", "message", "field"),
    [
        ("learning_rate", wire.Configure(changes={"learning_rate": 1.0}), "learning_rate"),
        ("dataset", wire.Configure(changes={"problem": "regression"}), "dataset"),
        ("speed", wire.SetSpeed(epochs_per_second=1), "speed"),
        ("weights", wire.NewWeights(seed=5), "weights"),
        ("weights", wire.Regenerate(), "weights"),
        ("weights", wire.EditBias(layer=1, neuron=0, value=1), "weights"),
        ("weights", wire.EditWeight(layer=1, source=0, neuron=0, value=1), "weights"),
        ("weights", wire.Configure(changes={"weights_seed": 5}), "weights_seed"),
        ("weights_seed", wire.NewWeights(seed=5), "weights_seed"),
        ("data_seed", wire.Regenerate(seed=5), "data_seed"),
    ],
)
def test_locked_settings_cannot_be_changed(lock: str, message: Any, field: str) -> None:
    session = ruled(lock, reason="Because.")
    before = session.revision, session.config, session.trainer.network.parameters.tolist()
    view, _ = session.attach()
    ((_, error),) = handle(session, view, message)
    assert isinstance(error, wire.Error)
    assert (error.code, error.field, error.message) == ("locked", field, "Because.")
    with pytest.raises(MessageError):
        execute(session, message)
    assert (session.revision, session.config, session.trainer.network.parameters.tolist()) == before
    with session.ignoring_rules():
        execute(session, message)


@pytest.mark.parametrize(
    "changes",
    [
        {"problem": "regression"},
        {"problem": "multiclass", "classes": 5},
        {"problem": "multiclass", "hidden_layers": (3,)},
        {"dataset": "spiral"},
        {"output_activation": "sigmoid"},
        {"initializer": "he_normal"},
        {"hidden_layers": (3, 3, 3)},
        {"hidden_layers": ()},
        {"activation": "relu"},
        {"layer_activations": ("tanh", "sine")},
        {"dropout": (0.5, 0.0)},
    ],
)
@pytest.mark.parametrize("start", [{}, {"layer_activations": ("relu", "tanh"), "dropout": (0.1, 0.2)}])
def test_no_setting_that_follows_another_passes_its_lock(
    changes: dict[str, Any], start: dict[str, Any]
) -> None:
    before = TrainingConfig().changed(start)
    after = before.changed(changes)
    follow = {name for name in TrainingConfig.model_fields if getattr(after, name) != getattr(before, name)}
    if any(map(operator.ne, before.activations, after.activations)):
        follow.add("activation")
    session = Session(before)
    for lock in sorted(follow):
        session.set_rules(Rules(frozenset({lock})))
        with pytest.raises(MessageError) as refused:
            execute(session, wire.Configure(changes=changes))
        assert (refused.value.code, session.config) == ("locked", before), lock
    session.set_rules(Rules(frozenset(TrainingConfig.model_fields) - follow))
    execute(session, wire.Configure(changes=changes))
    assert session.config == after


def test_a_locked_setting_may_be_set_to_what_it_is() -> None:
    session = ruled("learning_rate", "speed")
    execute(session, wire.Configure(changes={"learning_rate": session.config.learning_rate, "noise": 10}))
    execute(session, wire.SetSpeed(epochs_per_second=session.speed))
    assert session.config.noise == 10


def test_a_pause_refuses_what_would_train_and_nothing_else() -> None:
    session = ruled(paused=True)
    for message in (wire.Play(), wire.Step(unit="epoch")):
        with pytest.raises(MessageError) as refused:
            execute(session, message)
        assert refused.value.error.code == "paused"
    with pytest.raises(MessageError):
        session.start_run(TrainingRun("epoch", 1))
    execute(session, wire.Reset())
    execute(session, wire.Configure(changes={"noise": 10}))
    assert session.paused_by_rules
    session.set_rules(None)
    execute(session, wire.Play())
    assert session.playing
    assert not session.paused_by_rules


def test_all_weights_at_once_cannot_be_set_in_a_classroom() -> None:
    session = ruled()
    with pytest.raises(InRoomError):
        set_parameters(session, [0.0] * 25)


def test_edits_by_hand_are_noted_until_the_network_is_built_anew() -> None:
    session = ruled()
    told = [session.edited]
    for message in (wire.EditBias(layer=1, neuron=0, value=1), wire.Reset()):
        execute(session, message)
        told += [session.edited, restore_record(capture_record(session)).edited]
    assert told == [False, True, True, False, False]


def test_only_starts_that_were_trained_from_count_as_attempts() -> None:
    session = ruled()
    execute(session, wire.Reset())
    assert session.loop.attempts == 0
    session.train(3, lambda: False)
    session.train(3, lambda: False)
    assert session.loop.attempts == 1
    execute(session, wire.Reset())
    execute(session, wire.Step(unit="batch", count=2))
    session.do_work(lambda: False)
    assert session.loop.attempts == 2
    assert restore_record(capture_record(session)).loop.attempts == 2
