"""Where each layer's weights and biases are in the flat vector of a network's parameters."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple


class LayerSlots(NamedTuple):
    """The part of the flat vector that belongs to one layer.

    The weights are stored row by row: the weight from input i to neuron j is at `weights + i * neurons + j`.
    The bias of neuron j is at `biases + j`.
    """

    weights: int
    biases: int
    inputs: int
    neurons: int

    @property
    def end(self) -> int:
        """The index after the layer's last parameter."""
        return self.biases + self.neurons


def parameter_layout(shape: Sequence[int]) -> tuple[LayerSlots, ...]:
    """Return the slots of each layer after the inputs, for a network with `shape` neurons per layer.

    The layers follow each other without gaps, each with its weights first and then its biases.
    """
    layout = []
    start = 0
    for inputs, neurons in pairwise(shape):
        slots = LayerSlots(start, start + inputs * neurons, inputs, neurons)
        layout.append(slots)
        start = slots.end
    return tuple(layout)
