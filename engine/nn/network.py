"""A network: forward and backward propagation through a chain of layers, in plain NumPy."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Mask
from engine.data.features import compute
from engine.data.image_shape import ImageShape
from engine.data.scaling import unscaled
from engine.errors import InvalidValue
from engine.nn.heads import OUTPUTS
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.kind import (
    EVALUATION,
    Arrays,
    BackwardContext,
    ForwardContext,
    LayerKind,
    PropagationMode,
    Values,
)
from engine.nn.layers import kinds_of
from engine.nn.losses import Head
from engine.nn.neuron_layers import ArrayPlace, DenseParameters, NeuronLayer, array_places, neuron_layers
from engine.nn.parameter_layout import LayerSlots, size_of, slots_of


class Pass(NamedTuple):
    """The results of a forward pass over n points."""

    values: list[Values]
    """What each layer of the chain gets, (n, its inputs), and last the pre-activations of the output."""
    tapes: list[Any]
    """What each layer of the chain needs for its `backward`."""
    output: Floats
    """(n, outputs) of the network."""
    neurons: Sequence[NeuronLayer]
    """Where the layers of neurons are in the chain."""

    @property
    def pre_activations(self) -> list[Values]:
        """(n, neurons) for each layer of neurons: z = x W + b."""
        return [self.values[layer.first + 1] for layer in self.neurons]

    @property
    def outputs(self) -> list[Values]:
        """(n, neurons) for each layer of neurons: its values as they are drawn, before dropout."""
        return [*(self.values[layer.last + 1] for layer in self.neurons[:-1]), self.output]


class Network:
    """A chain of layers: each takes the values of the one before, the first the inputs.

    `features` names the inputs, and `scaling` is applied to them; of a network for images, `image` is their
    shape, its inputs are the pixels, and there are no features. `chain` has all layers; its last is a dense
    layer, to whose sums `output`, the entry `output_name` of the `OUTPUTS` table, is applied. `kinds` has the
    names of the kinds in the chain. `shape` has the number of neurons, or filters, of each layer of neurons,
    inputs first and output last, such as (2, 4, 2, 1).
    `parameters` is the flat vector, whose values may be set in place, and `buffers` a second one, of what
    layers keep besides, such as running means; `slots` and `buffer_slots` have the places of their arrays.
    `layers` has views of the weights and biases of each layer of neurons, `layout` their places.
    """

    def __init__(
        self,
        features: Sequence[str],
        hidden: Sequence[LayerKind],
        output: str,
        outputs: int = 1,
        image: ImageShape | None = None,
    ) -> None:
        """Create a network from the chain of its hidden layers. Its parameters are all 0."""
        self.features, self.image = tuple(features), image
        inputs = len(features) if image is None else image.values
        before = hidden[-1].neurons if hidden else inputs
        self.chain: tuple[LayerKind, ...] = (*hidden, Dense(before, outputs))
        self.kinds = frozenset(kinds_of(self.chain))
        self.output_name = output
        self.output = OUTPUTS[output]
        self.scaling = unscaled(inputs)
        self.slots = slots_of(layer.parameters for layer in self.chain)
        self.buffer_slots = slots_of(layer.buffers for layer in self.chain)
        self.neurons = neuron_layers(self.chain)
        self.shape = (inputs, *(self.slots[layer.first][1].shape[0] for layer in self.neurons))
        self.layout = tuple(
            LayerSlots(weights.start, biases.start, *weights.shape)
            for weights, biases in (self.slots[layer.first] for layer in self.neurons)
        )
        self.parameters = np.zeros(size_of(self.slots))
        self.gradient = np.zeros(self.parameters.size)
        self.buffers = self.initial_buffers()
        self.layers = self.layer_views(self.parameters)
        self._parameters = [[slot.view(self.parameters) for slot in layer] for layer in self.slots]
        self._own = [
            BackwardContext(parameters, [slot.view(self.gradient) for slot in layer])
            for parameters, layer in zip(self._parameters, self.slots, strict=True)
        ]
        self._buffers = [[slot.view(self.buffers) for slot in layer] for layer in self.buffer_slots]

    def copy(self) -> "Network":
        """Return a network with copies of the parameters and buffers, and with the same scaling."""
        copied = Network(self.features, self.chain[:-1], self.output_name, self.shape[-1], self.image)
        copied.parameters[:], copied.buffers[:] = self.parameters, self.buffers
        copied.scaling = self.scaling
        return copied

    def initial_buffers(self) -> Floats:
        """Return the flat vector of buffers before any training."""
        values = np.zeros(size_of(self.buffer_slots))
        for layer, slots in zip(self.chain, self.buffer_slots, strict=True):
            for buffer, slot in zip(layer.buffers, slots, strict=True):
                slot.view(values)[:] = buffer.initial
        return values

    @property
    def parameter_places(self) -> tuple[ArrayPlace, ...]:
        """Where each array of the parameters is in their flat vector."""
        return array_places(self.chain, self.neurons, self.slots)

    @property
    def buffer_places(self) -> tuple[ArrayPlace, ...]:
        """Where each array of the buffers is in their flat vector."""
        return array_places(self.chain, self.neurons, self.buffer_slots)

    def inputs(self, points: Floats) -> Floats:
        """Return the scaled features (n, shape[0]) of points (n, 2), or the scaled pixels of images."""
        return self.scaling(self.unscaled_inputs(points))

    def unscaled_inputs(self, points: Floats) -> Floats:
        """Return the features of points, or the pixels of images, as they are before scaling."""
        return points if self.image else compute(self.features, points)

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
        """Return a flat mask of the parameters: true for weights, on which penalties act."""
        mask = np.zeros(self.parameters.shape, dtype=np.bool_)
        for layer, slots in zip(self.chain, self.slots, strict=True):
            for parameter, slot in zip(layer.parameters, slots, strict=True):
                slot.view(mask)[:] = parameter.penalized
        return mask

    @property
    def hidden_activations(self) -> tuple[str, ...]:
        """The name of the activation of each hidden layer."""
        return tuple(layer.name for layer in self.chain if isinstance(layer, ActivationLayer))

    def layer_views(self, vector: NDArray[Any]) -> list[DenseParameters]:
        """Return a view of a flat vector with one value per parameter, for each layer of neurons."""
        return [
            DenseParameters(*(slot.view(vector) for slot in self.slots[layer.first]))
            for layer in self.neurons
        ]

    def forward(self, inputs: Floats) -> Floats:
        """Return the outputs (n, shape[-1]) for inputs (n, shape[0]). Overflow gives infinity or nan."""
        with np.errstate(all="ignore"):
            return self.propagate(inputs).output

    def propagate(self, inputs: Floats, mode: PropagationMode = EVALUATION) -> Pass:
        """Propagate inputs (n, shape[0]) through all layers. In training, buffers are updated."""
        values, tapes = _through(self.chain, inputs, self._parameters, self._buffers, mode)
        return Pass(values, tapes, self.output.function(values[-1]), self.neurons)

    def backward(self, forward: Pass, targets: Floats, head: Head) -> Floats:
        """Return the gradient of the mean loss over n points, as a flat vector like the parameters.

        `forward` is the result of `propagate` for these points, `targets` (n, shape[-1]) are the target
        outputs, `head` is the output with its loss. The next call overwrites the returned vector.
        """
        self.derivatives(forward, targets, head)
        return self.gradient

    def derivatives(self, forward: Pass, targets: Floats, head: Head) -> list[Floats]:
        """Return the derivative of the mean loss by the values of each layer of the chain, (n, its values).

        The last is that by the pre-activations of the output. `gradient` then has the gradient by the
        parameters; the arguments are those of `backward`.
        """
        # The derivative of the mean loss by the values of a layer, from the last one back.
        gradient = head.delta(forward.values[-1], forward.output, targets) / len(targets)
        skipped: dict[int, Floats] = {}
        by_values = []
        for index in reversed(range(len(self.chain))):
            layer = self.chain[index]
            if index in skipped:
                gradient = gradient + skipped[index]
            by_values.append(gradient)
            gradient, by_skipped = layer.backward(gradient, forward.tapes[index], self._own[index])
            if by_skipped is not None and layer.skips is not None:
                before = skipped.get(layer.skips)
                skipped[layer.skips] = by_skipped if before is None else before + by_skipped
        return by_values[::-1]

    def outputs_of(self, layer: int, inputs: Values) -> Values:
        """Return the values (n, neurons) of a layer of neurons, 1..H+1, for inputs (n, shape[0]).

        The inputs decide the precision, here and in the next two methods.
        """
        values = self._evaluated(layer, inputs)
        return self.output.function(values[-1]) if layer == len(self.neurons) else values[-1]

    def sums(self, layer: int, inputs: Values) -> Values:
        """Return the sums (n, neurons) of layer of neurons 1..H+1 whose signs part the points.

        They are what the activation is applied to; the values of the neurons if that is a sine, which is 0 in
        many places, or if another layer follows the activation.
        """
        values, at = self._evaluated(layer, inputs), self.neurons[layer - 1]
        return values[-1] if at.activation in (None, "sine") else values[-2]

    def layer_outputs(self, inputs: Values) -> list[Values]:
        """Return the values (n, neurons) of each layer of neurons, for inputs (n, shape[0])."""
        values = self._evaluated(len(self.neurons), inputs)
        hidden = [values[layer.last + 1] for layer in self.neurons[:-1]]
        return [*hidden, self.output.function(values[-1])]

    def _evaluated(self, layer: int, inputs: Values) -> list[Values]:
        """Return what each layer of the chain gets, up to a layer of neurons, and the values of that."""
        count, precision = self.neurons[layer - 1].last + 1, inputs.dtype
        parameters, buffers = (
            [[array.astype(precision, copy=False) for array in each] for each in arrays[:count]]
            for arrays in (self._parameters, self._buffers)
        )
        return _through(self.chain[:count], inputs, parameters, buffers, EVALUATION)[0]


def _through(
    chain: Sequence[LayerKind],
    inputs: Values,
    parameters: Sequence[Arrays],
    buffers: Sequence[Arrays],
    mode: PropagationMode,
) -> tuple[list[Values], list[Any]]:
    """Return what each layer gets and last what comes out, and the tape of each layer."""
    values, tapes = [inputs], []
    for layer, own, kept in zip(chain, parameters, buffers, strict=True):
        skipped = None if layer.skips is None else values[layer.skips + 1]
        after, tape = layer.forward(values[-1], ForwardContext(own, kept, mode, skipped))
        values.append(after)
        tapes.append(tape)
    return values, tapes
