import math
from pathlib import Path

import pytest

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.runtime import checkpointer
from server.runtime.checkpointer import MIN_INTERVAL, Checkpointer
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.session_record import SessionRecord, stored_extent
from server.storage.database import Database
from server.storage.session_store import SessionStore
from server.storage.stored_session import StoredSession


class Slow(SessionStore):
    """A session store that never writes, but remembers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Database(f"sqlite:///{folder}/none.sqlite3"), lifetime=1)
        self.records: list[SessionRecord] = []

    def put(self, place: StoredSession, record: SessionRecord) -> None:
        super().put(place, record)
        self.records.append(record)


@pytest.fixture
def session_store(tmp_path: Path) -> Slow:
    return Slow(tmp_path)


@pytest.fixture
def session() -> Session:
    return Session(TrainingConfig(), playing=True)


@pytest.fixture
def checkpoints(session_store: Slow) -> Checkpointer:
    return Checkpointer(session_store, session_store.track("a"), interval=1.0)


def never() -> bool:
    return False


def train(session: Session) -> None:
    session.train(1, never)
    session.measure()


def test_a_training_is_recorded_every_so_often(checkpoints: Checkpointer, session: Session) -> None:
    assert checkpoints.due(session, training=True) == -math.inf, "what is new at once"
    checkpoints.record(session, 10.0)
    assert checkpoints.due(session, training=True) == math.inf, "nothing is new"
    train(session)
    assert checkpoints.due(session, training=True) == 11.0
    assert checkpoints.due(session, training=False) == 10.0 + MIN_INTERVAL, "it stands still now"


def test_what_somebody_changed_is_recorded_at_once(checkpoints: Checkpointer, session: Session) -> None:
    view, _ = session.attach()
    messages: list[wire.AnyClientMessage] = [
        wire.Pause(),
        wire.Step(unit="epoch", count=50),
        wire.SetSpeed(epochs_per_second=3),
        wire.Configure(changes={"noise": 10}),
        wire.EditBias(layer=1, neuron=0, value=1.0),
        wire.Reset(),
    ]
    for message in messages:
        checkpoints.record(session, 10.0)
        handle(session, view, message)
        assert checkpoints.due(session, training=True) == 10.0 + MIN_INTERVAL, message
    checkpoints.record(session, 10.0)
    handle(session, view, wire.Watch(layer=1, neuron=0))
    assert checkpoints.due(session, training=True) == math.inf, "what is looked at is the client's"


def test_waiting_steps_that_are_done_are_a_training(checkpoints: Checkpointer, session: Session) -> None:
    view, _ = session.attach()
    handle(session, view, wire.Step(unit="epoch", count=1000))
    checkpoints.record(session, 10.0)
    session.do_work(lambda: True)
    assert session.work is not None
    assert checkpoints.due(session, training=True) == 11.0


def test_it_has_all_only_when_that_is_written(
    checkpoints: Checkpointer, session_store: Slow, session: Session
) -> None:
    assert not checkpoints.is_saved(session)
    checkpoints.record(session, 10.0)
    assert not checkpoints.is_saved(session)
    session_store.start(lost=lambda _: None, present=tuple)
    session_store.stop(5)
    assert checkpoints.is_saved(session)
    train(session)
    assert not checkpoints.is_saved(session)


def test_what_was_brought_need_not_be_recorded(checkpoints: Checkpointer, session: Session) -> None:
    checkpoints.mark_stored(session)
    assert checkpoints.due(session, training=True) == math.inf
    assert checkpoints.stored.extent == stored_extent(session)
    checkpoints.record_everything()
    assert checkpoints.due(session, training=True) == -math.inf


def test_a_record_that_fails_is_told_once_and_costs_nothing_else(
    checkpoints: Checkpointer,
    session_store: Slow,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpointer, "capture", lambda *_: 1 / 0)
        for _ in range(3):
            train(session)
            checkpoints.record(session, 10.0)
    assert caplog.text.count("cannot be recorded") == 1
    assert session_store.records == []
    assert not checkpoints.is_saved(session)
    train(session)
    checkpoints.record(session, 12.0)
    assert len(session_store.records) == 1
