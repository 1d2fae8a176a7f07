"""Where parameters stand in the flat vector of a frame, as a state tells it."""

from server.protocol.strict_model import StrictModel


class LayerLayout(StrictModel):
    """The positions of one layer's parameters in the flat parameter vector of a frame.

    `weights` and `biases` are the indices of the first weight and the first bias. The weight from input i to
    neuron j is at `weights + i * neurons + j`, the bias of neuron j at `biases + j`.
    """

    weights: int
    biases: int
    inputs: int
    neurons: int


class ArrayLayout(StrictModel):
    """The position of an array of parameters that a layer of another kind than dense has in the flat vector.

    `layer` is the number of the layer of neurons that it belongs to, from 1, and `kind` is that of the layer
    that has it: scale or shift of `batch_norm` or `layer_norm`, or the projection of `residual`, row by row.
    """

    layer: int
    kind: str
    name: str
    start: int
    shape: tuple[int, ...]
