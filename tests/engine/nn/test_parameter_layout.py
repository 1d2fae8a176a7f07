import numpy as np
import pytest

from engine.nn.layers import dense_layers
from engine.nn.network import Network
from engine.nn.parameter_layout import LayerSlots


def test_layers_follow_each_other_with_weights_before_biases() -> None:
    network = Network(("x1", "x2"), dense_layers(2, (4, 2), ("tanh", "relu")), "tanh")
    assert network.layout == (
        LayerSlots(weights=0, biases=8, inputs=2, neurons=4),
        LayerSlots(weights=12, biases=20, inputs=4, neurons=2),
        LayerSlots(weights=22, biases=24, inputs=2, neurons=1),
    )


@pytest.mark.parametrize("hidden", [(), (3,), (4, 2), (8, 1, 5)])
def test_a_network_stores_its_parameters_by_its_layout(hidden: tuple[int, ...]) -> None:
    network = Network(("x1", "x2"), dense_layers(2, hidden, ("tanh",) * len(hidden)), "tanh")
    network.parameters[:] = np.arange(network.parameters.size)
    for slots, layer in zip(network.layout, network.layers, strict=True):
        weights = [
            [slots.weights + source * slots.neurons + neuron for neuron in range(slots.neurons)]
            for source in range(slots.inputs)
        ]
        assert layer.weights.tolist() == weights
        assert layer.biases.tolist() == list(range(slots.biases, slots.end))
    assert network.layout[-1].end == network.parameters.size
