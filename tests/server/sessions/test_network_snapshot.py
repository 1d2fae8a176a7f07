from typing import Any

import numpy as np
import pytest

from engine.config import TrainingConfig
from engine.errors import InvalidValue, NoSuchNeuron
from engine.reference.node_grids import NodeGrids, value_at
from server.sessions.network_snapshot import NetworkSnapshot
from server.sessions.session import Session


def session(**settings: Any) -> Session:
    session = Session(TrainingConfig().changed(settings))
    session.train(20, lambda: False)
    return session


def test_a_network_snapshot_does_not_change() -> None:
    running = session()
    still, points = NetworkSnapshot(running), [[1.0, 2.0], [-3.0, 0.5]]
    before = still.outputs_at(points)
    running.train(5, lambda: False)
    np.testing.assert_array_equal(still.outputs_at(points), before)
    assert (NetworkSnapshot(running).outputs_at(points) != before).all()


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"hidden_layers": []},
        {"problem": "regression"},
        {"problem": "multiclass", "classes": 4},
        {"output_activation": "sigmoid"},
        {"input_scaling": "standardized"},
        {"features": ["x2", "sin_x1"], "hidden_layers": [3], "layer_activations": ["relu"]},
    ],
)
def test_surfaces_are_those_of_the_heat_maps(settings: dict[str, Any]) -> None:
    running = session(**settings)
    still, network = NetworkSnapshot(running), running.trainer.network
    for layer, neurons in enumerate(network.shape[1:], start=1):
        for neuron in range(neurons):
            ours = still.surface(layer, neuron, 12)
            drawn = NodeGrids(network).detail(layer, neuron, 12)
            if layer == len(network.layers) and network.output.probability:
                ours = 2 * ours - 1
            np.testing.assert_allclose(ours, drawn, atol=2e-5)
    whole = still.surface(None, None, 12)
    assert whole.shape == ((network.shape[-1], 12, 12) if network.shape[-1] > 1 else (12, 12))


def test_predictions_are_the_outputs_of_the_network() -> None:
    running = session()
    ((answer,),) = NetworkSnapshot(running).outputs_at([[0.5, -1.5]]).tolist()
    assert answer == pytest.approx(value_at(running.trainer.network, 3, 0, 0.5, -1.5), abs=1e-15)


def test_large_requests_are_cut_into_bands() -> None:
    still = NetworkSnapshot(session())
    points = np.random.default_rng(0).uniform(-6, 6, (5000, 2)).tolist()
    answers = still.outputs_at(points)
    assert answers.shape == (5000, 1)
    np.testing.assert_allclose(answers[4000:4010], still.outputs_at(points[4000:4010]), atol=1e-15)


def test_labels_are_the_likelier_sides() -> None:
    assert NetworkSnapshot(session()).labels(np.array([[0.2], [-0.2], [0.0]])) == [1, -1, 1]
    sigmoid = NetworkSnapshot(session(output_activation="sigmoid"))
    assert sigmoid.labels(np.array([[0.2], [0.7]])) == [-1, 1]
    several = NetworkSnapshot(session(problem="multiclass"))
    assert several.labels(np.array([[0.2, 0.5, 0.3]])) == [1]
    assert NetworkSnapshot(session(problem="regression")).labels(np.array([[0.2]])) is None


def test_unknown_neurons_are_refused() -> None:
    still = NetworkSnapshot(session())
    for layer, neuron in ((4, 0), (1, 4), (0, 99), (3, 1)):
        with pytest.raises(NoSuchNeuron):
            still.surface(layer, neuron, 2)
    with pytest.raises(InvalidValue):
        still.surface(1, None, 2)
