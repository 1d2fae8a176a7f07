"""Where the arrays of a chain's layers are in the flat vectors of its parameters and of its buffers.

Both vectors hold layer after layer, without gaps, and of each layer one array after the other, row by row: of
a dense layer its weights, then its biases.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

from numpy.typing import NDArray

from engine.nn.layer_kinds.kind import Buffer, Parameter


class Slot(NamedTuple):
    """The part of a flat vector that one array takes."""

    name: str
    start: int
    shape: tuple[int, ...]

    @property
    def end(self) -> int:
        """The index after the array's last element."""
        return self.start + math.prod(self.shape)

    def view(self, vector: NDArray[Any]) -> NDArray[Any]:
        """Return the array as a view of the flat vector."""
        return vector[self.start : self.end].reshape(self.shape)


Slots: TypeAlias = tuple[tuple[Slot, ...], ...]
"""The slots of each layer of a chain."""


def slots_of(layers: Iterable[Sequence[Parameter] | Sequence[Buffer]]) -> Slots:
    """Return the slots of the arrays that each layer declares."""
    slots = []
    start = 0
    for arrays in layers:
        places = []
        for array in arrays:
            places.append(Slot(array.name, start, array.shape))
            start = places[-1].end
        slots.append(tuple(places))
    return tuple(slots)


def size_of(slots: Slots) -> int:
    """Return the number of elements of the flat vector."""
    return max((slot.end for layer in slots for slot in layer), default=0)


class LayerSlots(NamedTuple):
    """The part of the flat vector that belongs to a layer of neurons.

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
