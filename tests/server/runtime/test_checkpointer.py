import math
from pathlib import Path

import pytest

from engine.config import TrainingConfig
from server.protocol import messages as wire
from server.runtime import checkpointer as checkpointer_module
from server.runtime.checkpointer import MIN_INTERVAL, RETRY_INTERVAL, Checkpointer
from server.sessions.commands import handle
from server.sessions.session import Session
from server.sessions.session_record import SessionRecord, stored_extent
from server.storage.database import Database
from server.storage.session_store import SessionStore
from server.storage.stored_session import StoredSession


class RecordingStore(SessionStore):
    """A session store that writes nothing but keeps the records it was given."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Database(f"sqlite:///{folder}/none.sqlite3"), lifetime=1)
        self.records: list[SessionRecord] = []

    def enqueue(self, place: StoredSession, record: SessionRecord) -> None:
        super().enqueue(place, record)
        self.records.append(record)


@pytest.fixture
def session_store(tmp_path: Path) -> RecordingStore:
    return RecordingStore(tmp_path)


@pytest.fixture
def session() -> Session:
    return Session(TrainingConfig(), playing=True)


@pytest.fixture
def checkpointer(session_store: RecordingStore) -> Checkpointer:
    return Checkpointer(session_store, session_store.track("a"), interval=1.0)


def never() -> bool:
    return False


def train(session: Session) -> None:
    session.train(1, never)
    session.measure()


def test_a_training_is_recorded_at_intervals(checkpointer: Checkpointer, session: Session) -> None:
    assert checkpointer.due(session, training=True) == -math.inf, "a new session is recorded at once"
    checkpointer.record(session, 10.0)
    assert checkpointer.due(session, training=True) == math.inf, "nothing has changed"
    train(session)
    assert checkpointer.due(session, training=True) == 11.0
    assert checkpointer.due(session, training=False) == 10.0 + MIN_INTERVAL, "training has stopped"


def test_a_change_by_a_client_is_recorded_at_once(checkpointer: Checkpointer, session: Session) -> None:
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
        checkpointer.record(session, 10.0)
        handle(session, view, message)
        assert checkpointer.due(session, training=True) == 10.0 + MIN_INTERVAL, message
    checkpointer.record(session, 10.0)
    handle(session, view, wire.Watch(layer=1, neuron=0))
    assert checkpointer.due(session, training=True) == math.inf, "what is looked at is the client's"


def test_finished_steps_count_as_training(checkpointer: Checkpointer, session: Session) -> None:
    view, _ = session.attach()
    handle(session, view, wire.Step(unit="epoch", count=1000))
    checkpointer.record(session, 10.0)
    session.do_work(lambda: True)
    assert session.work is not None
    assert checkpointer.due(session, training=True) == 11.0


def test_everything_is_saved_only_once_it_is_written(
    checkpointer: Checkpointer, session_store: RecordingStore, session: Session
) -> None:
    assert not checkpointer.is_saved(session)
    checkpointer.record(session, 10.0)
    assert not checkpointer.is_saved(session)
    session_store.start(lost=lambda _: None, present=tuple)
    session_store.stop(5)
    assert checkpointer.is_saved(session)
    train(session)
    assert not checkpointer.is_saved(session)


def test_a_loaded_session_need_not_be_recorded(checkpointer: Checkpointer, session: Session) -> None:
    checkpointer.mark_stored(session)
    assert checkpointer.due(session, training=True) == math.inf
    assert checkpointer.stored.extent == stored_extent(session)
    checkpointer.request_full_record()
    assert checkpointer.due(session, training=True) == -math.inf


def test_a_failing_record_is_logged_once_and_does_no_harm(
    checkpointer: Checkpointer,
    session_store: RecordingStore,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpointer_module, "capture_record", lambda *_: 1 / 0)
        for _ in range(3):
            train(session)
            checkpointer.record(session, 10.0)
    assert caplog.text.count("cannot be recorded") == 1
    assert session_store.records == []
    assert not checkpointer.is_saved(session)
    train(session)
    checkpointer.record(session, 12.0)
    assert len(session_store.records) == 1
    assert "is recorded again" in caplog.text
    session_store.start(lost=lambda _: None, present=tuple)
    session_store.stop(5)
    assert checkpointer.is_saved(session), "one failure is not for ever"


def test_a_failed_record_is_tried_again_though_nothing_changes(
    checkpointer: Checkpointer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpointer_module, "capture_record", lambda *_: 1 / 0)
        checkpointer.record(session, 10.0)
    assert checkpointer.due(session, training=False) == 10.0 + RETRY_INTERVAL
    checkpointer.record(session, 20.0)
    assert checkpointer.due(session, training=False) == math.inf
