import logging

import pytest

from server.storage.database import StorageError
from server.storage.health import ADVICE, MAX_PAUSE, StorageHealth


def test_a_failure_is_logged_once_with_advice(caplog: pytest.LogCaptureFixture) -> None:
    troubles = StorageHealth("/data/tinkernet.sqlite3", pause=0.25)
    for _ in range(3):
        troubles.record_failure(StorageError("full", "database or disk is full"))
    assert troubles.present == "full"
    (told,) = caplog.messages
    assert told.startswith("Trainings cannot be saved in /data/tinkernet.sqlite3: database or disk is full.")
    assert ADVICE["full"] in told
    troubles.record_failure(StorageError("locked", "database is locked"))
    troubles.record_failure(StorageError("full", "database or disk is full"))
    assert len(caplog.messages) == 2, "each reason once, also if they take turns"
    assert troubles.present == "full"


def test_a_recovery_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    troubles = StorageHealth("here", pause=0.25)
    troubles.record_success()
    assert caplog.messages == []
    troubles.record_failure(StorageError("unreachable", "gone"))
    troubles.record_success()
    troubles.record_success()
    assert troubles.present is None
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert caplog.messages[-1] == "Trainings are saved again in here."


def test_pauses_between_tries_grow_up_to_a_limit() -> None:
    troubles = StorageHealth("here", pause=0.25)
    assert [troubles.next_pause() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, MAX_PAUSE, MAX_PAUSE]
    troubles.record_success()
    assert troubles.next_pause() == 0.5
