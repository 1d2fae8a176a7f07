"""The table of layer kinds, and the chains of layers that networks are made of.

A chain has each step of the computation as a layer of its own: a hidden layer of neurons is a `dense` layer
and its `activation`, perhaps with a normalization before or after that, a residual connection and dropout.
"""

from collections.abc import Iterable, Sequence

from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dense import Dense
from engine.nn.layer_kinds.dropping import Dropout
from engine.nn.layer_kinds.flatten import Flatten
from engine.nn.layer_kinds.kind import LayerKind
from engine.nn.layer_kinds.normalization import BatchNormalization, LayerNormalization
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling
from engine.nn.layer_kinds.residual import Residual

LAYERS: dict[str, type[LayerKind]] = {
    "dense": Dense,
    "activation": ActivationLayer,
    "batch_norm": BatchNormalization,
    "layer_norm": LayerNormalization,
    "residual": Residual,
    "dropout": Dropout,
    "conv": Convolution,
    "max_pool": MaxPooling,
    "average_pool": AveragePooling,
    "flatten": Flatten,
}


DENSE_KINDS = frozenset({"dense", "activation", "dropout"})
"""The kinds of which networks of plain dense layers are made."""


def dense_layers(
    inputs: int, neurons: Sequence[int], activations: Sequence[str], dropout: Sequence[float] = ()
) -> list[LayerKind]:
    """Return the chain of dense hidden layers with their activations, and dropout where its rate is not 0."""
    chain: list[LayerKind] = []
    rates = dropout or [0.0] * len(neurons)
    for number, (count, name, rate) in enumerate(zip(neurons, activations, rates, strict=True)):
        chain += [Dense(inputs, count), ActivationLayer(count, name)]
        if rate:
            chain.append(Dropout(count, rate, number))
        inputs = count
    return chain


def kind_of(layer: LayerKind) -> str:
    """Return the name of a layer's kind in the table."""
    return next(name for name, kind in LAYERS.items() if type(layer) is kind)


def kinds_of(chain: Iterable[LayerKind]) -> set[str]:
    """Return the names of the kinds in a chain."""
    return set(map(kind_of, chain))
