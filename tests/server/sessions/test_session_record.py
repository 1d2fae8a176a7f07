"""Sessions as values: what comes back trains on bit for bit."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.data.datasets import Dataset, Points
from server.protocol import messages as wire
from server.sessions import record_codec
from server.sessions.commands import handle
from server.sessions.loss_history import EMPTY_CURSOR, POINT, Cursor
from server.sessions.record_codec import LOSSES_PER_PAGE, UnreadableRecord
from server.sessions.session import Session
from server.sessions.session_record import (
    SessionRecord,
    StoredExtent,
    capture_record,
    restore_record,
    stored_extent,
)
from server.sessions.training_control import PendingSteps

OWN = [[x / 7, y / 3, 1 if x > y else -1] for x in range(-6, 7, 2) for y in range(-5, 6, 2)]
CONFIGS: dict[str, dict[str, object]] = {
    "defaults": {},
    "adam and dropout": {"optimizer": "adam", "hidden_layers": [8, 8], "dropout": [0.3, 0.1]},
    "dead weights": {"regularization": "l1", "regularization_rate": 0.03, "learning_rate": 0.1},
    "own points": {"dataset": "own", "points": OWN, "optimizer": "momentum", "batch_size": 4},
    "running statistics": {
        "hidden_layers": [4, 4],
        "normalization": ["batch_norm", "batch_norm_before"],
        "residual": [0, 2],
    },
    "images": {
        "problem": "images",
        "layers": [{"kind": "conv", "filters": 2}, {"kind": "batch_norm"}, {"kind": "max_pool"}],
        "drawings": [{"label": 3, "pixels": [0, 16] * 32}],
        "optimizer": "adam",
        "batch_size": 300,
        "train_percent": 80,
    },
    "several classes": {"problem": "multiclass", "classes": 5, "schedule": "cosine", "optimizer": "adamw"},
}


def never() -> bool:
    return False


def trained(changes: Mapping[str, object], *, epochs: int = 12, batches: int = 3) -> Session:
    """Return a session in the middle of an epoch."""
    session = Session(TrainingConfig().changed(changes), playing=True)
    go_on(session, epochs, batches)
    return session


def go_on(session: Session, epochs: int = 12, batches: int = 3) -> None:
    session.train(epochs, never)
    view, _ = session.attach()
    handle(session, view, wire.Step(unit="batch", count=batches))
    session.do_work(never)
    session.measure()
    session.detach(view)


def whole(record: SessionRecord, earlier: SessionRecord) -> SessionRecord:
    """Return what a storage has after two records."""
    pages = (*earlier.pages[: record.first_page], *record.pages)
    return SessionRecord(record.epoch, record.state, record.setup or earlier.setup, 0, pages, record.stored)


def assert_same(one: Session, other: Session) -> None:
    np.testing.assert_array_equal(one.history.points(), other.history.points())
    for name in ("parameters", "pruned", "optimizer_state"):
        ours, theirs = (getattr(each.trainer.snapshot().state, name) for each in (one, other))
        np.testing.assert_array_equal(ours, theirs)
    assert one.trainer.metrics() == other.trainer.metrics()
    assert one.version[:-1] == other.version[:-1]
    assert one.config == other.config


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.medium) if name == "images" else name for name in CONFIGS]
)
def test_a_restored_session_trains_on_bit_for_bit(name: str) -> None:
    twin = trained(CONFIGS[name])
    back = restore_record(capture_record(trained(CONFIGS[name])))
    assert_same(back, twin)
    assert (back.trainer.epoch, back.trainer.batch) == (twin.trainer.epoch, twin.trainer.batch)
    assert twin.trainer.batch > 0
    for session in (back, twin):
        go_on(session, 5)
    assert_same(back, twin)


def test_pruned_weights_stay_pruned() -> None:
    session = trained(CONFIGS["dead weights"], epochs=60)
    assert session.trainer.pruned.sum() > 0
    assert restore_record(capture_record(session)).trainer.pruned.sum() == session.trainer.pruned.sum()


def test_a_reset_after_the_return_goes_to_the_same_first_weights() -> None:
    given = np.linspace(-1, 1, Session(TrainingConfig()).trainer.network.parameters.size)
    points = Points(np.array([[0.0, 1.0], [2.0, -1.0]]), np.array([1.0, -1.0]))
    twin = Session(TrainingConfig(), data=Dataset(points, points), parameters=given)
    twin.train(5, never)
    twin.measure()
    back = restore_record(capture_record(twin))
    for session in (back, twin):
        view, _ = session.attach()
        handle(session, view, wire.Reset())
        np.testing.assert_array_equal(session.trainer.network.parameters, given)
        handle(session, view, wire.NewWeights(seed=5))
        session.train(3, never)
        session.measure()
    assert_same(back, twin)
    assert len(back.trainer.dataset.train.targets) == 2
    again = restore_record(capture_record(back))
    view, _ = again.attach()
    handle(again, view, wire.Configure(changes={"dataset": "xor"}))
    assert len(restore_record(capture_record(again)).trainer.dataset.train.targets) == 250


def test_a_new_batch_size_waits_for_the_next_epoch_all_the_same() -> None:
    def changed() -> Session:
        session = trained({})
        view, _ = session.attach()
        handle(session, view, wire.Configure(changes={"batch_size": 30}))
        session.detach(view)
        return session

    twin, back = changed(), restore_record(capture_record(changed()))
    for session in (back, twin):
        go_on(session, 2)
    assert_same(back, twin)


def test_speed_and_pending_steps_are_restored_too() -> None:
    session = Session(TrainingConfig(), speed=None, playing=True)
    view, _ = session.attach()
    handle(session, view, wire.Step(unit="epoch", count=40))
    back = restore_record(capture_record(session))
    assert (back.speed, back.playing, back.work) == (None, False, PendingSteps("epoch", 40))
    assert back.revision == session.revision


def test_a_restored_session_pauses_at_the_epoch_that_it_was_told() -> None:
    session = Session(TrainingConfig())
    session.control.play(until_epoch=3)
    back = restore_record(capture_record(session))
    while back.playing:
        back.train(1, lambda: False, by_batch=False)
        back.control.pause_at_end()
    assert back.trainer.epoch == 3


def test_a_restored_divergence_is_not_reported_again() -> None:
    session = Session(
        TrainingConfig().changed({"problem": "regression", "activation": "linear", "learning_rate": 100}),
        playing=True,
    )
    session.train(1000, never)
    session.measure()
    back = restore_record(capture_record(session))
    assert back.trainer.divergence == session.trainer.divergence is not None
    assert back.measure() == []
    assert back.train(5, never) == 0


def test_only_new_parts_are_recorded() -> None:
    session = trained({"batch_size": 100}, epochs=300)
    first = capture_record(session)
    assert (first.first_page, len(first.pages)) == (0, 3)
    go_on(session, 200)
    second = capture_record(session, first.stored)
    assert second.setup is None
    assert (second.first_page, len(second.pages)) == (2, 2)
    assert_same(restore_record(whole(second, first)), session)
    view, _ = session.attach()
    handle(session, view, wire.Configure(changes={"learning_rate": 0.1}))
    third = capture_record(session, second.stored)
    assert third.setup is not None
    handle(session, view, wire.Reset())
    assert capture_record(session, third.stored).first_page == 0


@pytest.mark.medium
def test_losses_that_were_merged_are_recorded_as_a_whole() -> None:
    session = trained({"hidden_layers": [1], "batch_size": 100}, epochs=1900)
    first = capture_record(session)
    go_on(session, 300)
    second = capture_record(session, first.stored)
    assert second.first_page == 0
    assert_same(restore_record(whole(second, first)), session)


def test_a_restored_session_counts_as_stored() -> None:
    session = trained({"batch_size": 100}, epochs=200)
    first = capture_record(session)
    back = restore_record(first)
    again = capture_record(back, stored_extent(back))
    assert again.setup is None
    assert (again.first_page, len(again.pages)) == (1, 1)


def test_an_invalid_record_is_refused() -> None:
    good = capture_record(Session(TrainingConfig()))
    assert good.setup is not None
    fields, arrays = record_codec.unpack(good.state)
    unknown_setting = record_codec.pack({"config": {"magic": 1}}, {})
    bad: dict[str, dict[str, Any]] = {
        "no set-up": {"setup": None},
        "other bytes": {"setup": b"tinkernet"},
        "a state that is cut": {"state": good.state[:-9]},
        "nothing": {"state": b""},
        "half a loss": {"pages": (b"12345",)},
        "losses without end": {"pages": (bytes(POINT.itemsize * 3000),)},
        "an unknown setting": {"setup": record_codec.compress(unknown_setting)},
        "a field less": {"state": record_codec.pack({"playing": True}, arrays)},
        "another network": {"state": record_codec.pack(fields, {**arrays, "parameters": np.zeros(3)})},
        "no words": {"state": b"\x02\x00\x00\x00[]"},
    }
    for changes in bad.values():
        with pytest.raises(UnreadableRecord):
            restore_record(SessionRecord(**{**vars(good), **changes}))


def test_new_points_continue_the_last_page_that_was_not_full() -> None:
    assert record_codec.page_start(EMPTY_CURSOR, 3) == EMPTY_CURSOR
    assert record_codec.page_start(Cursor(2, 500), 3) == EMPTY_CURSOR
    assert record_codec.page_start(Cursor(3, 500), 3) == Cursor(3, 500 // LOSSES_PER_PAGE * LOSSES_PER_PAGE)
    assert StoredExtent().losses == EMPTY_CURSOR


def test_counts_survive_and_records_of_earlier_versions_get_the_least_that_they_can_be() -> None:
    session = trained({"batch_size": 7})
    session.configure({"data_seed": 5})
    session.train(2, never)
    session.measure()
    record = capture_record(session)
    assert restore_record(record).trainer.counts == session.trainer.counts
    assert session.trainer.counts.epochs_seen > session.trainer.epoch
    fields, arrays = record_codec.unpack(record.state)
    earlier = {name: value for name, value in fields.items() if name not in {"points", "cut_epochs"}}
    old = replace(record, state=record_codec.pack(earlier, arrays))
    counts = restore_record(old).trainer.counts
    epoch, points = session.trainer.epoch, session.trainer.arrays.split
    assert counts == (session.trainer.counts.steps, points * epoch, epoch)


def test_pruned_weights_of_the_start_are_kept() -> None:
    config = TrainingConfig().changed({"regularization": "l1", "regularization_rate": 0.1})
    pruned = np.zeros(25, np.bool_)
    pruned[3] = True
    session = Session(config, parameters=np.where(pruned, 0.0, 0.5), pruned=pruned)
    session.do_work(never)
    again = restore_record(capture_record(session))
    again.reset()
    assert again.trainer.pruned.tolist() == pruned.tolist()


def test_custom_points_of_an_earlier_version_stay_where_they_were_whatever_noise_the_record_has() -> None:
    session = trained({**CONFIGS["own points"], "noise": 50})
    whole = capture_record(session)
    assert whole.setup is not None
    setup, arrays = record_codec.unpack(record_codec.decompress(whole.setup))
    del setup["config"]["points_noise"]  # which earlier versions do not have
    back = restore_record(replace(whole, setup=record_codec.compress(record_codec.pack(setup, arrays))))
    np.testing.assert_array_equal(back.trainer.dataset.train.inputs, session.trainer.dataset.train.inputs)
    assert back.config.points_noise == 0
    for each in (session, back):
        go_on(each)
    assert back.metrics() == session.metrics()


def test_noise_of_custom_points_is_restored() -> None:
    session = trained({**CONFIGS["own points"], "points_noise": 20})
    back = restore_record(capture_record(session))
    assert back.config.points_noise == 20
    np.testing.assert_array_equal(back.trainer.dataset.train.inputs, session.trainer.dataset.train.inputs)
    assert back.config.points == session.config.points
