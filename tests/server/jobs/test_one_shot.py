from engine.config import TrainingConfig
from server.jobs.one_shot import OneShotTraining
from server.jobs.worker_pool import WorkerPool
from server.runtime.scheduler import Scheduler
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun
from tests.server.live import TIMEOUT


def test_a_one_shot_training_runs_in_the_worker_pool() -> None:
    scheduler = Scheduler(1)
    worker_pool = WorkerPool(scheduler, 1, max_slice=0.004)
    training_run = TrainingRun("epoch", 5)
    solo = OneShotTraining(Session(TrainingConfig()), training_run, [[1.0, 2.0]])
    scheduler.start()
    try:
        worker_pool.submit(solo.task_group)
        assert solo.ended.result(TIMEOUT) == "done"
    finally:
        scheduler.stop()
    assert solo.session.trainer.epoch == 5
    assert training_run.ended.result(0) == "done"


def test_a_cancelled_one_shot_training_is_interrupted() -> None:
    training_run = TrainingRun("epoch", 5)
    solo = OneShotTraining(Session(TrainingConfig()), training_run, [])
    solo.cancel()
    assert (solo.ended.result(0), training_run.ended.result(0)) == ("cancelled", "interrupted")
