import pytest

from engine.config import TrainingConfig
from engine.kernels import registry
from server.protocol import messages as wire
from server.runtime.training_slice import CROWD_SIZE, TrainingSlice
from server.sessions.commands import execute
from server.sessions.session import Session
from server.settings import Settings
from tests.server.clock import Clock

TINY = {"problem": "images", "layers": [{"kind": "conv", "filters": 1}], "batch_size": 1000}


class _SlowClock(Clock):
    """Whatever is done takes half a second."""

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


@pytest.mark.medium
@pytest.mark.parametrize(("waiting", "measured"), [(0, [0, 1, 2, 3, 4]), (CROWD_SIZE, [0, 2, 4])])
def test_networks_for_images_are_measured_less_often_while_many_sessions_wait(
    waiting: int, measured: list[int]
) -> None:
    session, clock = Session(TrainingConfig.model_validate(TINY)), _SlowClock()
    execute(session, wire.Play())
    trained = TrainingSlice(Settings(), clock)
    with registry.without():  # compiled, a small one is fast, and trains by epochs
        while session.trainer.epoch < 4:
            trained.train(session, 1, clock(), inbox=(), queue_length=waiting)
    assert session.history.points()["epoch"].tolist() == measured
