"""A fully connected network: forward and backward propagation in plain NumPy."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Mask
from engine.data.features import compute
from engine.data.scaling import unscaled
from engine.errors import InvalidValue
from engine.nn.activations import ACTIVATIONS
from engine.nn.heads import OUTPUTS
from engine.nn.layers import Layer, affine, layer_views
from engine.nn.losses import Head
from engine.nn.parameter_layout import parameter_layout


class Pass(NamedTuple):
    """The results of a forward pass over n points, layer by layer."""

    inputs: list[Floats]
    """(n, inputs of the layer) for each layer: the outputs of the layer before, after dropout."""
    pre_activations: list[Floats]
    """(n, neurons) for each layer: z = x W + b."""
    outputs: list[Floats]
    """(n, neurons) for each layer: a = g(z), before dropout."""
    dropout_factors: Sequence[Floats | None]
    """For each layer (n, neurons) factors on its outputs; None without dropout."""


class Network:
    """Layers of neurons; each neuron applies a function to the weighted sum of the outputs before it.

    `features` names the inputs, and `scaling` is applied to them. `shape` has the number of neurons of each
    layer, inputs first and output last, such as (2, 4, 2, 1). `parameters` is the flat vector, whose values
    may be set in place; `layout` has the position of each layer in it, and `layers` a view of each part.
    `hidden_activations` names the functions of the hidden layers; `output_name` and `output` are the entry of
    the `OUTPUTS` table for the last one.
    """

    def __init__(
        self,
        features: Sequence[str],
        hidden_layers: Sequence[int],
        activations: Sequence[str],
        output: str,
        outputs: int = 1,
    ) -> None:
        """Create a network whose parameters are all 0; `activations` has one name for each hidden layer."""
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
        self._gradients = self.layer_views(self.gradient)
        hidden = [ACTIVATIONS[name] for name in activations]
        self._functions = [*(each.function for each in hidden), self.output.function]
        self._derivatives = [each.derivative for each in hidden]

    def inputs(self, points: Floats) -> Floats:
        """Return the scaled features (n, shape[0]) of points (n, 2)."""
        return self.scaling(compute(self.features, points))

    def set_parameters(self, values: Floats) -> None:
        """Copy a flat vector into the parameters.

        Raises `InvalidValue` if it has another size, or a value that is not finite.
        """
        values = np.asarray(values, dtype=np.float64)
        if values.shape != self.parameters.shape:
            raise InvalidValue("parameters", values.shape, f"shape {self.parameters.shape}")
        if not np.isfinite(values).all():
            raise InvalidValue("parameters", "nan or infinity", "finite numbers")
        self.parameters[:] = values

    def weights_mask(self) -> Mask:
        """Return a flat mask of the parameters: true for weights, false for biases."""
        mask = np.ones(self.parameters.shape, dtype=np.bool_)
        for layer in self.layer_views(mask):
            layer.biases[:] = False
        return mask

    def layer_views(self, vector: NDArray[Any]) -> list[Layer]:
        """Return a view of a flat vector with one value per parameter, for each layer after the inputs."""
        return layer_views(vector, self.layout)

    def forward(self, inputs: Floats) -> Floats:
        """Return the outputs (n, shape[-1]) for inputs (n, shape[0]). Overflow gives infinity or nan."""
        with np.errstate(all="ignore"):
            return self.propagate(inputs).outputs[-1]

    def propagate(self, inputs: Floats, dropout_factors: Sequence[Floats | None] = ()) -> Pass:
        """Propagate inputs (n, shape[0]) through all layers: z = x W + b, then a = g(z).

        `dropout_factors` has a factor array or None for each layer, as in `Pass`; empty for no dropout.
        """
        dropout_factors = dropout_factors or [None] * len(self.layers)
        result = Pass([], [], [], dropout_factors)
        for layer, function, factors in zip(self.layers, self._functions, dropout_factors, strict=True):
            result.inputs.append(inputs)
            z = affine(inputs, layer)
            result.pre_activations.append(z)
            a = function(z)
            result.outputs.append(a)
            inputs = a if factors is None else a * factors
        return result

    def backward(self, forward: Pass, targets: Floats, head: Head) -> Floats:
        """Return the gradient of the mean loss over n points, as a flat vector like the parameters.

        `forward` is the result of `propagate` for these points, `targets` (n, shape[-1]) are the target
        outputs, `head` is the output with its loss. The next call overwrites the returned vector.
        """
        inputs, pre_activations, outputs, dropout_factors = forward
        count = len(targets)
        ones = np.ones(count)
        # delta is the derivative of the mean loss by the pre-activations of a layer, from the last one back.
        delta = head.delta(pre_activations[-1], outputs[-1], targets) / count
        for index in reversed(range(len(self.layers))):
            inputs[index].T.dot(delta, out=self._gradients[index].weights)
            ones.dot(delta, out=self._gradients[index].biases)
            if index:
                # The chain rule: to the outputs of the layer before, through its dropout and activation.
                by_outputs = delta.dot(self.layers[index].weights.T)
                factors, before = dropout_factors[index - 1], index - 1
                if factors is not None:
                    by_outputs *= factors
                delta = by_outputs * self._derivatives[before](pre_activations[before], outputs[before])
        return self.gradient

    def layer_outputs(self, layers: Sequence[Layer], inputs: NDArray[Any]) -> list[NDArray[Any]]:
        """Return the outputs (n, neurons) of the first layers, in the precision of inputs (n, shape[0]).

        `layers` are the first of this network, or narrower versions of them.
        """
        precision = inputs.dtype
        outputs = []
        for (weights, biases), function in zip(layers, self._functions, strict=False):
            layer = Layer(weights.astype(precision, copy=False), biases.astype(precision, copy=False))
            inputs = function(affine(inputs, layer))
            outputs.append(inputs)
        return outputs
