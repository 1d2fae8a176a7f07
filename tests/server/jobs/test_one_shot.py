import gc
import weakref

import numpy as np
import pytest

from engine.config import TrainingConfig
from server.jobs.one_shot import OneShotTraining
from server.jobs.worker_pool import WorkerPool
from server.runtime.scheduler import Scheduler
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun
from tests.server.live import TIMEOUT

NO_POINTS = np.empty((0, 2))


@pytest.fixture
def made() -> "weakref.WeakSet[Session]":
    """Return the sessions that exist."""
    return weakref.WeakSet()


def one_shot(made: "weakref.WeakSet[Session]", epochs: int = 5) -> OneShotTraining:
    def create() -> Session:
        session = Session(TrainingConfig())
        made.add(session)
        return session

    return OneShotTraining(create, TrainingRun("epoch", epochs), NO_POINTS, input_bytes=10)


@pytest.mark.medium
def test_a_one_shot_training_exists_only_while_it_trains(made: "weakref.WeakSet[Session]") -> None:
    scheduler = Scheduler(1)
    worker_pool = WorkerPool(scheduler, 1, max_slice=0.004)
    solo = one_shot(made)
    worker_pool.submit(solo.task_group)
    assert (len(made), solo.kept_memory) == (0, 10)
    scheduler.start()
    try:
        assert solo.ended.result(TIMEOUT) == "done"
    finally:
        scheduler.stop()
    assert solo.result is not None
    assert solo.result.epoch == 5
    assert solo.training_run.ended.result(0) == "done"
    assert solo.kept_memory >= solo.result.network.network_copy.parameters.nbytes
    gc.collect()
    assert len(made) == 0


def test_a_cancelled_one_shot_training_is_interrupted(made: "weakref.WeakSet[Session]") -> None:
    solo = one_shot(made)
    solo.cancel()
    assert (solo.ended.result(0), solo.training_run.ended.result(0)) == ("cancelled", "interrupted")
    assert (solo.result, solo.kept_memory) == (None, 0)
