"""A fully connected network: forward and backward propagation in plain NumPy. It is the reference.

All parameters stand in one flat vector, layer after layer: first its weights, row by row, then its biases. So
an optimizer sees one vector, and each layer sees its own part of it as a matrix, without copying.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Mask
from engine.config import TrainingConfig
from engine.data.features import compute
from engine.data.scaling import unscaled
from engine.errors import InvalidValue
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS, Head
from engine.nn.initializers import INITIALIZERS
from engine.nn.parameter_layout import parameter_layout


class Layer(NamedTuple):
    """One layer's part of a flat vector: of the parameters, or of the gradient."""

    weights: Floats
    """(inputs, neurons): `weights[i, j]` runs from input i to neuron j."""
    biases: Floats
    """(neurons,)"""


class Pass(NamedTuple):
    """All that a forward pass over n points computed, layer by layer."""

    inputs: list[Floats]
    """(n, inputs of the layer) for each layer: what the layer before says, after dropout."""
    pre_activations: list[Floats]
    """(n, neurons) for each layer: the weighted sums z."""
    outputs: list[Floats]
    """(n, neurons) for each layer: a = g(z), before dropout."""
    dropped: Sequence[Floats | None]
    """For each layer (n, neurons) factors on its outputs, None for no dropout."""


class Network:
    """Layers of neurons, each of which weighs all outputs of the layer before and applies a function.

    `features` names the inputs, and `scaling` is applied to them. `shape` counts the neurons of each layer,
    inputs first and output last, such as (2, 4, 2, 1). `parameters` is the flat vector, whose values may be
    set in place; `layout` says where each layer's part of it is, and `layers` has a view on each part.
    `hidden_activations` are the functions of the hidden layers by name, and `output` what the last one does.
    """

    def __init__(
        self,
        features: Sequence[str],
        hidden_layers: Sequence[int],
        activations: Sequence[str],
        output: str,
        outputs: int = 1,
    ) -> None:
        """Make a network of which all parameters are 0; `activations` has one name for each hidden layer."""
        self.features = tuple(features)
        self.shape = (len(features), *hidden_layers, outputs)
        self.hidden_activations = tuple(activations)
        self.output_name = output
        self.output = OUTPUTS[output]
        self.scaling = unscaled(len(features))
        self.layout = parameter_layout(self.shape)
        size = self.layout[-1].end
        self.parameters = np.zeros(size)
        self.gradient = np.zeros(size)
        self.layers = self.layer_views(self.parameters)
        self._slopes = self.layer_views(self.gradient)
        hidden = [ACTIVATIONS[name] for name in activations]
        self._functions = [*(each.function for each in hidden), self.output.function]
        self._derivatives = [each.derivative for each in hidden]

    @classmethod
    def from_config(cls, config: TrainingConfig, rng: np.random.Generator) -> Self:
        """Return the network of a config, its first parameters drawn by the config's initializer."""
        network = cls(
            config.features,
            config.hidden_layers,
            config.activations,
            config.output_activation,
            config.outputs,
        )
        draw = INITIALIZERS[config.initializer].weights
        for weights, biases in network.layers:
            inputs, neurons = weights.shape
            weights[:] = draw(inputs, neurons, rng)
            biases[:] = config.initial_bias
        return network

    def inputs(self, points: Floats) -> Floats:
        """Return what the network is told about points (n, 2): its features, scaled, (n, shape[0])."""
        return self.scaling(compute(self.features, points))

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
        for layer in self.layer_views(mask):
            layer.biases[:] = False
        return mask

    def forward(self, inputs: Floats) -> Floats:
        """Return the outputs (n, shape[-1]) for inputs (n, shape[0]).

        What overflows becomes infinite or nan.
        """
        with np.errstate(all="ignore"):
            return self.propagate(inputs).outputs[-1]

    def propagate(self, inputs: Floats, dropped: Sequence[Floats | None] = ()) -> Pass:
        """Carry inputs (n, shape[0]) forward through all layers: z = a W + b, then a = g(z).

        `dropped` has factors on the outputs of hidden layers, such as `Pass` has; empty for no dropout.
        """
        dropped = dropped or [None] * len(self.layers)
        result = Pass([], [], [], dropped)
        for layer, function, factors in zip(self.layers, self._functions, dropped, strict=True):
            result.inputs.append(inputs)
            # `.dot` is what `@` is, at a third of the cost for arrays as small as these.
            z = inputs.dot(layer.weights)
            z += layer.biases
            result.pre_activations.append(z)
            a = function(z)
            result.outputs.append(a)
            inputs = a if factors is None else a * factors
        return result

    def backward(self, forward: Pass, targets: Floats, head: Head) -> Floats:
        """Return the gradient of the mean loss over n points, as a flat vector like the parameters.

        `forward` is what `propagate` returned for them, `targets` (n, shape[-1]) what the outputs should have
        been, `head` the output with its loss. The vector is the network's own: the next call overwrites it.
        """
        inputs, sums, outputs, dropped = forward
        count = len(targets)
        ones = np.ones(count)
        # How the loss changes with each sum of a layer: known for the last, and carried back from there.
        delta = head.delta(sums[-1], outputs[-1], targets) / count
        for index in reversed(range(len(self.layers))):
            inputs[index].T.dot(delta, out=self._slopes[index].weights)
            ones.dot(delta, out=self._slopes[index].biases)
            if index:
                # The chain rule: from the sum to the outputs before it, through dropout and activation.
                slope = delta.dot(self.layers[index].weights.T)
                factors, before = dropped[index - 1], index - 1
                if factors is not None:
                    slope *= factors
                delta = slope * self._derivatives[before](sums[before], outputs[before])
        return self.gradient

    def layer_outputs(self, layers: Sequence[Layer], inputs: NDArray[Any]) -> list[NDArray[Any]]:
        """Return what the first of these layers make of inputs (features, n): of each, (neurons, n).

        Neurons stand before points here, so that each neuron's grid is one piece of memory.
        """
        outputs = []
        for index, (weights, biases) in enumerate(layers):
            sums = weights.T.astype(inputs.dtype).dot(inputs)
            sums += biases[:, None].astype(inputs.dtype)
            inputs = self._apply(index, sums)
            outputs.append(inputs)
        return outputs

    def _apply(self, layer: int, sums: NDArray[Any]) -> NDArray[Any]:
        if layer < len(self.layers) - 1 or len(sums) == 1:
            return self._functions[layer](sums)
        return self._functions[layer](sums.T).T

    def layer_views(self, vector: NDArray[Any]) -> list[Layer]:
        """Cut a flat vector, a value for each parameter, into views: one for each layer after the inputs."""
        return [
            Layer(
                vector[slots.weights : slots.biases].reshape(slots.inputs, slots.neurons),
                vector[slots.biases : slots.end],
            )
            for slots in self.layout
        ]
