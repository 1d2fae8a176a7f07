import time

from engine.config import TrainingConfig
from server.jobs.one_shot import OneShotTraining
from server.jobs.worker_pool import WorkerPool
from server.runtime.scheduler import Scheduler
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun
from tests.server.live import PATIENCE


def test_a_one_shot_is_trained_and_tells_what_came_of_it() -> None:
    scheduler = Scheduler(1)
    worker_pool = WorkerPool(scheduler, 1, clock=time.monotonic, longest=0.004)
    training_run = TrainingRun("epoch", 5)
    solo = OneShotTraining(Session(TrainingConfig()), training_run, [[1.0, 2.0]])
    scheduler.start()
    try:
        worker_pool.submit(solo.task_group)
        assert solo.ended.result(PATIENCE) == "done"
    finally:
        scheduler.stop()
    result = solo.result()
    assert result.losses.epoch == [0, 1, 2, 3, 4, 5]
    assert result.predictions is not None
    assert len(result.predictions.outputs) == 1
    assert training_run.ended.result(0) == "done"


def test_a_cancelled_one_shot_is_interrupted() -> None:
    training_run = TrainingRun("epoch", 5)
    solo = OneShotTraining(Session(TrainingConfig()), training_run, [])
    solo.cancel()
    assert (solo.ended.result(0), training_run.ended.result(0)) == ("cancelled", "interrupted")
    assert solo.result().predictions is None
