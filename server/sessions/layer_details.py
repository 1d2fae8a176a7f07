"""Fields of an inspected layer that only some kinds of layers have."""

from typing import Any

from engine.nn.activations import ACTIVATIONS
from engine.nn.layer_kinds.activation import ActivationLayer
from engine.nn.layer_kinds.convolution import Convolution
from engine.nn.layer_kinds.dropping import Dropout
from engine.nn.layer_kinds.normalization import BatchNormalization, LayerNormalization
from engine.nn.layer_kinds.pooling import AveragePooling, MaxPooling
from engine.nn.layer_kinds.residual import Residual
from engine.training.inspection import Inspection
from server.protocol.inside import WindowsOfLayer
from server.protocol.json_numbers import finite_or_none


def layer_details(found: Inspection, index: int) -> dict[str, Any]:
    """Return the fields of `InspectedLayer` that are specific to the kind of the layer at an index."""
    layer, values = found.network.chain[index], found.forward.values
    before, after, row = values[index], values[index + 1], found.row
    match layer:
        case ActivationLayer():
            derivative = ACTIVATIONS[layer.name].derivative
            return {"factors": finite_or_none(derivative(before[row], after[row]))}
        case Dropout():
            tape = found.forward.tapes[index]
            return {"factors": None if tape is None else finite_or_none(tape[row])}
        case BatchNormalization():
            return _batch_statistics(found, index, layer)
        case LayerNormalization():
            point = before[row]
            return {"mean": [float(point.mean())], "variance": [float(point.var())], "by_batch": False}
        case Residual():
            return {"skips": layer.skips}
        case Convolution():
            return {"windows": _windows(layer, layer.margin[0])}
        case MaxPooling() | AveragePooling():
            return {"windows": _windows(layer, 0)}
    return {}


def _batch_statistics(found: Inspection, index: int, layer: BatchNormalization) -> dict[str, Any]:
    before = found.forward.values[index]
    if len(before) > 1:
        channels = before.reshape(len(before), layer.channels, layer.positions)
        mean, variance = channels.mean(axis=(0, 2)), channels.var(axis=(0, 2))
    else:
        slots = found.network.buffer_slots[index]
        mean, variance = (slot.view(found.before.buffers) for slot in slots)
    return {
        "mean": finite_or_none(mean),
        "variance": finite_or_none(variance),
        "by_batch": len(before) > 1,
    }


def _windows(layer: Convolution | MaxPooling | AveragePooling, margin: int) -> WindowsOfLayer:
    return WindowsOfLayer.model_construct(
        before=list(layer.before),
        after=list(layer.shape),
        size=layer.size,
        stride=layer.stride,
        margin=margin,
    )
