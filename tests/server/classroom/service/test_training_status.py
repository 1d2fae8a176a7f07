from engine.config import TrainingConfig
from server.classroom.service.training_status import training_status
from server.sessions.rules import Rules
from server.sessions.session import Session


def test_a_look_says_how_a_training_stands_and_changes_nothing() -> None:
    session = Session(TrainingConfig(), playing=True)
    session.train(3, lambda: False)
    session.measure()
    mark = session.version
    seen = training_status(session)
    assert (seen.shape, seen.weights, seen.epoch, seen.runs, seen.playing) == ((2, 4, 2, 1), 25, 3, 1, True)
    assert seen.test_loss == session.metrics().test_loss
    assert session.version == mark
    session.set_rules(Rules(paused=True))
    assert not training_status(session).playing
