import time

from engine.config import TrainingConfig
from server.jobs.one_shot import Solo
from server.jobs.worker_pool import Bench
from server.runtime.scheduler import Scheduler
from server.sessions.session import Session
from server.sessions.training_run import Course
from tests.server.live import PATIENCE


def test_a_one_shot_is_trained_and_tells_what_came_of_it() -> None:
    scheduler = Scheduler(1)
    bench = Bench(scheduler, 1, clock=time.monotonic, longest=0.004)
    course = Course("epoch", 5)
    solo = Solo(Session(TrainingConfig()), course, [[1.0, 2.0]])
    scheduler.start()
    try:
        bench.add(solo.batch)
        assert solo.ended.result(PATIENCE) == "done"
    finally:
        scheduler.stop()
    result = solo.result()
    assert result.losses.epoch == [0, 1, 2, 3, 4, 5]
    assert result.predictions is not None
    assert len(result.predictions.outputs) == 1
    assert course.ended.result(0) == "done"


def test_a_cancelled_one_shot_is_interrupted() -> None:
    course = Course("epoch", 5)
    solo = Solo(Session(TrainingConfig()), course, [])
    solo.cancel()
    assert (solo.ended.result(0), course.ended.result(0)) == ("cancelled", "interrupted")
    assert solo.result().predictions is None
