from engine.config import TrainingConfig
from server.goals.training_status import training_status
from server.sessions.rules import Rules
from server.sessions.session import Session


def test_it_describes_a_session_without_changing_it() -> None:
    session = Session(TrainingConfig(), playing=True)
    session.train(3, lambda: False)
    session.measure()
    mark = session.version
    status = training_status(session)
    assert (status.shape, status.weights, status.epoch, status.runs, status.playing) == (
        (2, 4, 2, 1),
        25,
        3,
        1,
        True,
    )
    assert status.test_loss == session.metrics().test_loss
    assert session.version == mark
    session.set_rules(Rules(paused=True))
    assert not training_status(session).playing
