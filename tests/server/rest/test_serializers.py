import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue
from server.jobs.one_shot import TrainedNetwork
from server.protocol.json_numbers import finite_or_none
from server.rest import serializers
from server.rest.custom_parameters import NewParameters
from server.rest.schemas import LayerParameters
from server.sessions.session import Session
from server.sessions.training_run import TrainingRun


def test_the_state_of_a_session() -> None:
    session = Session(TrainingConfig(), speed=None)
    session.start_run(TrainingRun("batch", 7))
    state = serializers.session_state(session, session_id="me", url="http://here/?session=me")
    assert (state.id, state.speed, state.shape, state.parameters) == ("me", None, [2, 4, 2, 1], 25)
    assert state.training is not None
    assert (state.training.unit, state.training.done, state.training.total) == ("batch", 0, 7)
    assert state.metrics == serializers.metrics(session)


def test_the_state_includes_a_divergence_that_only_the_metrics_reveal() -> None:
    config = TrainingConfig().changed({"problem": "regression", "learning_rate": 100.0})
    session = Session(config)
    session.trainer.run_epochs(1000)
    assert serializers.session_state(session, session_id="", url="").divergence is not None


def test_layers_of_another_shape_are_refused() -> None:
    session = Session(TrainingConfig())
    layers = serializers.parameters(session).layers
    layers[0].biases[0] = 5.0
    flat = session.trainer.network.parameters.tolist()
    flat[8] = 5.0
    network = session.trainer.network
    assert NewParameters(layers=layers).values_for(network) == ("layers", flat)
    for wrong in (layers[:2], [*layers[:2], LayerParameters(weights=[[1.0]], biases=[1.0])], []):
        with pytest.raises(InvalidValue):
            NewParameters(layers=wrong).values_for(network)


def test_losses_and_points_are_python_numbers() -> None:
    session = Session(TrainingConfig())
    losses = serializers.losses(session)
    assert (losses.epoch, losses.epochs_a_point) == ([0], 1)
    train, test = serializers.points(session)
    assert (len(train), len(test)) == (250, 250)
    assert all(type(value) is float for row in train for value in row)


def test_numbers_that_are_not_finite_become_none() -> None:
    assert finite_or_none(np.array([[1.0, np.inf], [np.nan, 2.0]])) == [[1.0, None], [None, 2.0]]
    assert finite_or_none(np.array([0.1])) == [0.1]


def test_the_result_of_a_one_shot_has_predictions_if_points_were_given() -> None:
    session = Session(TrainingConfig())
    session.trainer.run_epochs(2)
    trained = TrainedNetwork.of(session)
    result = serializers.one_shot_result(trained, np.array([[1.0, 2.0], [0.0, 0.0]]))
    assert result.metrics.epoch == 2
    assert result.predictions is not None
    assert len(result.predictions.outputs) == 2
    assert result.parameters == serializers.parameters(session)
    assert serializers.one_shot_result(trained, np.empty((0, 2))).predictions is None
