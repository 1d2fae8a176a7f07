"""Who may race, what a race takes, and when it is kept or ends."""

import numpy as np
import pytest

from engine.config import TrainingConfig
from server.limits.training_size import SizeLimits, memory_of
from server.protocol import messages as wire
from server.protocol.race import EndRace, StartRace, SwapRival
from server.sessions.commands import handle
from server.sessions.rules import Rules
from server.sessions.session import Session
from server.sessions.session_copy import capture_copy
from server.sessions.session_record import capture_record, restore_record
from server.sessions.trained_model import capture_model, open_model
from tests.server.sessions.raced_session import RELU, raced, rival_of, same
from tests.server.sessions.session_client import error, never, state


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
    again, copied = restore_record(capture_record(session)), (copy := capture_copy(session)).create()
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
    assert restore_record(capture_record(session)).race.rival is None


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
    open_model(session, capture_model(other))
    assert session.state(view).rival is None
