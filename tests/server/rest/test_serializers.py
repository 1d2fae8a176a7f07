import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from server.rest import serializers
from server.rest.schemas import Layer
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun


def test_a_state_tells_of_the_session() -> None:
    session = Session(TrainingConfig(), speed=None)
    session.start_run(TrainingRun("batch", 7))
    state = serializers.state(session, identity="me", url="http://here/?session=me")
    assert (state.id, state.speed, state.shape, state.parameters) == ("me", None, [2, 4, 2, 1], 25)
    assert state.training is not None
    assert (state.training.unit, state.training.done, state.training.total) == ("batch", 0, 7)
    assert state.metrics == serializers.metrics(session)


def test_a_divergence_is_told_as_soon_as_it_is_found() -> None:
    config = TrainingConfig().changed({"problem": "regression", "learning_rate": 100.0})
    session = Session(config)
    session.trainer.run_epochs(1000)
    assert serializers.state(session, identity="", url="").divergence is not None


def test_layers_must_have_the_networks_shape() -> None:
    session = Session(TrainingConfig())
    layers = serializers.parameters(session).layers
    layers[0].biases[0] = 5.0
    serializers.set_layers(session, layers)
    assert session.trainer.bias(1, 0) == 5
    for wrong in (layers[:2], [*layers[:2], Layer(weights=[[1.0]], biases=[1.0])], []):
        with pytest.raises(InvalidValue):
            serializers.set_layers(session, wrong)


def test_losses_and_points_are_plain_numbers() -> None:
    session = Session(TrainingConfig())
    losses = serializers.losses(session)
    assert (losses.epoch, losses.epochs_a_point) == ([0], 1)
    train, test = serializers.points(session)
    assert (len(train), len(test)) == (250, 250)
    assert all(type(value) is float for row in train for value in row)


def test_what_is_not_finite_becomes_none() -> None:
    assert serializers.finite(np.array([[1.0, np.inf], [np.nan, 2.0]])) == [[1.0, None], [None, 2.0]]
    assert serializers.finite(np.array([0.1])) == [0.1]
