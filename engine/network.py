"""A fully connected network: forward and backward propagation in plain NumPy. It is the reference.

All parameters stand in one flat vector, layer after layer: first its weights, row by row, then its biases. So
an optimizer sees one vector, and each layer sees its own part of it as a matrix, without copying.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS, Activation
from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.errors import InvalidValue
from engine.initializers import INITIALIZERS
from engine.losses import Loss


class Layer(NamedTuple):
    """One layer's part of a flat vector: of the parameters, or of the gradient."""

    weights: Floats
    """(inputs, neurons): `weights[i, j]` runs from input i to neuron j."""
    biases: Floats
    """(neurons,)"""


class Pass(NamedTuple):
    """All that a forward pass over n points computed, layer by layer."""

    sums: list[Floats]
    """(n, neurons) for each layer: the weighted sums z."""
    outputs: list[Floats]
    """(n, inputs), the inputs themselves; then (n, neurons) for each layer: a = g(z)."""


class Network:
    """Layers of neurons, each of which weighs all outputs of the layer before and applies a function.

    `features` names the inputs. `shape` counts the neurons of each layer, inputs first and output last, such
    as (2, 4, 2, 1). `parameters` is the flat vector, whose values may be set in place; `layers` has a view on
    it for each layer after the inputs, and `activations` the function of each.
    """

    def __init__(
        self, features: Sequence[str], hidden_layers: Sequence[int], activation: str, output_activation: str
    ) -> None:
        """Make a network of which all parameters are 0."""
        self.features = tuple(features)
        self.shape = (len(features), *hidden_layers, 1)
        self.activations: list[Activation] = [
            *(ACTIVATIONS[activation] for _ in hidden_layers),
            ACTIVATIONS[output_activation],
        ]
        size = sum((inputs + 1) * neurons for inputs, neurons in pairwise(self.shape))
        self.parameters = np.zeros(size)
        self.gradient = np.zeros(size)
        self.layers = self.views(self.parameters)
        self._slopes = self.views(self.gradient)

    @classmethod
    def from_config(cls, config: TrainingConfig, rng: np.random.Generator) -> Self:
        """Return the network of a config, its first parameters drawn by the config's initializer."""
        network = cls(config.features, config.hidden_layers, config.activation, config.output_activation)
        initializer = INITIALIZERS[config.initializer]
        for weights, biases in network.layers:
            inputs, neurons = weights.shape
            weights[:] = initializer.weights(inputs, neurons, rng)
            biases[:] = initializer.bias
        return network

    def set_parameters(self, values: Floats) -> None:
        """Copy a flat vector into the parameters.

        Raises `InvalidValue` if it is of another size, or not finite.
        """
        values = np.asarray(values, dtype=np.float64)
        if values.shape != self.parameters.shape:
            raise InvalidValue("parameters", values.shape, f"shape {self.parameters.shape}")
        if not np.isfinite(values).all():
            raise InvalidValue("parameters", "nan or infinity", "finite numbers")
        self.parameters[:] = values

    def weights_mask(self) -> Mask:
        """Return a flat mask of the parameters, true for weights and false for biases."""
        mask = np.ones(self.parameters.shape, dtype=np.bool_)
        for layer in self.views(mask):
            layer.biases[:] = False
        return mask

    def forward(self, inputs: Floats) -> Floats:
        """Return the outputs (n,) for inputs (n, shape[0]); what overflows becomes infinite or nan."""
        with np.errstate(all="ignore"):
            return self.propagate(inputs).outputs[-1][:, 0]

    def propagate(self, inputs: Floats) -> Pass:
        """Carry inputs (n, shape[0]) forward through all layers: z = a W + b, then a = g(z)."""
        sums: list[Floats] = []
        outputs = [inputs]
        for layer, activation in zip(self.layers, self.activations, strict=True):
            # `.dot` is what `@` is, at a third of the cost for arrays as small as these.
            z = outputs[-1].dot(layer.weights)
            z += layer.biases
            sums.append(z)
            outputs.append(activation.function(z))
        return Pass(sums, outputs)

    def backward(self, forward: Pass, targets: Floats, loss: Loss) -> Floats:
        """Return the gradient of the mean loss over n points, as a flat vector like the parameters.

        `forward` is what `propagate` returned for them, `targets` (n, 1) what the outputs should have been.
        The vector is the network's own: the next call overwrites it.
        """
        count = len(targets)
        ones = np.ones(count)
        # How the loss changes with each output of a layer: known for the last, and carried back from there.
        slope = loss.derivative(forward.outputs[-1], targets) / count
        for index in reversed(range(len(self.layers))):
            # The chain rule: through the activation to the sum, from the sum to weights, biases and inputs.
            delta = slope * self.activations[index].derivative(
                forward.sums[index], forward.outputs[index + 1]
            )
            forward.outputs[index].T.dot(delta, out=self._slopes[index].weights)
            ones.dot(delta, out=self._slopes[index].biases)
            if index:
                slope = delta.dot(self.layers[index].weights.T)
        return self.gradient

    def views(self, vector: NDArray[Any]) -> list[Layer]:
        """Cut a flat vector, a value for each parameter, into views: one for each layer after the inputs."""
        layers = []
        start = 0
        for inputs, neurons in pairwise(self.shape):
            middle = start + inputs * neurons
            end = middle + neurons
            layers.append(Layer(vector[start:middle].reshape(inputs, neurons), vector[middle:end]))
            start = end
        return layers
