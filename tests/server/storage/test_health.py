import logging

import pytest

from server.storage.database import StorageError
from server.storage.health import ADVICE, SLOWEST, StorageHealth


def test_a_trouble_is_told_once_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    troubles = StorageHealth("/data/tinkernet.sqlite3", pause=0.25)
    for _ in range(3):
        troubles.met(StorageError("full", "database or disk is full"))
    assert troubles.present == "full"
    (told,) = caplog.messages
    assert told.startswith("Trainings cannot be saved in /data/tinkernet.sqlite3: database or disk is full.")
    assert ADVICE["full"] in told
    troubles.met(StorageError("locked", "database is locked"))
    assert len(caplog.messages) == 2


def test_its_end_is_told_too(caplog: pytest.LogCaptureFixture) -> None:
    troubles = StorageHealth("here", pause=0.25)
    troubles.over()
    assert caplog.messages == []
    troubles.met(StorageError("unreachable", "gone"))
    troubles.over()
    troubles.over()
    assert troubles.present is None
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    assert caplog.messages[-1] == "Trainings are saved again in here."


def test_tries_become_rarer_up_to_a_bound() -> None:
    troubles = StorageHealth("here", pause=0.25)
    assert [troubles.rest() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, SLOWEST, SLOWEST]
    troubles.over()
    assert troubles.rest() == 0.5
